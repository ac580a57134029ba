package io.jenkins.plugins.multiarch.agents;

import hudson.model.Computer;
import hudson.security.Permission;
import jenkins.model.Jenkins;

/**
 * Who sees what agents can build, and who has them probed. What a probe finds (paths, versions, the kernel) is as
 * telling as an agent's configuration; a probe starts a few harmless commands on the agent, as connecting it does.
 */
final class AgentAccess {

    private static final Permission[] PAGE = {Jenkins.MANAGE, Jenkins.SYSTEM_READ};
    private static final Permission[] AGENT = {Computer.EXTENDED_READ, Computer.CONNECT};

    private AgentAccess() {}

    /** Whether the current user sees the page of all agents. */
    static boolean mayReadAll() {
        return Jenkins.get().hasAnyPermission(PAGE);
    }

    /** @throws org.springframework.security.access.AccessDeniedException if the user may not see all agents */
    static void checkReadAll() {
        Jenkins.get().checkAnyPermission(PAGE);
    }

    /** Whether the current user sees the facts of one agent. */
    static boolean mayRead(Computer computer) {
        return mayReadAll() || computer.hasAnyPermission(AGENT);
    }

    /** @throws org.springframework.security.access.AccessDeniedException if the user may not see the agent's facts */
    static void checkRead(Computer computer) {
        if (!mayReadAll()) {
            computer.checkAnyPermission(AGENT);
        }
    }

    /** Whether the current user may have every agent probed, as whoever may refresh the monitors of the nodes page. */
    static boolean mayProbeAll() {
        return Jenkins.get().hasPermission(Jenkins.MANAGE);
    }

    /** @throws org.springframework.security.access.AccessDeniedException if the user may not have all agents probed */
    static void checkProbeAll() {
        Jenkins.get().checkPermission(Jenkins.MANAGE);
    }

    /** Whether the current user may have one agent probed: who may all, and who may connect this one. */
    static boolean mayProbe(Computer computer) {
        return mayProbeAll() || computer.hasPermission(Computer.CONNECT);
    }

    /** @throws org.springframework.security.access.AccessDeniedException if the user may not have the agent probed */
    static void checkProbe(Computer computer) {
        if (!mayProbeAll()) {
            computer.checkPermission(Computer.CONNECT);
        }
    }
}
