package io.jenkins.plugins.multiarch.agents;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Label;
import hudson.model.labels.LabelAtom;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.multiarch.WithOwnJenkins;
import io.jenkins.plugins.multiarch.engine.agent.Machine;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.junit.jupiter.JenkinsSessionExtension;

@WithOwnJenkins
class AgentDiscoveryRestartTest {

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
}
