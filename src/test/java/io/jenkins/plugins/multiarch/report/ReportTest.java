package io.jenkins.plugins.multiarch.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import hudson.model.Fingerprint;
import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Item;
import io.jenkins.plugins.multiarch.WithSharedJenkins;
import io.jenkins.plugins.multiarch.engine.index.PublishedIndex;
import io.jenkins.plugins.multiarch.engine.plan.Plan;
import io.jenkins.plugins.multiarch.engine.plan.PlannedPlatform;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.Manifest;
import io.jenkins.plugins.multiarch.engine.signature.VerificationKey;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jenkins.model.Jenkins;
import org.htmlunit.html.DomElement;
import org.htmlunit.html.DomNode;
import org.htmlunit.html.HtmlPage;
import org.jenkinsci.plugins.docker.commons.fingerprint.DockerFingerprints;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;

@WithSharedJenkins
class ReportTest {

    private JenkinsRule jenkins;
    private JenkinsRule.WebClient client;
    private FreeStyleBuild run;

    @BeforeEach
    void build(JenkinsRule rule) throws Exception {
        jenkins = rule;
        client = jenkins.createWebClient();
        client.getOptions().setCssEnabled(true); // text that stands in one line is read as one
        run = jenkins.buildAndAssertSuccess(jenkins.createFreeStyleProject("app"));
    }

    private static List<String> rows(HtmlPage page, String table) {
        return page.<DomElement>getByXPath("//table[contains(@class, '" + table + "')]/tbody/tr").stream()
                .map(DomNode::asNormalizedText)
                .toList();
    }

    private static List<String> copied(DomNode within) {
        return within.<DomElement>getByXPath(".//button[@text]").stream()
                .map(button -> button.getAttribute("text"))
                .toList();
    }

    private HtmlPage report() throws Exception {
        return client.getPage(run, "multiarch/");
    }

    private JsonNode json(String path) throws Exception {
        return new ObjectMapper()
                .readTree(client.goTo(path, "application/json").getWebResponse().getContentAsString());
    }

    @Test
    void thePageOfTheBuildHasASection() throws Exception {
        PublishedIndex index = Sample.success(run, "");

        DomElement section = client.getPage(run).getElementById("multiarch-summary");

        assertThat(section.asNormalizedText())
                .contains(Sample.NAME + ": linux/amd64, linux/arm64, linux/s390x")
                .contains("Index 1.0, latest")
                .doesNotContain("problem");
        assertThat(copied(section)).containsExactly(index.reference());
        assertThat(client.getPage(run)
                        .getAnchorByText("Multi-arch images")
                        .click()
                        .getUrl()
                        .getPath())
                .endsWith("/job/app/1/multiarch/");
    }

    @Test
    void aBuildWithoutImagesHasNone() throws Exception {
        assertThat(client.getPage(run).getElementById("multiarch-summary")).isNull();
    }

    @Test
    void theReportHasTheIndex() throws Exception {
        PublishedIndex index = Sample.success(run, "");

        HtmlPage page = report();

        assertThat(page.getTitleText()).startsWith("Multi-arch images of app #1");
        assertThat(rows(page, "multiarch-index"))
                .contains("Tags\t1.0latest", "Digest\t" + index.digest())
                .anyMatch(row -> row.equals("Media type\tOCI image index application/vnd.oci.image.index.v1+json"))
                .anyMatch(row -> row.startsWith("Annotations\t")
                        && row.contains("org.opencontainers.image.version\n1.0")
                        && row.contains("org.opencontainers.image.source\nhttps://git.example.com/team/app.git"));
        assertThat(copied(page))
                .contains(
                        index.digest().toString(),
                        "docker pull " + Sample.NAME + ":1.0",
                        "docker pull " + Sample.NAME + ":latest",
                        "docker pull " + index.reference(),
                        "podman pull " + Sample.NAME + ":1.0",
                        "podman pull " + index.reference());
    }

    @Test
    void theReportHasTheKeyThatHasSignedTheIndexAndWhatTheToolHasAttested() throws Exception {
        String image = Sample.digest("linux/amd64");
        String attestation = Sample.digest("attestation");
        Manifest manifest = Manifest.of(
                Manifest.OCI_INDEX, """
                {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": [
                  {"mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": "%s", "size": 482,
                   "platform": {"os": "linux", "architecture": "amd64"}},
                  {"mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": "%s", "size": 566,
                   "annotations": {"vnd.docker.reference.digest": "%1$s", "vnd.docker.reference.type": "attestation-manifest"},
                   "platform": {"os": "unknown", "architecture": "unknown"}}]}
                """.formatted(image, attestation).getBytes(StandardCharsets.UTF_8));
        PublishedIndex index = new PublishedIndex(
                ImageReference.parse(Sample.IMAGE).withDigest(manifest.digest()), List.of("1.0"), manifest);
        VerificationKey key = VerificationKey.read(Files.readString(
                Path.of("src/test/resources/io/jenkins/plugins/multiarch/engine/signature/valid.pub")));
        new RunRecord(run).addIndex(index);
        new RunRecord(run).addIndex(index, new RecordedSignature(key, true));

        HtmlPage page = report();

        assertThat(rows(page, "multiarch-index"))
                .anyMatch(row -> row.startsWith("Signed by\t" + key.fingerprint()) && row.endsWith("with provenance"))
                .anyMatch(row -> row.startsWith("Platforms\tlinux/amd64") && row.contains("attestation"));
        assertThat(copied(page))
                .contains(
                        key.pem(),
                        attestation,
                        "cosign verify --key key.pub --insecure-ignore-tlog=true " + index.reference(),
                        "multiarch verify --key key.pub " + index.reference());
        JsonNode recorded = json(run.getUrl() + "multiarch/api/json").path("indexes");
        assertThat(recorded).hasSize(1);
        assertThat(recorded.at("/0/signature/key").asText()).isEqualTo(key.fingerprint());
        assertThat(json(run.getUrl() + "multiarch/api/json?depth=5")
                        .at("/indexes/0/members/0/attestations/0")
                        .asText())
                .isEqualTo(attestation);
    }

    @Test
    void theReportHasWhatWasAskedFor() throws Exception {
        Sample.success(run, "");

        assertThat(rows(report(), "multiarch-parameters"))
                .containsExactly(
                        "buildArgs\t\nGREETING=hello\nNAME=" + Sample.SCRIPT,
                        "platforms\t\nlinux/amd64\nlinux/arm64\nlinux/s390x");
        assertThat(json(run.getUrl() + "multiarch/api/json")
                        .at("/requests/0/parameters/platforms/1")
                        .asText())
                .isEqualTo("linux/arm64");
    }

    @Test
    void theReportHasAllPlatformsInTheOrderOfThePlan() throws Exception {
        String node = jenkins.createSlave().getNodeName();
        Sample.success(run, node);

        HtmlPage page = report();

        assertThat(rows(page, "multiarch-builds"))
                .satisfiesExactly(
                        row -> assertThat(row)
                                .contains("linux/amd64", "3.24 MiB", "native", node, "buildah", "12 sec", "2 of 5"),
                        row -> assertThat(row).contains("linux/arm64", "native", "gone", "20 sec"),
                        row -> assertThat(row).contains("linux/s390x", "emulated", "1 min 35 sec", "unknown"));
        assertThat(rows(page, "multiarch-plan"))
                .contains("linux/amd64\tnative\tmultiarch-linux-amd64\t2 agents are available")
                .anyMatch(row -> row.startsWith("linux/s390x\temulated\t") && row.endsWith("there is no native agent"));
        assertThat(page.getByXPath(
                        "//table[contains(@class, 'multiarch-builds')]//a[contains(@href, '/computer/" + node + "/')]"))
                .hasSize(2);
        assertThat(page.getByXPath("//a[contains(@href, '/computer/gone')]")).isEmpty();
        assertThat(page.<DomElement>getByXPath("//*[@class='multiarch-bar']/*"))
                .extracting(bar -> bar.getAttribute("width"))
                .containsExactly("12", "21", "100");
        assertThat(copied(page)).contains(Sample.NAME + "@" + Sample.digest("linux/amd64"));
    }

    @Test
    void theReportSaysWhatFailedAndWhy() throws Exception {
        Sample.failure(run, "script returned exit code 1", "STEP 2/3: RUN make\nmake: *** No rule");
        new RunRecord(run)
                .addFailedPush(ImageReference.parse(Sample.IMAGE), "Could not push the index: 403 Forbidden.");

        HtmlPage page = report();

        assertThat(page.<DomElement>getByXPath("//div[contains(@class, 'jenkins-alert')]"))
                .extracting(DomNode::asNormalizedText)
                .satisfiesExactly(
                        failed -> assertThat(failed)
                                .startsWith("linux/arm64: Failed: script returned exit code 1")
                                .contains("STEP 2/3: RUN make\nmake: *** No rule"),
                        stopped -> assertThat(stopped).isEqualTo("linux/s390x: Stopped: Failed in branch linux/arm64"),
                        push -> assertThat(push)
                                .contains("The index " + Sample.IMAGE + " could not be pushed", "403 Forbidden"));
        assertThat(rows(page, "multiarch-builds"))
                .satisfiesExactly(
                        row -> assertThat(row).contains("linux/amd64", "3.24 MiB"),
                        row -> assertThat(row).contains("linux/arm64", "builder", "podman", "7 sec"),
                        row -> assertThat(row).contains("linux/s390x"));
        assertThat(client.getPage(run).getElementById("multiarch-summary").asNormalizedText())
                .contains("2 problems: see the report");
    }

    @Test
    void theReportSaysWhatNothingCanBuild() throws Exception {
        new RunRecord(run)
                .addPlan(
                        Sample.request(),
                        new Plan(List.of(new PlannedPlatform(
                                Platform.parse("linux/s390x"),
                                PlannedPlatform.Mode.IMPOSSIBLE,
                                "",
                                false,
                                "no agent is online",
                                "Start one.",
                                false))));

        HtmlPage page = report();

        assertThat(page.getBody().asNormalizedText())
                .contains("Nothing can build linux/s390x: no agent is online", "Remedy: Start one.");
        assertThat(rows(page, "multiarch-plan")).containsExactly("linux/s390x\timpossible\t\tno agent is online");
        assertThat(client.getPage(run).getElementById("multiarch-summary").asNormalizedText())
                .contains("1 problem: see the report");
    }

    @Test
    void whatOthersWriteIsTextAndOfBoundedLength() throws Exception {
        Sample.failure(run, Sample.SCRIPT + "x".repeat(100_000), Sample.SCRIPT + "y".repeat(100_000));
        Map<String, String> annotations = new TreeMap<>();
        for (int i = 0; i < 1000; i++) {
            annotations.put("com.example.a" + i, Sample.SCRIPT + "z".repeat(1000));
        }
        new RunRecord(run)
                .addIndex(Sample.index(
                        List.of(Sample.image("linux/amd64", "", false, 1, 1)), annotations, List.of("1.0")));

        HtmlPage page = report();

        assertThat(page.getByXPath("//img[@src='x'] | //script[contains(., 'hacked')]"))
                .isEmpty();
        assertThat(page.getBody().asNormalizedText()).contains(Sample.SCRIPT);
        assertThat(page.getWebResponse().getContentAsString()).hasSizeLessThan(300_000);
        assertThat(run.getRootDir().toPath().resolve("build.xml"))
                .satisfies(file -> assertThat(file.toFile().length()).isLessThan(100_000));
    }

    @Test
    void theRemoteApiTellsTheSame() throws Exception {
        PublishedIndex index = Sample.success(run, "built-in");

        for (JsonNode actions :
                List.of(json("job/app/1/api/json").get("actions"), json("job/app/1/multiarch/api/json"))) {
            JsonNode report = actions;
            if (actions.isArray()) {
                for (JsonNode action : actions) {
                    report = action.has("builds") ? action : report;
                }
            }
            JsonNode build = report.get("builds").get(0);
            assertThat(build.get("platform").asText()).isEqualTo("linux/s390x");
            assertThat(build.get("state").asText()).isEqualTo("pushed");
            assertThat(build.get("emulated").asBoolean()).isTrue();
            assertThat(build.get("compressedSize").asLong()).isEqualTo(3_500_000);
            assertThat(build.get("durationMillis").asLong()).isEqualTo(95_000);
            assertThat(report.get("builds").get(1).get("cachedSteps").asInt()).isEqualTo(2);
            assertThat(report.get("plans").get(2).get("reason").asText()).isEqualTo("there is no native agent");
            JsonNode pushed = report.get("indexes").get(0);
            assertThat(pushed.get("digest").asText()).isEqualTo(index.digest().toString());
            assertThat(pushed.get("tags").toString()).isEqualTo("[\"1.0\",\"latest\"]");
            assertThat(pushed.get("annotations")
                            .get("org.opencontainers.image.version")
                            .asText())
                    .isEqualTo("1.0");
        }
        assertThat(json("job/app/1/multiarch/api/json?depth=2")
                        .get("indexes")
                        .get(0)
                        .get("members")
                        .findValuesAsText("platform"))
                .containsExactly("linux/amd64", "linux/arm64", "linux/s390x");
    }

    @Test
    void whatIsToldAgainIsThereOnce() throws Exception {
        Sample.success(run, "");
        MultiArchBuildAction report = run.getAction(MultiArchBuildAction.class);
        new RunRecord(run)
                .addBuild(PlatformBuild.succeeded(Sample.IMAGE, Sample.image("linux/amd64", "other", false, 1, 1)));
        new RunRecord(run)
                .addBuild(
                        PlatformBuild.succeeded(Sample.NAME + ":debug", Sample.image("linux/amd64", "", false, 1, 1)));
        new RunRecord(run).addIndex(Sample.index(report.getImages(), Map.of(), List.of("1.0")));
        new RunRecord(run).addIndex(Sample.index(report.getImages(), Map.of(), List.of("1.0")));
        new RunRecord(run).addIndex(Sample.index(report.getImages(), Map.of(), List.of("2.0")));

        assertThat(report.getBuilds())
                .extracting(PlatformBuild::getPlatform)
                .containsExactly("linux/s390x", "linux/arm64", "linux/amd64", "linux/amd64");
        assertThat(report.getIndexes())
                .extracting(RecordedIndex::getTagText)
                .containsExactly("1.0, latest", "1.0", "2.0");
        assertThat(rows(report(), "multiarch-builds")).anyMatch(row -> row.contains(Sample.NAME + ":debug"));
    }

    /** After a restart of the controller: nothing but the step tells two images apart that are not pushed. */
    @Test
    void aStepThatTellsAgainTellsOnce() throws Exception {
        PlatformImage built = Sample.notPushed("linux/amd64", 3);
        new RunRecord(run).addBuild(PlatformBuild.succeeded(Sample.IMAGE, built).by("21"));
        new RunRecord(run)
                .addBuild(PlatformBuild.succeeded(Sample.IMAGE, Sample.notPushed("linux/amd64", 4))
                        .by("21"));
        new RunRecord(run).addBuild(PlatformBuild.succeeded(Sample.IMAGE, built).by("35"));
        for (int i = 0; i < 2; i++) {
            new RunRecord(run)
                    .addBuild(PlatformBuild.failed(Sample.IMAGE, false, built, "no", "")
                            .by("40"));
        }

        assertThat(run.getAction(MultiArchBuildAction.class).getBuilds())
                .extracting(PlatformBuild::getStateName, PlatformBuild::getDurationMillis)
                .containsExactly(tuple("built", 4000L), tuple("built", 3000L), tuple("failed", 3000L));
        assertThat(rows(report(), "multiarch-builds")).hasSize(3);
    }

    @Test
    void whoMayReadTheJobReadsTheReport() throws Exception {
        Sample.success(run, "");
        jenkins.jenkins.setSecurityRealm(jenkins.createDummySecurityRealm());
        jenkins.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.READ)
                .everywhere()
                .to("stranger", "reader")
                .grant(Item.READ)
                .everywhere()
                .to("reader"));
        for (String path : List.of("job/app/1/multiarch/", "job/app/1/multiarch/api/json")) {
            client.login("stranger");
            client.assertFails(path, 404);
            client.login("reader");
            assertThat(client.goTo(path, null).getWebResponse().getStatusCode()).isEqualTo(200);
        }
    }

    @Test
    void digestsLeadBackToTheBuild() throws Exception {
        PublishedIndex index = Sample.success(run, "");
        FreeStyleProject other = jenkins.createFreeStyleProject("other");
        Sample.success(jenkins.buildAndAssertSuccess(other), "");

        for (String digest : List.of(index.digest().toString(), Sample.digest("linux/arm64"))) {
            Fingerprint fingerprint = DockerFingerprints.of(digest);

            assertThat(fingerprint).as(digest).isNotNull();
            assertThat(fingerprint.getOriginal().getRun()).isEqualTo(run);
            assertThat(fingerprint.getUsages()).containsOnlyKeys("app", "other");
        }
        assertThat(DockerFingerprints.of(Sample.digest("linux/riscv64"))).isNull();
    }

    @Test
    void theReportGoesWithTheBuild() throws Exception {
        Sample.success(run, "");
        assertThat(run.getRootDir()).exists();

        run.delete();

        assertThat(run.getRootDir()).doesNotExist();
        client.assertFails("job/app/1/multiarch/", 404);
    }
}
