package io.jenkins.plugins.multiarch.agents;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Label;
import hudson.model.labels.LabelAtom;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.multiarch.WithOwnJenkins;
import io.jenkins.plugins.multiarch.config.MultiArchBuildConfiguration;
import io.jenkins.plugins.multiarch.engine.agent.Machine;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.junit.jupiter.JenkinsSessionExtension;

@WithOwnJenkins
class AgentDiscoveryTest {

    @RegisterExtension
    private final JenkinsSessionExtension sessions = new JenkinsSessionExtension();

    private static Set<String> labels(DumbSlave agent) {
        return agent.getAssignedLabels().stream().map(LabelAtom::getName).collect(Collectors.toSet());
    }

    @Test
    void anAgentIsProbedWhenItComesOnlineAndKnownAfterARestart() throws Throwable {
        String own = "multiarch-" + Platform.current().tagSuffix();
        sessions.then(jenkins -> {
            // What Jenkins remembers of the label from now on must not hide the agent.
            jenkins.jenkins.getLabel(own).getNodes();
            DumbSlave agent = jenkins.createOnlineSlave(Label.get("mine"));
            Machine machine = Probed.await(agent);

            assertThat(machine.nativePlatform()).isEqualTo(Platform.current());
            assertThat(labels(agent)).contains(own, "mine");
            assertThat(jenkins.jenkins.getLabel(own).getNodes()).contains(agent);
        });
        sessions.then(jenkins -> {
            DumbSlave agent = (DumbSlave)
                    jenkins.jenkins.getLabel("mine").getNodes().iterator().next();
            agent.toComputer().cliOffline("not to be probed again");
            assertThat(labels(agent)).contains(own);
        });
    }

    @Test
    void labelsThatAnAgentLosesAreForgotten() throws Throwable {
        sessions.then(jenkins -> {
            DumbSlave agent = jenkins.createOnlineSlave();
            Machine machine = Probed.await(agent);
            Label own =
                    jenkins.jenkins.getLabel("multiarch-" + Platform.current().tagSuffix());
            assertThat(own.getNodes()).contains(agent);

            AgentRecords.get().put(agent, AgentRecord.neverAnswered("gone"));

            assertThat(own.getNodes()).doesNotContain(agent);
            AgentRecords.get().put(agent, AgentRecord.of(machine));
            assertThat(own.getNodes()).contains(agent);
        });
    }

    @Test
    void recordsFollowTheirAgents() throws Throwable {
        sessions.then(jenkins -> {
            DumbSlave agent = jenkins.createOnlineSlave();
            Probed.await(agent);
            Path folder = jenkins.jenkins.getRootDir().toPath().resolve("multiarch-agents");
            assertThat(folder.resolve(agent.getNodeName() + ".json")).exists();

            jenkins.jenkins.removeNode(agent);

            assertThat(folder.resolve(agent.getNodeName() + ".json")).doesNotExist();
            assertThat(AgentRecords.get().of(agent)).isEmpty();
        });
    }

    @Test
    void aFailedProbeKeepsWhatWasKnown() throws Throwable {
        sessions.then(jenkins -> {
            DumbSlave agent = jenkins.createOnlineSlave();
            Machine machine = Probed.await(agent);

            AgentRecord failed = AgentRecords.get().of(agent).orElseThrow().failed("no answer");

            assertThat(failed.machine()).contains(machine);
            assertThat(failed.problem()).isEqualTo("no answer");
            assertThat(AgentRecord.fromJson(failed.toJson()).labels()).isEqualTo(failed.labels());
        });
    }

    @Test
    void aFileThatSomebodySpoiltIsIgnored() throws Throwable {
        sessions.then(jenkins -> {
            Path folder = jenkins.jenkins.getRootDir().toPath().resolve("multiarch-agents");
            Files.createDirectories(folder);
            Files.writeString(folder.resolve("broken.json"), "{\"machine\": 3}");
            DumbSlave agent = new DumbSlave("broken", "/tmp", null);

            assertThat(new AgentRecords().of(agent)).isEmpty();
        });
    }

    @Test
    void labelsCanBeSwitchedOff() throws Throwable {
        sessions.then(jenkins -> {
            DumbSlave agent = jenkins.createOnlineSlave();
            Probed.await(agent);
            MultiArchBuildConfiguration.get().setDynamicLabels(false);

            assertThat(labels(agent)).noneMatch(label -> label.startsWith("multiarch-"));
        });
    }
}
