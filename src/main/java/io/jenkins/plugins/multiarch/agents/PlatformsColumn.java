package io.jenkins.plugins.multiarch.agents;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.Computer;
import hudson.model.Node;
import hudson.node_monitors.AbstractNodeMonitorDescriptor;
import hudson.node_monitors.NodeMonitor;
import io.jenkins.plugins.multiarch.engine.agent.Machine;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.util.List;
import java.util.stream.Collectors;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** A column of the nodes page: what an agent runs natively, and how much it emulates. It takes no agent offline. */
public final class PlatformsColumn extends NodeMonitor {

    @DataBoundConstructor
    public PlatformsColumn() {}

    @Override
    public String getColumnCaption() {
        return Messages.PlatformsColumn_caption();
    }

    /** What is known at this moment; null if nothing is. The other columns show what they found within the hour. */
    @Override
    public Object data(Computer computer) {
        return Cell.of(computer);
    }

    /** What the column shows of one agent. */
    @ExportedBean(defaultVisibility = 2)
    public static final class Cell {

        private final List<String> natives;
        private final List<String> emulated;
        private final String nativeText;

        private Cell(Machine machine) {
            this.natives =
                    machine.nativePlatforms().stream().map(Platform::toString).toList();
            this.nativeText = machine.nativePlatforms().stream()
                    .filter(platform -> !isVariantOfAnother(platform, machine.nativePlatforms()))
                    .map(Platform::toString)
                    .collect(Collectors.joining(", "));
            this.emulated =
                    machine.emulatedPlatforms().stream().map(Platform::toString).toList();
        }

        private static boolean isVariantOfAnother(Platform platform, List<Platform> platforms) {
            return !platform.variant().isEmpty()
                    && platforms.contains(new Platform(platform.os(), platform.architecture(), ""));
        }

        static Cell of(Computer computer) {
            Node node = computer.getNode();
            return node == null
                    ? null
                    : AgentRecords.get()
                            .of(node)
                            .flatMap(AgentRecord::machine)
                            .map(Cell::new)
                            .orElse(null);
        }

        @Exported
        public List<String> getNativePlatforms() {
            return natives;
        }

        @Exported
        public List<String> getEmulatedPlatforms() {
            return emulated;
        }

        /** Without the variants of a platform that is named anyway, such as {@code linux/amd64/v2}. */
        public String getNativeText() {
            return nativeText;
        }

        public String getEmulatedText() {
            return emulated.isEmpty() ? "" : Messages.PlatformsColumn_emulated(emulated.size());
        }

        /** Which these are. */
        public String getEmulatedTooltip() {
            return String.join("\n", emulated);
        }
    }

    /** There is one column for all agents. */
    @Extension
    @Symbol("multiArchPlatforms")
    public static final class DescriptorImpl extends AbstractNodeMonitorDescriptor<Cell> {

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.PlatformsColumn_displayName();
        }

        @Override
        public boolean canTakeOffline() {
            return false;
        }

        @Override
        protected Cell monitor(Computer computer) {
            return Cell.of(computer);
        }
    }
}
