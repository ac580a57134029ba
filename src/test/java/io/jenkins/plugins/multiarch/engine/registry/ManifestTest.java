package io.jenkins.plugins.multiarch.engine.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.multiarch.engine.reference.Digest;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManifestTest {

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void countsAndHashesTheRawBytes() {
        byte[] raw = bytes("{ \"schemaVersion\" :  2, \"x\":\"\u00e9\" }\n");
        Manifest manifest = Manifest.of(Manifest.OCI_MANIFEST, raw);
        assertThat(manifest.size()).isEqualTo(raw.length);
        assertThat(manifest.content()).isEqualTo(raw);
        assertThat(manifest.digest()).isEqualTo(Digest.ofSha256(raw));
    }

    @Test
    void cannotBeChangedFromOutside() {
        byte[] raw = bytes("{}");
        Manifest manifest = Manifest.of(Manifest.OCI_MANIFEST, raw);
        raw[0] = 'x';
        manifest.content()[1] = 'x';
        assertThat(manifest.content()).isEqualTo(bytes("{}"));
    }

    @Test
    void refusesADigestOfSomethingElse() {
        assertThatThrownBy(() -> new Manifest(Manifest.OCI_MANIFEST, bytes("{}"), Digest.ofSha256(bytes("{ }"))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void knowsItsKind() {
        assertThat(Manifest.of(Manifest.OCI_INDEX, bytes("{}")).isIndex()).isTrue();
        assertThat(Manifest.of(Manifest.DOCKER_LIST, bytes("{}")).isIndex()).isTrue();
        assertThat(Manifest.of(Manifest.OCI_MANIFEST, bytes("{}")).isIndex()).isFalse();
        assertThat(Manifest.of(Manifest.OCI_MANIFEST, bytes("{}")).isImage()).isTrue();
        assertThat(Manifest.of(Manifest.DOCKER_MANIFEST, bytes("{}")).isImage()).isTrue();
        assertThat(Manifest.of(Manifest.DOCKER_SCHEMA_1, bytes("{}")).isImage()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "null",
            value = {
                "application/vnd.oci.image.index.v1+json; charset=utf-8 | {} | application/vnd.oci.image.index.v1+json",
                "application/json | {\"mediaType\":\"application/vnd.oci.image.index.v1+json\"} | application/vnd.oci.image.index.v1+json",
                "null | {\"manifests\":[]} | application/vnd.oci.image.index.v1+json",
                "null | {\"config\":{},\"layers\":[]} | application/vnd.oci.image.manifest.v1+json",
                "text/plain | {\"schemaVersion\":1} | application/vnd.docker.distribution.manifest.v1+json",
                "text/plain | {\"schemaVersion\":1,\"signatures\":[]} | application/vnd.docker.distribution.manifest.v1+prettyjws",
            })
    void findsTheMediaType(String contentType, String document, String mediaType) {
        assertThat(Manifest.mediaType(contentType, bytes(document))).isEqualTo(mediaType);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/vnd.oci.image.index.v1+json | {\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\"} | the document itself says",
                "application/vnd.oci.image.index.v1+json | {\"manifests\":[],\"layers\":[]} | index and a single image at once",
                "text/html | <html> | not JSON",
                "application/json | [] | not a JSON object",
                "application/json | {} | no kind of manifest",
            })
    void refusesWhatIsAmbiguousOrNoManifest(String contentType, String document, String reason) {
        assertThatThrownBy(() -> Manifest.mediaType(contentType, bytes(document)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void theSizeOfAnImageIsThatOfItsConfigurationAndLayers() {
        String layers = "\"layers\":[{\"size\":100},{\"size\":20}]";
        assertThat(imageSize("{\"config\":{\"size\":3}," + layers + "}")).isEqualTo(123);
        assertThat(imageSize("{\"config\":{}," + layers + "}")).isZero();
        assertThat(imageSize("{\"config\":{\"size\":" + Long.MAX_VALUE + "}," + layers + "}"))
                .isZero();
        assertThat(imageSize("{\"config\":{\"size\":3},\"layers\":[{\"size\":-3}]}"))
                .isZero();
        assertThat(imageSize("no JSON")).isZero();
        assertThat(Manifest.of(Manifest.OCI_INDEX, "{\"manifests\":[]}".getBytes(StandardCharsets.UTF_8))
                        .imageSize())
                .isZero();
    }

    private static long imageSize(String content) {
        return Manifest.of(Manifest.OCI_MANIFEST, content.getBytes(StandardCharsets.UTF_8))
                .imageSize();
    }
}
