package io.jenkins.plugins.multiarch.agents;

import hudson.Functions;
import hudson.model.Computer;
import hudson.model.Node;
import io.jenkins.plugins.multiarch.config.MultiArchBuildConfiguration;
import io.jenkins.plugins.multiarch.engine.agent.AgentLabels;
import io.jenkins.plugins.multiarch.engine.agent.BuildTool;
import io.jenkins.plugins.multiarch.engine.agent.Machine;
import java.util.List;
import java.util.stream.Stream;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** Everything that is known of one agent. */
@ExportedBean(defaultVisibility = 2)
public final class AgentDetails extends AgentRow {

    AgentDetails(Computer computer, Node node) {
        super(computer, node);
    }

    /** Native platforms first, each with the label that follows from it. */
    @Exported
    public List<LabelledPlatform> getPlatforms() {
        return machine().stream()
                .flatMap(machine -> Stream.concat(
                        machine.nativePlatforms().stream()
                                .map(platform ->
                                        new LabelledPlatform(platform, false, AgentLabels.nativeLabel(platform))),
                        machine.emulatedPlatforms().stream()
                                .map(platform ->
                                        new LabelledPlatform(platform, true, AgentLabels.emulatedLabel(platform)))))
                .toList();
    }

    /** The labels that it carries for its build tools. */
    @Exported
    public List<String> getToolLabels() {
        List<BuildTool> usable =
                machine().map(machine -> machine.tools().usable()).orElse(List.of());
        return usable.isEmpty()
                ? List.of()
                : Stream.concat(usable.stream().map(AgentLabels::toolLabel), Stream.of(AgentLabels.BUILDER))
                        .toList();
    }

    /** Whether agents carry labels for what they can build at all. */
    public boolean isLabelled() {
        return MultiArchBuildConfiguration.get().isDynamicLabels();
    }

    /** Empty if unknown. */
    @Exported
    public String getKernel() {
        return machine().map(Machine::kernel).orElse("");
    }

    /** What the machine calls its CPU; empty if unknown. */
    @Exported
    public String getCpu() {
        return machine().map(Machine::cpu).orElse("");
    }

    /** −1 if unknown. */
    @Exported
    public long getMemoryBytes() {
        return machine().map(Machine::memoryBytes).orElse(-1L);
    }

    /** Empty if unknown. */
    public String getMemory() {
        return size(getMemoryBytes());
    }

    /** Where the preferred build tool keeps images; empty if unknown. */
    @Exported
    public String getStorage() {
        return machine().map(machine -> machine.storage().path()).orElse("");
    }

    /** What is free there; −1 if unknown. */
    @Exported
    public long getStorageFreeBytes() {
        return machine().map(machine -> machine.storage().freeBytes()).orElse(-1L);
    }

    /** Empty if unknown. */
    public String getStorageFree() {
        return size(getStorageFreeBytes());
    }

    private static String size(long bytes) {
        return bytes < 0 ? "" : Functions.humanReadableByteSize(bytes);
    }

    /** Every requirement, met or not. */
    @Exported
    public List<CheckedRequirement> getRequirements() {
        return requirements();
    }
}
