package io.jenkins.plugins.multiarch.agents;

import java.util.List;

/** What the page of all agents shows: some of its agents, as many as fit on one page, and every platform. */
public final class AgentsPage {

    static final int SIZE = 50;

    private final List<AgentRow> agents;
    private final int number;
    private final List<PlatformRow> platforms;
    private final String problem;

    /** @param number counts from 1; one that does not exist means the nearest that does */
    AgentsPage(int number) {
        this.agents = AgentRow.all();
        this.number = Math.max(1, Math.min(number, getCount()));
        List<PlatformRow> rows = List.of();
        String malformed = "";
        try {
            rows = new PlatformTable().rows(agents);
        } catch (IllegalArgumentException e) { // the configuration, as its form or a file may have it
            malformed = e.getMessage();
        }
        this.platforms = rows;
        this.problem = malformed;
    }

    /** The agents on this page. */
    public List<AgentRow> getAgents() {
        return agents.subList((number - 1) * SIZE, Math.min(number * SIZE, agents.size()));
    }

    /** Of how many in all. */
    public int getTotal() {
        return agents.size();
    }

    public int getNumber() {
        return number;
    }

    /** How many pages there are; at least 1. */
    public int getCount() {
        return Math.max(1, (agents.size() + SIZE - 1) / SIZE);
    }

    public List<PlatformRow> getPlatforms() {
        return platforms;
    }

    /** What is wrong with the configuration, so that nothing can be planned; empty if nothing is. */
    public String getProblem() {
        return problem;
    }

    /** Whether any agent is being probed. */
    public boolean isProbing() {
        return agents.stream().anyMatch(AgentRow::isProbing);
    }
}
