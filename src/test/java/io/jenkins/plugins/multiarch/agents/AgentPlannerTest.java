package io.jenkins.plugins.multiarch.agents;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Computer;
import hudson.model.FreeStyleProject;
import hudson.model.Label;
import hudson.model.Node;
import hudson.model.Queue;
import hudson.model.labels.LabelAtom;
import hudson.model.queue.CauseOfBlockage;
import hudson.slaves.Cloud;
import hudson.slaves.DumbSlave;
import hudson.slaves.JNLPLauncher;
import hudson.slaves.NodeProperty;
import hudson.slaves.NodeProvisioner;
import hudson.slaves.RetentionStrategy;
import io.jenkins.plugins.multiarch.WithSharedJenkins;
import io.jenkins.plugins.multiarch.config.EffectiveConfiguration;
import io.jenkins.plugins.multiarch.config.MultiArchBuildConfiguration;
import io.jenkins.plugins.multiarch.config.PlatformLabel;
import io.jenkins.plugins.multiarch.engine.agent.MachineJson;
import io.jenkins.plugins.multiarch.engine.plan.Emulation;
import io.jenkins.plugins.multiarch.engine.plan.PlannedPlatform;
import io.jenkins.plugins.multiarch.engine.plan.PlannedPlatform.Mode;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;

/** Agents as records and clouds have them; none is connected. */
@WithSharedJenkins
class AgentPlannerTest {

    private static final String ARM64 = "{\"nativePlatforms\": [\"linux/arm64\"]}";
    private static final String EMULATING =
            "{\"nativePlatforms\": [\"linux/amd64\"], \"emulatedPlatforms\": [\"linux/arm64\"]}";

    private JenkinsRule jenkins;

    /** Jenkins could launch it; nobody asks for that here. */
    private static final class OnDemandLauncher extends JNLPLauncher {

        @Override
        public boolean isLaunchSupported() {
            return true;
        }
    }

    /** A cloud that provisions agents with some labels. */
    private static final class LabelledCloud extends Cloud {

        private final Set<LabelAtom> labels;

        LabelledCloud(String labels) {
            super("cloud");
            this.labels = Label.parse(labels);
        }

        @Override
        public boolean canProvision(CloudState state) {
            return state.getLabel() != null && state.getLabel().matches(labels);
        }

        @Override
        public Collection<NodeProvisioner.PlannedNode> provision(CloudState state, int excess) {
            throw new AssertionError("A plan must not provision anything");
        }
    }

    @BeforeEach
    void startWithoutAgents(JenkinsRule rule) throws Exception {
        jenkins = rule;
        jenkins.jenkins.setNumExecutors(0);
    }

    /** @param demand whether it comes up by itself when it is needed */
    private Node agent(String name, String machine, boolean demand) throws Exception {
        DumbSlave agent = new DumbSlave(name, "/nonexistent", demand ? new OnDemandLauncher() : new JNLPLauncher());
        agent.setRetentionStrategy(demand ? new RetentionStrategy.Demand(1000, 1000) : RetentionStrategy.NOOP);
        jenkins.jenkins.addNode(agent);
        if (machine != null) {
            Probed.pretend(agent, MachineJson.read(machine));
        }
        return agent;
    }

    private static PlannedPlatform plan(String platform, Emulation emulation) {
        return new AgentPlanner(
                        EffectiveConfiguration.global().labelRules(""), OccupiedAgent.holding(null), JobAccess.any())
                .plan(List.of(Platform.parse(platform)), emulation)
                .platforms()
                .get(0);
    }

    @Test
    void anAgentThatComesUpOnDemandIsAvailable() throws Exception {
        agent("arm", ARM64, true);
        agent("qemu", EMULATING, true);

        PlannedPlatform planned = plan("linux/arm64", Emulation.FALLBACK);

        assertThat(planned.mode()).isEqualTo(Mode.NATIVE);
        assertThat(planned.label()).isEqualTo("multiarch-linux-arm64");
        assertThat(planned.reason()).isEqualTo("1 agent is available");
    }

    @Test
    void anOfflineNativeAgentIsReplacedByAnEmulatingOne() throws Exception {
        agent("arm", ARM64, false);
        agent("qemu", EMULATING, true);

        PlannedPlatform planned = plan("linux/arm64", Emulation.FALLBACK);

        assertThat(planned.mode()).isEqualTo(Mode.EMULATED);
        assertThat(planned.label()).isEqualTo("multiarch-qemu-linux-arm64 && multiarch-linux-amd64");
        assertThat(planned.reason()).isEqualTo("native label 'multiarch-linux-arm64': its only agent is offline");
        assertThat(planned.worthWaiting()).isTrue();
    }

    @Test
    void anyAgentEmulatesWhereNoAmd64AgentDoes() throws Exception {
        agent("mainframe", "{\"nativePlatforms\": [\"linux/s390x\"], \"emulatedPlatforms\": [\"linux/arm64\"]}", true);

        assertThat(plan("linux/arm64", Emulation.FALLBACK).label()).isEqualTo("multiarch-qemu-linux-arm64");
    }

    @Test
    void aCloudThatProvisionsTheConventionalLabelIsNative() throws Exception {
        agent("qemu", EMULATING, true);
        jenkins.jenkins.clouds.add(new LabelledCloud("arm64 docker"));

        PlannedPlatform planned = plan("linux/arm64", Emulation.FALLBACK);

        assertThat(planned.mode()).isEqualTo(Mode.NATIVE);
        assertThat(planned.label()).isEqualTo("arm64 && docker");
        assertThat(planned.reason()).isEqualTo("a cloud provisions it (label by convention)");
    }

    @Test
    void aCloudThatProvisionsTheMappedLabelIsNative() throws Exception {
        agent("arm", ARM64, true);
        jenkins.jenkins.clouds.add(new LabelledCloud("graviton"));
        MultiArchBuildConfiguration.get().setPlatformLabels(List.of(new PlatformLabel("linux/arm64", "graviton")));

        PlannedPlatform planned = plan("linux/arm64", Emulation.NEVER);

        assertThat(planned.label()).isEqualTo("graviton");
        assertThat(planned.reason()).isEqualTo("a cloud provisions it (label set in the configuration)");
    }

    @Test
    void aCloudForOtherLabelsDoesNotCount() throws Exception {
        jenkins.jenkins.clouds.add(new LabelledCloud("windows"));

        assertThat(plan("linux/arm64", Emulation.FALLBACK).mode()).isEqualTo(Mode.IMPOSSIBLE);
    }

    @Test
    void agentsThatDoNotEmulateAreNamedWithTheRemedy() throws Exception {
        agent("one", "{\"nativePlatforms\": [\"linux/amd64\"]}", true);
        agent("two", "{\"nativePlatforms\": [\"linux/amd64\"]}", true);

        PlannedPlatform planned = plan("linux/riscv64", Emulation.FALLBACK);

        assertThat(planned.mode()).isEqualTo(Mode.IMPOSSIBLE);
        assertThat(planned.reason()).contains("agents 'one', 'two': it had no handler for linux/riscv64");
        assertThat(planned.remedy()).contains("On agents 'one', 'two': ", "--install riscv64");
    }

    @Test
    void anAgentThatWasRemovedIsForgotten() throws Exception {
        DumbSlave agent = jenkins.createOnlineSlave();
        Computer computer = agent.toComputer();
        jenkins.jenkins.removeNode(agent);

        AgentProber.get().probe(computer).get();

        assertThat(AgentRecords.get().of(agent)).isEmpty();
    }

    @Test
    void theBuiltInNodeBuildsOnlyWhatIsMappedToIt() throws Exception {
        jenkins.jenkins.setNumExecutors(2);
        jenkins.jenkins.setLabelString("arm64 docker");
        Probed.pretend(jenkins.jenkins, MachineJson.read(ARM64));
        assertThat(plan("linux/arm64", Emulation.NEVER).mode()).isEqualTo(Mode.IMPOSSIBLE);

        jenkins.jenkins.clouds.add(new LabelledCloud("arm64 docker"));
        assertThat(plan("linux/arm64", Emulation.NEVER).label())
                .isEqualTo("(arm64 && docker) && !"
                        + jenkins.jenkins.getSelfLabel().getExpression());

        MultiArchBuildConfiguration.get().setPlatformLabels(List.of(new PlatformLabel("linux/arm64", "docker")));
        assertThat(plan("linux/arm64", Emulation.NEVER).reason()).startsWith("1 agent is available");
    }

    @Test
    void aCloudAddsToAgentsThatAreThere() throws Exception {
        agent("arm", ARM64, true);
        jenkins.jenkins.clouds.add(new LabelledCloud("arm64 docker"));

        PlannedPlatform planned = plan("linux/arm64", Emulation.NEVER);

        assertThat(planned.label()).isEqualTo("(multiarch-linux-arm64) || (arm64 && docker)");
        assertThat(planned.reason()).isEqualTo("1 agent is available, and a cloud provisions more");
    }

    /** Somebody has labelled it by hand, but it has no build tool. */
    @Test
    void anAgentWhoseProbeFoundSomethingElseDoesNotCountByItsConventionalLabel() throws Exception {
        agent("arm", ARM64, true);
        DumbSlave other = (DumbSlave) agent("other", "{\"nativePlatforms\": [\"linux/amd64\"]}", true);
        other.setLabelString("arm64 docker");
        jenkins.jenkins.updateNode(other);

        assertThat(plan("linux/arm64", Emulation.NEVER).label()).isEqualTo("multiarch-linux-arm64");
    }

    @Test
    void anAgentThatDoesNotTakeTheJobDoesNotCount() throws Exception {
        Node reserved = agent("reserved", ARM64, true);
        reserved.getNodeProperties().add(new Reserved("released"));
        FreeStyleProject other = jenkins.createFreeStyleProject("other");
        FreeStyleProject released = jenkins.createFreeStyleProject("released");

        PlannedPlatform refused = plan(other);
        assertThat(refused.mode()).isEqualTo(Mode.IMPOSSIBLE);
        assertThat(refused.reason()).contains("agent 'reserved' does not take this job: Only released is built here");
        assertThat(refused.remedy()).contains("Let the job use it, or connect another agent.");
        assertThat(plan(released).mode()).isEqualTo(Mode.NATIVE);

        agent("second", ARM64, true);
        assertThat(plan(other).reason()).contains("1 agent is available");
    }

    private static PlannedPlatform plan(FreeStyleProject job) {
        return new AgentPlanner(
                        EffectiveConfiguration.global().labelRules(""), OccupiedAgent.holding(null), JobAccess.of(job))
                .planFromRecords(List.of(Platform.parse("linux/arm64")), Emulation.NEVER)
                .platforms()
                .get(0);
    }

    /** As the Job Restrictions plugin does. */
    private static final class Reserved extends NodeProperty<Node> {

        private final String job;

        Reserved(String job) {
            this.job = job;
        }

        @Override
        public CauseOfBlockage canTake(Queue.BuildableItem item) {
            if (item.task.getOwnerTask().getName().equals(job)) {
                return null;
            }
            return new CauseOfBlockage() {
                @Override
                public String getShortDescription() {
                    return "Only " + job + " is built here";
                }
            };
        }
    }

    @Test
    void whatTheBuildItselfOccupiesDoesNotCount() throws Exception {
        Node only = agent("arm", ARM64, true);

        PlannedPlatform planned = new AgentPlanner(
                        EffectiveConfiguration.global().labelRules(""), OccupiedAgent.holding(only), JobAccess.any())
                .planFromRecords(List.of(Platform.parse("linux/arm64")), Emulation.NEVER)
                .platforms()
                .get(0);

        assertThat(planned.mode()).isEqualTo(Mode.IMPOSSIBLE);
        assertThat(planned.reason()).contains("agent 'arm' has only one executor, which this build itself holds");
    }
}
