package io.jenkins.plugins.multiarch.engine.provenance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BuildProvenanceTest {

    private static final ImageReference INDEX =
            ImageReference.parse("registry.example.com/team/app@" + TestFacts.digest("index"));

    private final Statement statement = Provenance.of(TestFacts.ofJob("team/app"), INDEX);
    private final JsonNode predicate = statement.predicate();

    @Test
    void itIsAboutTheImageAlone() {
        assertThat(statement.subjects()).containsExactly(Subject.of(INDEX));
        assertThat(statement.isAbout(TestFacts.digest("index"))).isTrue();
        assertThat(statement.isAbout(TestFacts.digest("arm64"))).isFalse();
        assertThatThrownBy(() -> Provenance.of(TestFacts.ofJob("a"), INDEX.withTag("1")))
                .hasMessageContaining("has no digest");
    }

    @Test
    void whatTheAuthorDecidesIsAnExternalParameter() {
        assertThat(predicate.at("/buildDefinition/externalParameters"))
                .hasToString("{\"job\":\"team/app\",\"source\":{\"repository\":\"" + TestFacts.REPOSITORY
                        + "\",\"revision\":\"refs/heads/main\"},\"parameters\":{\"image\":"
                        + "\"registry.example.com/team/app:1\",\"target\":\"release\"}}");
    }

    @Test
    void theControllerSaysWhoBuiltItAndWhen() {
        assertThat(predicate.at("/runDetails/builder"))
                .hasToString("{\"id\":\"https://ci.example.com/\",\"version\":{\"multiarch-build\":\"1.0\"}}");
        assertThat(predicate.at("/runDetails/metadata"))
                .hasToString("{\"invocationId\":\"https://ci.example.com/job/team/job/app/12/\",\"startedOn\":"
                        + "\"2026-01-02T03:04:05Z\",\"finishedOn\":\"2026-01-02T03:05:45Z\"}");
    }

    @Test
    void whatAnAgentClaimsIsApartFromWhatTheControllerKnows() {
        JsonNode platforms = predicate.at("/buildDefinition/internalParameters/platforms");

        assertThat(platforms).hasSize(2);
        assertThat(platforms.get(0))
                .hasToString("{\"platform\":\"linux/amd64\",\"digest\":\"" + TestFacts.digest("amd64")
                        + "\",\"mode\":\"native\",\"agent\":\"amd-1\",\"startedOn\":\"2026-01-02T03:04:05Z\","
                        + "\"finishedOn\":\"2026-01-02T03:05:05Z\",\"claimedByAgent\":{\"tool\":\"buildx\","
                        + "\"toolVersion\":\"0.13.1\"}}");
        assertThat(platforms.get(1).path("mode").textValue()).isEqualTo("emulated");
        assertThat(platforms.get(1).path("claimedByAgent")).isEmpty();
    }

    @Test
    void theCommitAndTheBaseImagesAreDependencies() {
        assertThat(predicate.at("/buildDefinition/resolvedDependencies"))
                .hasToString("[{\"uri\":\"git+" + TestFacts.REPOSITORY + "@refs/heads/main\",\"digest\":{\"gitCommit\":"
                        + "\"0123456789012345678901234567890123456789\"}},{\"uri\":"
                        + "\"docker://docker.io/library/debian:12\",\"digest\":{\"sha256\":\""
                        + TestFacts.digest("debian").hex() + "\"},\"annotations\":{\"claimedByAgent\":true}}]");
    }

    @Test
    void thePlatformImagesAreByproductsOfTheirIndex() {
        assertThat(predicate.at("/runDetails/byproducts"))
                .extracting(entry -> entry.path("name").textValue())
                .containsExactly("linux/amd64", "linux/arm64");
        JsonNode ofPlatform = Provenance.of(TestFacts.ofJob("a"), INDEX.withDigest(TestFacts.digest("arm64")))
                .predicate();
        assertThat(ofPlatform.at("/runDetails/byproducts"))
                .extracting(entry -> entry.path("uri").textValue())
                .containsExactly("docker://registry.example.com/team/app@" + TestFacts.digest("amd64"));
    }

    @Test
    void theSameFactsGiveTheSameBytesAndAreReadBack() {
        byte[] content = statement.toJson();

        assertThat(Provenance.of(TestFacts.ofJob("team/app"), INDEX).toJson()).isEqualTo(content);
        assertThat(Statement.parse(content)).isEqualTo(statement);
        assertThat(new String(content, StandardCharsets.UTF_8))
                .startsWith("{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[{\"name\":"
                        + "\"registry.example.com/team/app\",\"digest\":{\"sha256\":\"")
                .contains("\"predicateType\":\"https://slsa.dev/provenance/v1\"");
    }

    @Test
    void itsOriginIsReadBack() {
        BuildOrigin origin = BuildOrigin.of(statement);

        assertThat(origin.builder()).isEqualTo("https://ci.example.com/");
        assertThat(origin.job()).isEqualTo("team/app");
        assertThat(origin.isFrom("https://git.example.com/team/app")).isTrue();
        assertThat(origin.isFrom("https://git.example.com/team/app2")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "git+https://github.com/org/app@refs/heads/main, https://github.com/org/app",
        "git+https://github.com/org/app.git, https://github.com/org/app",
        "git+ssh://git@github.com/org/app@v1, ssh://git@github.com/org/app.git",
        "git+ssh://git@github.com/org/app, ssh://git@github.com/org/app/"
    })
    void theRepositoryInTheProvenanceOfOthersIsUnderstood(String uri, String repository) {
        byte[] foreign =
                ("{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[{\"digest\":{\"sha256\":\"00\"}}],"
                                + "\"predicateType\":\"https://slsa.dev/provenance/v1\",\"predicate\":{\"buildDefinition\":{"
                                + "\"externalParameters\":{\"job\":\"team/app\"},\"resolvedDependencies\":[{\"uri\":\""
                                + uri
                                + "\"}]},\"runDetails\":{\"builder\":{\"id\":\"https://example.com/b\"}}}}")
                        .getBytes(StandardCharsets.UTF_8);

        BuildOrigin origin = BuildOrigin.of(Statement.parse(foreign));

        assertThat(origin.isFrom(repository)).isTrue();
        assertThat(origin.builder()).isEqualTo("https://example.com/b");
        // What another build type calls a job is something else.
        assertThat(origin.job()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "{}",
                "{\"_type\":\"https://example.com/\",\"subject\":[{}],\"predicateType\":\"x\"}",
                "{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[],\"predicateType\":\"x\"}",
                "{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[{\"digest\":{\"sha256\":\"0\"}}]}",
                "{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[{\"digest\":{\"sha256\":1}}],\"predicateType\":\"x\"}",
                "{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":{},\"predicateType\":\"x\"}",
                "{\"_type\":\"https://in-toto.io/Statement/v1\",\"_type\":\"https://in-toto.io/Statement/v1\"}"
            })
    void whatIsNoStatementIsRefused(String content) {
        assertThatThrownBy(() -> Statement.parse(content.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aPasswordInTheUrlOfTheRepositoryIsRefusedAndNotQuoted() {
        assertThatThrownBy(() -> new SourceCode("https://bob:secret@git.example.com/app", "", "00"))
                .hasMessageContaining("has a password")
                .hasMessageNotContaining("secret");
        assertThat(new SourceCode("ssh://git@git.example.com/app", "", "00").repository())
                .contains("git@");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ci.example.com", "ftp://ci"})
    void aBuilderNeedsTheUrlOfJenkins(String url) {
        BuildFacts facts = TestFacts.ofJob("a");
        assertThatThrownBy(() -> new BuildFacts(
                        url, "1", "a", 1, null, Map.of(), List.of(), facts.startedOn(), facts.finishedOn()))
                .hasMessageContaining("that is '" + url + "'");
    }

    @Test
    void theNameOfAJobIsEncodedInItsAddress() {
        BuildFacts facts = TestFacts.ofJob("team/my app/ä");

        assertThat(Provenance.of(facts, INDEX)
                        .predicate()
                        .at("/runDetails/metadata/invocationId")
                        .textValue())
                .isEqualTo("https://ci.example.com/job/team/job/my%20app/job/%C3%A4/12/");
    }

    @Test
    void whatAnAgentSaysOfTheSourceIsMarkedAndDoesNotCount() {
        BuildFacts facts = TestFacts.ofJob("a");
        SourceCode claimed = new SourceCode("https://git.example.com/app", "", "0123", true);
        Statement statement = Provenance.of(
                new BuildFacts(
                        "http://ci", "1", "a", 1, claimed, Map.of(), List.of(), facts.startedOn(), facts.finishedOn()),
                INDEX);

        assertThat(statement
                        .predicate()
                        .at("/buildDefinition/resolvedDependencies/0")
                        .toString())
                .isEqualTo("{\"uri\":\"git+https://git.example.com/app\",\"digest\":{\"gitCommit\":\"0123\"},"
                        + "\"annotations\":{\"claimedByAgent\":true}}");
        assertThat(BuildOrigin.of(statement)).isEqualTo(new BuildOrigin("http://ci/", "a", Set.of()));
    }

    @Test
    void aBuildWithoutSourceHasNoCommit() {
        BuildFacts facts = TestFacts.ofJob("a");
        Statement without = Provenance.of(
                new BuildFacts(
                        "http://ci", "1", "a", 1, null, Map.of(), List.of(), facts.startedOn(), facts.finishedOn()),
                INDEX);

        assertThat(without.predicate().at("/buildDefinition/resolvedDependencies"))
                .isEmpty();
        assertThat(BuildOrigin.of(without)).isEqualTo(new BuildOrigin("http://ci/", "a", Set.of()));
    }

    @Test
    void theBuildTypeIsDefinedInThePageThatItNames() throws Exception {
        String page = Provenance.BUILD_TYPE.replaceFirst(".*/blob/main/", "").replaceFirst("#.*", "");
        String text = Files.readString(Path.of(page));

        assertThat(text).contains("## v1", Provenance.BUILD_TYPE);
        predicate
                .at("/buildDefinition/externalParameters")
                .fieldNames()
                .forEachRemaining(name -> assertThat(text).contains("`" + name + "`"));
        predicate
                .at("/buildDefinition/internalParameters/platforms/0")
                .fieldNames()
                .forEachRemaining(name -> assertThat(text).contains("`" + name + "`"));
    }
}
