package io.jenkins.plugins.multiarch.agents;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.multiarch.WithSharedJenkins;
import io.jenkins.plugins.multiarch.config.MultiArchBuildConfiguration;
import io.jenkins.plugins.multiarch.engine.agent.MachineJson;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.htmlunit.html.DomElement;
import org.htmlunit.html.HtmlPage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;

@WithSharedJenkins
class PagesTest {

    private static final String ARM = """
            {"nativePlatform": "linux/arm64", "nativePlatforms": ["linux/arm64", "linux/arm/v7"],
             "emulatedPlatforms": ["linux/riscv64"], "os": "Debian GNU/Linux 12 (bookworm)", "kernel": "6.1.0-18-arm64",
             "cpu": "aarch64", "memoryBytes": 8589934592,
             "tools": {"podman": "4.3.1",
               "engine": {"platform": "linux/arm64", "kernel": "", "storage": {"path": "/var/lib/containers", "freeBytes": 1073741824}}},
             "requirements": [
               {"id": "build tool", "state": "OK", "found": "podman", "remedy": ""},
               {"id": "enabled", "state": "WARNING", "found": "qemu-s390x is disabled", "remedy": "update-binfmts --enable qemu-s390x"},
               {"id": "kernel", "state": "MISSING", "found": "too old", "remedy": "Run the agent on Linux 4.8 or later"}]}
            """;

    private JenkinsRule jenkins;
    private JenkinsRule.WebClient client;
    private DumbSlave agent;

    @BeforeEach
    void connect(JenkinsRule rule) throws Exception {
        jenkins = rule;
        client = jenkins.createWebClient();
        jenkins.jenkins.setNumExecutors(0);
        agent = OfflineAgent.create(jenkins, "raspberry", AgentRecord.of(MachineJson.read(ARM)));
    }

    private static String text(HtmlPage page, String id) {
        return page.getElementById(id).asNormalizedText();
    }

    private static String row(HtmlPage page, String table, String text) {
        return page.getElementById(table).getElementsByTagName("tr").stream()
                .map(DomElement::asNormalizedText)
                .filter(row -> row.contains(text))
                .findFirst()
                .orElseThrow();
    }

    private JsonNode json(String path) throws Exception {
        return new ObjectMapper()
                .readTree(client.goTo(path, "application/json").getWebResponse().getContentAsString());
    }

    @Test
    void agentsAreListedWithWhatTheyLack() throws Exception {
        HtmlPage page = client.goTo("manage/multiarch/");

        assertThat(row(page, "multiarch-agents", "raspberry"))
                .contains("Debian GNU/Linux 12 (bookworm)")
                .contains("linux/arm64", "linux/arm/v7", "linux/riscv64", "podman 4.3.1")
                .contains("enabled: qemu-s390x is disabled")
                .contains(" ago");
        assertThat(page.<DomElement>getByXPath("//table[@id='multiarch-agents']//code"))
                .extracting(DomElement::asNormalizedText)
                .containsExactly("update-binfmts --enable qemu-s390x");
        assertThat(page.<DomElement>getByXPath("//button[@text='update-binfmts --enable qemu-s390x']"))
                .hasSize(1);
        assertThat(text(page, "multiarch-agents")).contains("Run the agent on Linux 4.8 or later");
    }

    @Test
    void platformsAreListedWithWhoBuildsThem() throws Exception {
        agent.setNumExecutors(2);
        MultiArchBuildConfiguration.get().setPlatforms(List.of("linux/amd64", "linux/arm64", "linux/s390x"));

        HtmlPage page = client.goTo("manage/multiarch/");

        assertThat(row(page, "multiarch-platforms", "linux/arm64"))
                .contains("raspberry", "not available now", "offline");
        assertThat(row(page, "multiarch-platforms", "linux/s390x"))
                .contains("impossible")
                .contains("no agent or cloud has the native label 'multiarch-linux-s390x && multiarch-builder'")
                .contains("Remedy: Bring an agent with the label 'multiarch-builder' online.");
    }

    @Test
    void aPlatformThatNobodyEmulatesNamesTheAgentAndTheRemedy() throws Exception {
        DumbSlave online = jenkins.createOnlineSlave();
        Probed.await(online);
        AgentRecords.get().put(online, AgentRecord.of(MachineJson.read(ARM)));
        MultiArchBuildConfiguration.get().setPlatforms(List.of("linux/s390x"));

        HtmlPage page = client.goTo("manage/multiarch/");

        assertThat(row(page, "multiarch-platforms", "linux/s390x"))
                .contains("impossible")
                .contains("agent '" + online.getNodeName() + "': qemu-s390x is disabled")
                .contains("On agent '" + online.getNodeName() + "': update-binfmts --enable qemu-s390x");
    }

    @Test
    void aMalformedConfigurationDoesNotHideTheAgents() throws Exception {
        MultiArchBuildConfiguration configuration = MultiArchBuildConfiguration.get();
        configuration.save();
        Path file = jenkins.jenkins.getRootDir().toPath().resolve(MultiArchBuildConfiguration.class.getName() + ".xml");
        Files.writeString(file, Files.readString(file).replace("linux/amd64", "vax"));
        configuration.load();

        HtmlPage page = client.goTo("manage/multiarch/");

        assertThat(page.getBody().asNormalizedText()).contains("Unknown architecture 'vax'");
        assertThat(text(page, "multiarch-agents")).contains("raspberry");
    }

    @Test
    void manyAgentsAreSpreadOverPages() throws Exception {
        for (int i = 0; i < AgentsPage.SIZE; i++) {
            OfflineAgent.create(jenkins, "z" + i);
        }

        HtmlPage second =
                client.goTo("manage/multiarch/").getAnchorByText("Next").click();

        assertThat(second.getBody().asNormalizedText()).contains("Page 2 of 2; " + (AgentsPage.SIZE + 1) + " agents");
        assertThat(second.getElementById("multiarch-agents").getElementsByTagName("tr"))
                .hasSize(2);
    }

    @Test
    void anAgentHasAPageWithEveryFact() throws Exception {
        HtmlPage page = client.goTo("computer/raspberry/")
                .getAnchorByHref(jenkins.contextPath + "/computer/raspberry/multiarch")
                .click();

        assertThat(text(page, "multiarch-machine"))
                .contains("6.1.0-18-arm64", "aarch64", "8.00 GiB", "/var/lib/containers (1.00 GiB free)");
        assertThat(text(page, "multiarch-platforms"))
                .contains("linux/arm/v7\tnative\tmultiarch-linux-arm-v7")
                .contains("linux/riscv64\temulated\tmultiarch-qemu-linux-riscv64");
        assertThat(text(page, "multiarch-tools")).contains("podman\t4.3.1\tyes");
        assertThat(page.getBody().asNormalizedText()).contains("multiarch-podman", "multiarch-builder");
        assertThat(row(page, "multiarch-requirements", "enabled"))
                .contains("qemu-s390x is disabled", "update-binfmts --enable qemu-s390x");
    }

    @Test
    void anAgentThatWasNeverProbedHasAPage() throws Exception {
        OfflineAgent.create(jenkins, "unknown");

        assertThat(client.goTo("computer/unknown/multiarch/").getBody().asNormalizedText())
                .contains("Last probed: never");
        assertThat(json("computer/unknown/multiarch/api/json").get("platforms")).isEmpty();
    }

    @Test
    void whatAnAgentSaysIsText() throws Exception {
        AgentRecords.get().put(agent, HostileMachine.record());
        for (String path :
                new String[] {"manage/multiarch/", "computer/raspberry/multiarch/", "computer/", "computer/raspberry/"
                }) {
            HtmlPage page = client.goTo(path);

            assertThat(page.getByXPath("//img[@src='x'] | //script[contains(., 'hacked')]"))
                    .as(path)
                    .isEmpty();
            assertThat(page.getByXPath("//*[@onclick and not(ancestor::header)]"))
                    .as(path)
                    .isEmpty();
            if (path.endsWith("multiarch/")) {
                assertThat(page.getBody().asNormalizedText())
                        .contains(HostileMachine.SCRIPT)
                        .contains("${it.class} ${7*7} %probed &lt;");
            }
        }
    }

    @Test
    void theNodesPageHasAColumn() throws Exception {
        HtmlPage page = client.goTo("computer/");

        assertThat(text(page, "computers")).contains("Platforms");
        assertThat(text(page, "node_raspberry")).contains("linux/arm64, linux/arm/v7 + 1 emulated");
    }

    @Test
    void theRemoteApiTellsTheSame() throws Exception {
        JsonNode all = json("manage/multiarch/api/json");
        JsonNode one = json("computer/raspberry/multiarch/api/json");

        assertThat(all.get("probing").asBoolean()).isFalse();
        JsonNode row = all.get("agents").get(0);
        assertThat(row.get("nativePlatforms").toString()).isEqualTo("[\"linux/arm64\",\"linux/arm/v7\"]");
        assertThat(row.get("problems").get(0).get("remedy").asText()).isEqualTo("update-binfmts --enable qemu-s390x");
        assertThat(all.get("platforms").findValuesAsText("platform"))
                .containsExactly("linux/amd64", "linux/arm/v7", "linux/arm64", "linux/riscv64");
        assertThat(all.get("platforms").get(2).get("natives").get(0).get("name").asText())
                .isEqualTo("raspberry");
        assertThat(one.get("platforms").get(0).get("label").asText()).isEqualTo("multiarch-linux-arm64");
        assertThat(one.get("memoryBytes").asLong()).isEqualTo(8589934592L);
        assertThat(one.get("requirements")).hasSize(3);
        assertThat(one.get("tools").get(0).get("usable").asBoolean()).isTrue();
    }
}
