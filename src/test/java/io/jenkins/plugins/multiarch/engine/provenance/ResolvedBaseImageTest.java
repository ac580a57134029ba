package io.jenkins.plugins.multiarch.engine.provenance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.jenkins.plugins.multiarch.engine.json.Json;
import org.junit.jupiter.api.Test;

class ResolvedBaseImageTest {

    private static final String HEX = "0123456789abcdef".repeat(4);

    private static String material(String uri) {
        return "{\"uri\": \"" + uri + "\", \"digest\": {\"sha256\": \"" + HEX + "\"}}";
    }

    @Test
    void materialsOfBuildKitAreImagesOrNot() {
        String list = "[" + material("pkg:docker/localhost%3A5000/team/base@1.2?platform=linux%2Famd64") + ", "
                + material("pkg:docker/busybox@latest") + ", " + material("https://example.com/file") + ", "
                + material("pkg:docker/%zz") + ", {\"uri\": \"pkg:docker/nothing@1\"}, 7]";

        for (String predicate : new String[] {
            "{\"materials\": " + list + "}", "{\"buildDefinition\": {\"resolvedDependencies\": " + list + "}}"
        }) {
            assertThat(ResolvedBaseImage.ofProvenance(Json.readLeniently(predicate)))
                    .extracting(
                            ResolvedBaseImage::reference, base -> base.digest().hex())
                    .containsExactly(
                            tuple("localhost:5000/team/base:1.2", HEX), tuple("docker.io/library/busybox:latest", HEX));
        }
        assertThat(ResolvedBaseImage.ofProvenance(Json.readLeniently("null"))).isEmpty();
    }

    @Test
    void theManifestMaySayIt() {
        String annotations = "{\"annotations\": {\"" + ResolvedBaseImage.NAME + "\": \"localhost:5000/base:1\", \""
                + ResolvedBaseImage.DIGEST + "\": \"sha256:" + HEX + "\"}}";

        assertThat(ResolvedBaseImage.ofManifest(Json.readLeniently(annotations)))
                .get()
                .extracting(ResolvedBaseImage::reference)
                .isEqualTo("localhost:5000/base:1");
        assertThat(ResolvedBaseImage.ofManifest(Json.readLeniently("{}"))).isEmpty();
        assertThat(ResolvedBaseImage.ofManifest(Json.readLeniently(annotations.replace(HEX, ""))))
                .isEmpty();
    }
}
