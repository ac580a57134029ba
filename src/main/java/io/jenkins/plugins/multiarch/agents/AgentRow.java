package io.jenkins.plugins.multiarch.agents;

import hudson.Util;
import hudson.model.Computer;
import hudson.model.Node;
import io.jenkins.plugins.multiarch.engine.agent.Machine;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import jenkins.model.Jenkins;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** An agent and what the last probe has found on it, as pages and the remote API show it. */
@ExportedBean(defaultVisibility = 2)
public class AgentRow {

    private final Computer computer;
    private final boolean probing;
    private final Optional<AgentRecord> record;

    AgentRow(Computer computer, Node node) {
        this.computer = computer;
        // Asked first: a page that says the probe is over has to show what it has found.
        this.probing = AgentProber.get().isProbing(computer);
        this.record = AgentRecords.get().of(node);
    }

    /** Every agent on which something can be built, by name; first the built-in node, if it has executors. */
    static List<AgentRow> all() {
        return List.of(Jenkins.get().getComputers()).stream()
                .flatMap(computer -> of(computer).stream())
                .toList();
    }

    private static Optional<AgentRow> of(Computer computer) {
        return Optional.ofNullable(computer.getNode())
                .filter(node -> node.getNumExecutors() > 0)
                .map(node -> new AgentRow(computer, node));
    }

    final Optional<Machine> machine() {
        return record.flatMap(AgentRecord::machine);
    }

    @Exported
    public final String getDisplayName() {
        return computer.getDisplayName();
    }

    /** By which it is probed; empty for the built-in node. */
    @Exported
    public final String getName() {
        return computer.getName();
    }

    /** Its page below that of Jenkins, with a slash at the end. */
    public final String getUrl() {
        return computer.getUrl();
    }

    public final String getIcon() {
        return computer.getIconClassName();
    }

    public final String getIconAltText() {
        return computer.getIconAltText();
    }

    @Exported
    public final boolean isOnline() {
        return computer.isOnline();
    }

    /** The platforms that its own CPU runs. */
    @Exported
    public final List<String> getNativePlatforms() {
        return machine().map(Machine::nativePlatforms).map(AgentRow::texts).orElse(List.of());
    }

    @Exported
    public final List<String> getEmulatedPlatforms() {
        return machine().map(Machine::emulatedPlatforms).map(AgentRow::texts).orElse(List.of());
    }

    private static List<String> texts(Collection<Platform> platforms) {
        return platforms.stream().map(Platform::toString).toList();
    }

    /** The operating system; empty if unknown. */
    @Exported
    public final String getOs() {
        return machine().map(Machine::os).orElse("");
    }

    @Exported
    public final List<FoundTool> getTools() {
        return machine().map(Machine::tools).map(FoundTool::of).orElse(List.of());
    }

    /** The requirements that it does not meet. */
    @Exported
    public final List<CheckedRequirement> getProblems() {
        return requirements().stream()
                .filter(requirement -> !requirement.isOk())
                .toList();
    }

    final List<CheckedRequirement> requirements() {
        return machine().map(Machine::requirements).orElse(List.of()).stream()
                .map(CheckedRequirement::new)
                .toList();
    }

    /** When the last probe ended, as ISO 8601 has it; null if it has never been probed. */
    @Exported
    public final String getProbed() {
        return record.map(AgentRecord::probed).map(Instant::toString).orElse(null);
    }

    /** How long ago that was, in words. */
    public final String getProbedAgo() {
        return record.map(AgentRecord::probed)
                .map(probed -> Messages.AgentRow_ago(Util.getTimeSpanString(
                        Math.max(0, Duration.between(probed, Instant.now()).toMillis()))))
                .orElseGet(Messages::AgentRow_never);
    }

    /** Why the last probe failed; empty if it did not. */
    @Exported
    public final String getProbeProblem() {
        return record.map(AgentRecord::problem).orElse("");
    }

    /** Whether it is being probed, or waits for its turn. */
    @Exported
    public final boolean isProbing() {
        return probing;
    }

    /** Whether the current user may have it probed now. */
    public final boolean isProbeable() {
        return computer.isOnline() && AgentAccess.mayProbe(computer);
    }
}
