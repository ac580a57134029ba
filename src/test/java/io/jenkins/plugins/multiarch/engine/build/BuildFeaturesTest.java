package io.jenkins.plugins.multiarch.engine.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.multiarch.engine.agent.BuildTool;
import io.jenkins.plugins.multiarch.engine.agent.Version;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BuildFeaturesTest {

    private static BuildFeatures options(String... options) {
        return new BuildFeatures(Map.of(), "", List.of(), List.of(), Map.of(), "", false, List.of(options));
    }

    @ParameterizedTest
    @CsvSource({
        "--platform=linux/arm64, platforms",
        "--file=x, dockerfile",
        "--tag=x, image",
        "--secret=id=x, secrets",
        "--attest=type=sbom, provenance and sbom",
        "--push, push",
        "--no-cache, noCache",
    })
    void optionsThatTheBuildSetsItselfAreRefusedByName(String option, String instead) {
        assertThatThrownBy(() -> options(option))
                .hasMessageContaining(option.replaceFirst("=.*", ""))
                .hasMessageContaining("Use " + instead + " instead");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-t", "-fx", "network=host", "", "--", "--Network", ". --push", "--a b"})
    void whatIsNoOptionIsRefused(String text) {
        assertThatThrownBy(() -> options(text))
                .hasMessageContaining("'" + text + "'")
                .hasMessageContaining("long form");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--load", "--metadata-file=x", "--layers=false", "--iidfile=/etc/passwd"})
    void thoseThatMakeNoSenseHereAreRefused(String option) {
        assertThatThrownBy(() -> options(option)).hasMessageContaining("Leave it out");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a,src=/etc/passwd", "", "a b", "-x", "a=b"})
    void aSecretsIdCannotBecomeSomethingElse(String id) {
        assertThatThrownBy(() ->
                        new BuildFeatures(Map.of(id, ""), "", List.of(), List.of(), Map.of(), "", false, List.of()))
                .hasMessageContaining("'" + id + "'");
    }

    private static BuildRequest request(BuildFeatures features) {
        return new BuildRequest(
                ImageReference.parse("r.example.com/a:1"),
                Platform.parse("linux/arm/v7"),
                ".",
                "Dockerfile",
                "",
                Map.of(),
                Map.of(),
                false,
                false,
                "",
                true,
                false,
                features);
    }

    @Test
    void eachReachesTheToolAsOneArgument() {
        Map<String, String> secrets = new LinkedHashMap<>();
        secrets.put("token", "/dev/shm/multiarch-1/secret-0");
        BuildFeatures features = new BuildFeatures(
                secrets,
                "/dev/shm/multiarch-1/ssh-key",
                List.of("type=registry,ref=r.example.com/cache:{platform}"),
                List.of("type=inline"),
                Map.of("shared", "/work/libs shared"),
                "max",
                true,
                List.of("--network=host", "--add-host=a:1"));
        BuildRequest request = request(features);

        assertThat(new BuildxCommands("docker-container")
                        .script(request, "/tmp/b", "localhost/multiarch-build/1:x")
                        .all()
                        .get(0)
                        .arguments())
                .contains(
                        "--secret=id=token,src=/dev/shm/multiarch-1/secret-0",
                        "--ssh=default=/dev/shm/multiarch-1/ssh-key",
                        "--cache-from=type=registry,ref=r.example.com/cache:linux-arm-v7",
                        "--cache-to=type=inline",
                        "--build-context=shared=/work/libs shared",
                        "--provenance=mode=max",
                        "--sbom=true",
                        "--network=host",
                        "--add-host=a:1");
    }

    @Test
    void onlyDirectoriesAreShipped() {
        assertThat(BuildFeatures.isDirectory("libs/shared")).isTrue();
        for (String other : List.of(
                "https://git.example.com/a.git", "git@git.example.com:a.git", "docker-image://a:1", "oci-layout://x")) {
            assertThat(BuildFeatures.isDirectory(other)).as(other).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'', ''",
        "false, ''",
        "true, --sbom=true",
        "r.example.com/tools/scanner:1, --sbom=generator=r.example.com/tools/scanner:1",
        "team/scanner, --sbom=generator=team/scanner",
    })
    void aScannerOfOnesOwnIsNamedAsBuildKitDoes(String sbom, String option) {
        BuildRequest request = request(BuildFeatures.NONE.withSbom(sbom));

        List<String> options = new BuildxCommands("docker-container").buildOptions(request);

        assertThat(options.stream().filter(one -> one.startsWith("--sbom")))
                .isEqualTo(option.isEmpty() ? List.of() : List.of(option));
        assertThat(new BuildxCommands("docker-container").optionsOfExport(request, "/tmp/b"))
                .noneMatch(one -> one.startsWith("--sbom"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"yes", "max", "Tools/Scanner:1", "r.example.com/scanner:1,type=provenance", "a b/c", "/x"})
    void whatIsNoScannerIsRefused(String sbom) {
        assertThatThrownBy(() -> BuildFeatures.NONE.withSbom(sbom))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Unknown sbom '" + sbom + "'. Choose true, false, or the image of a scanner, such as"
                        + " registry.example.com/tools/scanner:1.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "r.example.com/tools/scanner:1"})
    void onlyBuildKitAttachesABillOfMaterials(String sbom) {
        BuildRequest request = request(BuildFeatures.NONE.withSbom(sbom));

        assertThat(new PodmanCommands(BuildTool.PODMAN, new Version("5.6.0", 5, 6), "").refusals(request))
                .containsExactly(
                        "podman attaches no software bill of materials: set builder: 'buildx' and have a builder"
                                + " with a container driver");
        assertThat(new DockerCommands(DockerCommands.Frontend.BUILDKIT).refusals(request))
                .containsExactly("docker with the BuildKit inside it has no attestations: install the buildx plugin"
                        + " (docker-buildx-plugin) on the agent");
    }
}
