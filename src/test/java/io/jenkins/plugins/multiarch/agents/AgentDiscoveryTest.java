package io.jenkins.plugins.multiarch.agents;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Label;
import hudson.model.labels.LabelAtom;
import hudson.slaves.DumbSlave;
import hudson.slaves.EnvironmentVariablesNodeProperty;
import io.jenkins.plugins.multiarch.WithSharedJenkins;
import io.jenkins.plugins.multiarch.config.MultiArchBuildConfiguration;
import io.jenkins.plugins.multiarch.engine.agent.Machine;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;

@WithSharedJenkins
class AgentDiscoveryTest {

    private static Set<String> labels(DumbSlave agent) {
        return agent.getAssignedLabels().stream().map(LabelAtom::getName).collect(Collectors.toSet());
    }

    @Test
    void labelsThatAnAgentLosesAreForgotten(JenkinsRule jenkins) throws Exception {
        DumbSlave agent = jenkins.createOnlineSlave();
        Machine machine = Probed.await(agent);
        Label own = jenkins.jenkins.getLabel("multiarch-" + Platform.current().tagSuffix());
        assertThat(own.getNodes()).contains(agent);

        AgentRecords.get().put(agent, AgentRecord.neverAnswered("gone"));

        assertThat(own.getNodes()).doesNotContain(agent);
        AgentRecords.get().put(agent, AgentRecord.of(machine));
        assertThat(own.getNodes()).contains(agent);
    }

    @Test
    void noAgentIsSavedToChangeItsLabels(JenkinsRule jenkins) throws Exception {
        DumbSlave agent = jenkins.createOnlineSlave();
        Machine machine = Probed.await(agent);
        Path file = jenkins.jenkins.getRootDir().toPath().resolve("nodes/" + agent.getNodeName() + "/config.xml");
        Files.writeString(file, "<as-it-was/>");

        AgentRecords.get().put(agent, AgentRecord.neverAnswered("gone"));
        AgentRecords.get().put(agent, AgentRecord.of(machine));

        assertThat(file).hasContent("<as-it-was/>");
    }

    @Test
    void onlyAgentsThatTheConfigurationNamesAreProbedByThemselves(JenkinsRule jenkins) throws Exception {
        MultiArchBuildConfiguration configuration = MultiArchBuildConfiguration.get();
        DumbSlave builder = jenkins.createSlave("builder", "docker", null);
        DumbSlave other = jenkins.createSlave("other", "java", null);

        assertThat(AgentProber.isDiscovered(other)).isTrue();
        configuration.setDiscovery("label");
        assertThat(AgentProber.isDiscovered(builder)).as("without a label").isFalse();
        configuration.setDiscoveryLabel("docker || podman");
        assertThat(AgentProber.isDiscovered(builder)).isTrue();
        assertThat(AgentProber.isDiscovered(other)).isFalse();
        configuration.setDiscovery("off");
        assertThat(AgentProber.isDiscovered(builder)).isFalse();
        jenkins.waitOnline(jenkins.createSlave("third", "docker", null));
        assertThat(AgentRecords.get().of(jenkins.jenkins.getNode("third"))).isEmpty();
    }

    @Test
    void recordsFollowTheirAgents(JenkinsRule jenkins) throws Exception {
        DumbSlave agent = jenkins.createOnlineSlave();
        Probed.await(agent);
        Path folder = jenkins.jenkins.getRootDir().toPath().resolve("multiarch-agents");
        assertThat(folder.resolve(agent.getNodeName() + ".json")).exists();

        jenkins.jenkins.removeNode(agent);

        assertThat(folder.resolve(agent.getNodeName() + ".json")).doesNotExist();
        assertThat(AgentRecords.get().of(agent)).isEmpty();
    }

    @Test
    void aFailedProbeKeepsWhatWasKnown(JenkinsRule jenkins) throws Exception {
        DumbSlave agent = jenkins.createOnlineSlave();
        Machine machine = Probed.await(agent);

        AgentRecord failed = AgentRecords.get().of(agent).orElseThrow().failed("no answer");

        assertThat(failed.machine()).contains(machine);
        assertThat(failed.problem()).isEqualTo("no answer");
        assertThat(AgentRecord.fromJson(failed.toJson()).labels()).isEqualTo(failed.labels());
    }

    @Test
    void aFileThatSomebodySpoiltIsIgnored(JenkinsRule jenkins) throws Exception {
        Path folder = jenkins.jenkins.getRootDir().toPath().resolve("multiarch-agents");
        Files.createDirectories(folder);
        Path broken = Files.writeString(folder.resolve("broken.json"), "{\"machine\": 3}");
        DumbSlave agent = new DumbSlave("broken", "/tmp", null);

        assertThat(new AgentRecords().of(agent)).isEmpty();
        Files.delete(broken);
    }

    /** As {@code sh} would find it: the agent's own process has another path. */
    @Test
    void aToolIsFoundOnThePathThatNodePropertiesSet(JenkinsRule jenkins, @TempDir Path programs) throws Exception {
        Path podman =
                Files.writeString(programs.resolve("podman"), "#!/bin/sh\necho \"podman version 99.0.$NUMBER\"\n");
        assertThat(podman.toFile().setExecutable(true)).isTrue();
        DumbSlave agent = jenkins.createSlave("with-path", null, null);
        agent.getNodeProperties()
                .add(new EnvironmentVariablesNodeProperty(
                        new EnvironmentVariablesNodeProperty.Entry("PATH+PODMAN", programs.toString()),
                        new EnvironmentVariablesNodeProperty.Entry("NUMBER", "7")));
        agent.save();
        jenkins.waitOnline(agent);
        AgentProber.get().probe(agent.toComputer()).get();

        assertThat(Probed.await(agent).tools().podman()).hasToString("99.0.7");
    }

    @Test
    void labelsCanBeSwitchedOff(JenkinsRule jenkins) throws Exception {
        DumbSlave agent = jenkins.createOnlineSlave();
        Probed.await(agent);
        MultiArchBuildConfiguration.get().setDynamicLabels(false);

        assertThat(labels(agent)).noneMatch(label -> label.startsWith("multiarch-"));
    }
}
