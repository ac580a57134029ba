package io.jenkins.plugins.multiarch.agents;

import io.jenkins.plugins.multiarch.config.EffectiveConfiguration;
import io.jenkins.plugins.multiarch.engine.agent.AgentLabels;
import io.jenkins.plugins.multiarch.engine.agent.Machine;
import io.jenkins.plugins.multiarch.engine.plan.Emulation;
import io.jenkins.plugins.multiarch.engine.plan.LabelRules;
import io.jenkins.plugins.multiarch.engine.plan.Planner;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Who builds which platform, as planning sees it, from what is in memory: no agent is asked. */
final class PlatformTable {

    private final EffectiveConfiguration configuration = EffectiveConfiguration.global();
    private final LabelRules rules = configuration.labelRules(AgentLabels.BUILDER);
    private final JenkinsAgentPool pool = JenkinsAgentPool.asLastProbed(rules);

    /**
     * A row for each platform that is built by default, mapped to a label expression, or known to some agent.
     *
     * @throws IllegalArgumentException if the configuration has a malformed platform or label expression
     */
    List<PlatformRow> rows(Collection<AgentRow> agents) {
        return new Planner(rules, pool)
                .plan(platforms(agents), Emulation.FALLBACK).platforms().stream()
                        .map(planned -> new PlatformRow(
                                planned,
                                servers(rules.nativeLabels(planned.platform()).stream(), agent -> true),
                                servers(
                                        emulationLabels(planned.platform()),
                                        agent -> agent.mayEmulate(planned.platform()))))
                        .toList();
    }

    private Stream<String> emulationLabels(Platform platform) {
        return platform.os().equals("linux") ? rules.emulationLabels(platform).stream() : Stream.empty();
    }

    private List<PlatformProvider> servers(Stream<String> labelExpressions, Predicate<PoolAgent> condition) {
        List<String> expressions = labelExpressions.toList();
        return Stream.concat(
                        expressions.stream()
                                .flatMap(expression -> pool.agents(expression).stream())
                                .distinct()
                                .filter(condition)
                                .map(PlatformProvider::of),
                        expressions.stream()
                                .flatMap(expression -> pool.clouds(expression).stream())
                                .distinct()
                                .map(PlatformProvider::of))
                .toList();
    }

    private SortedSet<Platform> platforms(Collection<AgentRow> agents) {
        SortedSet<Platform> platforms = new TreeSet<>(rules.mapped().keySet());
        configuration.platforms().stream().map(Platform::parse).forEach(platforms::add);
        agents.stream().flatMap(agent -> agent.machine().stream()).forEach(machine -> addAll(machine, platforms));
        return platforms;
    }

    private static void addAll(Machine machine, SortedSet<Platform> platforms) {
        platforms.addAll(machine.nativePlatforms());
        platforms.addAll(machine.emulatedPlatforms());
    }
}
