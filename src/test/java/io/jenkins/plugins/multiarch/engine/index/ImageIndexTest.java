package io.jenkins.plugins.multiarch.engine.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.registry.Manifest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ImageIndexTest {

    private static Descriptor member(String mediaType, String platform, int seed) {
        return Descriptor.of(
                mediaType, Digest.ofSha256(new byte[] {(byte) seed}), 100 + seed, Platform.parse(platform));
    }

    private static Descriptor oci(String platform, int seed) {
        return member(Manifest.OCI_MANIFEST, platform, seed);
    }

    private static Descriptor docker(String platform, int seed) {
        return member(Manifest.DOCKER_MANIFEST, platform, seed);
    }

    private static Descriptor attestationOf(Descriptor image, int seed) {
        return Descriptor.of(
                        Manifest.OCI_MANIFEST,
                        Digest.ofSha256(new byte[] {(byte) seed}),
                        50,
                        Platform.of("unknown", "unknown", ""))
                .withAnnotations(Map.of(
                        Descriptor.REFERENCE_TYPE,
                        "attestation-manifest",
                        Descriptor.REFERENCE_DIGEST,
                        image.digest().toString()));
    }

    @Test
    void writesExactlyWhatTheSpecificationShows() {
        Descriptor arm = oci("linux/arm/v7", 1).withAnnotations(Map.of("b", "2", "a", "1"));
        Descriptor windows = oci("windows/amd64", 2).withOs("10.0.20348.1", List.of("win32k"));
        Manifest manifest = ImageIndex.of(IndexFormat.OCI, List.of(arm, windows), Map.of("k", "\u00fc"))
                .toManifest();
        assertThat(manifest.mediaType()).isEqualTo(Manifest.OCI_INDEX);
        assertThat(new String(manifest.content(), StandardCharsets.UTF_8))
                .isEqualTo("""
                        {
                          "schemaVersion": 2,
                          "mediaType": "application/vnd.oci.image.index.v1+json",
                          "manifests": [
                            {
                              "mediaType": "application/vnd.oci.image.manifest.v1+json",
                              "digest": "%s",
                              "size": 101,
                              "platform": {
                                "architecture": "arm",
                                "os": "linux",
                                "variant": "v7"
                              },
                              "annotations": {
                                "a": "1",
                                "b": "2"
                              }
                            },
                            {
                              "mediaType": "application/vnd.oci.image.manifest.v1+json",
                              "digest": "%s",
                              "size": 102,
                              "platform": {
                                "architecture": "amd64",
                                "os": "windows",
                                "os.version": "10.0.20348.1",
                                "os.features": [
                                  "win32k"
                                ]
                              }
                            }
                          ],
                          "annotations": {
                            "k": "\u00fc"
                          }
                        }""".formatted(arm.digest(), windows.digest()));
        assertThat(ImageIndex.parse(manifest).members()).containsExactly(arm, windows);
    }

    @Test
    void autoIsDockerOnlyIfNothingSpeaksAgainstIt() {
        assertThat(ImageIndex.of(IndexFormat.AUTO, List.of(docker("linux/amd64", 1)), Map.of())
                        .mediaType())
                .isEqualTo(Manifest.DOCKER_LIST);
        assertThat(ImageIndex.of(IndexFormat.AUTO, List.of(docker("linux/amd64", 1), oci("linux/arm64", 2)), Map.of())
                        .mediaType())
                .isEqualTo(Manifest.OCI_INDEX);
        assertThat(ImageIndex.of(IndexFormat.AUTO, List.of(docker("linux/amd64", 1)), Map.of("k", "v"))
                        .mediaType())
                .isEqualTo(Manifest.OCI_INDEX);
        assertThat(ImageIndex.of(
                                IndexFormat.AUTO,
                                List.of(docker("linux/amd64", 1).withAnnotations(Map.of("k", "v"))),
                                Map.of())
                        .mediaType())
                .isEqualTo(Manifest.OCI_INDEX);
    }

    @Test
    void aDockerListHasNoAnnotations() {
        assertThatThrownBy(() ->
                        ImageIndex.of(IndexFormat.DOCKER, List.of(docker("linux/amd64", 1)), Map.of("my.key", "v")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("my.key")
                .hasMessageContaining("format oci");
    }

    @Test
    void imagesOfOnePlatformMayDifferByTheVersionOfTheirSystem() {
        Descriptor older = oci("windows/amd64", 3).withOs("10.0.17763.1", List.of());
        Descriptor newer = oci("windows/amd64", 4).withOs("10.0.20348.1", List.of());
        assertThat(ImageIndex.of(IndexFormat.AUTO, List.of(older, newer), Map.of())
                        .members())
                .hasSize(2);
    }

    @Test
    void whatIsReadIsWrittenAgainByteForByteAsLongAsNothingChanges() {
        String odd = "{ \"manifests\" :[" + oci("linux/arm64", 1) + "],\n\t\"a\":\"\\u0062\", \"n\":1.0e2 }\n";
        Manifest manifest = Manifest.of(Manifest.OCI_INDEX, odd.getBytes(StandardCharsets.UTF_8));
        ImageIndex index = ImageIndex.parse(manifest);
        assertThat(index.amend(IndexFormat.AUTO, index.members(), Map.of()).toManifest())
                .isEqualTo(manifest);
        Descriptor added = oci("linux/amd64", 2);
        ImageIndex there = index.amend(IndexFormat.AUTO, List.of(added), Map.of("k", "v"));
        assertThat(there.toManifest()).isNotEqualTo(manifest);
        assertThat(ImageIndex.parse(Manifest.of(Manifest.OCI_INDEX, "{\"manifests\":[]}".getBytes()))
                        .amend(IndexFormat.AUTO, List.of(added), Map.of())
                        .toManifest()
                        .content())
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("{\"manifests\":[" + added + "]}");
    }

    @Test
    void refusesAnnotationsWithoutAKeyAndAnEmptyIndex() {
        assertThatThrownBy(() -> ImageIndex.of(IndexFormat.OCI, List.of(oci("linux/arm64", 1)), Map.of(" ", "lost")))
                .hasMessageContaining("'lost' has no key");
        for (String key : List.of("a b", "a\tb", "a\u200bb", "a\u0000")) {
            assertThatThrownBy(() -> ImageIndex.of(IndexFormat.OCI, List.of(oci("linux/arm64", 1)), Map.of(key, "v")))
                    .hasMessageContaining("cannot be the key of an annotation");
        }
        assertThatThrownBy(() -> ImageIndex.of(IndexFormat.OCI, List.of(), Map.of()))
                .hasMessageContaining("at least one member");
    }

    @Test
    void amendKeepsWhatItDoesNotKnow() {
        Descriptor arm = oci("linux/arm64", 1);
        String existing = """
                {"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","future":{"x":[1]},
                 "manifests":[
                  {"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"%s","size":7,
                   "platform":{"os":"linux","architecture":"arm64","variant":"v8"}},
                  {"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"%s","size":8,"urls":["u"],
                   "platform":{"os":"linux","architecture":"s390x","features":["sse4"]}},
                  {"mediaType":"application/x-unknown","digest":"%s","size":9}],
                 "annotations":{"old":"1"}}""".formatted(
                Digest.ofSha256(new byte[] {9}), Digest.ofSha256(new byte[] {8}), Digest.ofSha256(new byte[] {7}));
        ImageIndex before =
                ImageIndex.parse(Manifest.of(Manifest.OCI_INDEX, existing.getBytes(StandardCharsets.UTF_8)));
        ImageIndex after = before.amend(IndexFormat.AUTO, List.of(oci("linux/amd64", 2), arm), Map.of("new", "2"));

        assertThat(after.toManifest().json().at("/future/x/0").asInt()).isEqualTo(1);
        assertThat(after.toManifest().json().at("/manifests/1/urls/0").asText()).isEqualTo("u");
        assertThat(after.toManifest()
                        .json()
                        .at("/manifests/1/platform/features/0")
                        .asText())
                .isEqualTo("sse4");
        assertThat(after.members())
                .extracting(Descriptor::digest)
                .containsExactly(
                        arm.digest(),
                        Digest.ofSha256(new byte[] {8}),
                        Digest.ofSha256(new byte[] {7}),
                        Digest.ofSha256(new byte[] {2}));
        assertThat(after.annotations()).containsExactly(Map.entry("new", "2"), Map.entry("old", "1"));
        assertThat(before.members()).hasSize(3);
    }

    @Test
    void anAttestationGoesWithItsMember() {
        Descriptor amd = oci("linux/amd64", 1);
        Descriptor arm = oci("linux/arm64", 2);
        Descriptor ofAmd = attestationOf(amd, 11);
        Descriptor ofArm = attestationOf(arm, 12);
        ImageIndex index = ImageIndex.of(IndexFormat.AUTO, List.of(amd, arm, ofAmd, ofArm), Map.of());

        Descriptor newer = oci("linux/amd64", 3);
        assertThat(index.amend(IndexFormat.AUTO, List.of(newer), Map.of()).members())
                .containsExactly(newer, arm, ofArm);
        assertThat(index.amend(IndexFormat.AUTO, List.of(amd, ofAmd), Map.of()).members())
                .containsExactly(amd, arm, ofAmd, ofArm);
    }

    @Test
    void anAttestationIsRemovedWithItsMember() {
        Descriptor amd = oci("linux/amd64", 1);
        Descriptor arm = oci("linux/arm64", 2);
        Descriptor ofAmd = attestationOf(amd, 11);
        Descriptor ofArm = attestationOf(arm, 12);
        ImageIndex index = ImageIndex.of(IndexFormat.AUTO, List.of(amd, arm, ofAmd, ofArm), Map.of());
        assertThat(index.without(List.of(Platform.parse("linux/amd64"))).members())
                .containsExactly(arm, ofArm);
    }

    @Test
    void aDockerListRefusesAttestationsWithTheReason() {
        Descriptor amd = docker("linux/amd64", 1);
        assertThatThrownBy(() -> ImageIndex.of(IndexFormat.DOCKER, List.of(amd, attestationOf(amd, 2)), Map.of()))
                .hasMessageContaining("cannot hold attestations")
                .hasMessageContaining("Use the format oci");
    }

    @Test
    void dockerAndOciMembersGoIntoOneOciIndex() {
        ImageIndex index =
                ImageIndex.of(IndexFormat.AUTO, List.of(docker("linux/amd64", 1), oci("linux/arm64", 2)), Map.of());
        assertThat(index.mediaType()).isEqualTo(Manifest.OCI_INDEX);
        assertThat(index.members())
                .extracting(Descriptor::mediaType)
                .containsExactly(Manifest.DOCKER_MANIFEST, Manifest.OCI_MANIFEST);
    }

    @Test
    void anAnnotationTurnsAnAmendedDockerListIntoAnOciIndex() {
        ImageIndex list = ImageIndex.of(IndexFormat.AUTO, List.of(docker("linux/amd64", 1)), Map.of());
        assertThat(list.amend(IndexFormat.AUTO, List.of(docker("linux/arm64", 2)), Map.of())
                        .mediaType())
                .isEqualTo(Manifest.DOCKER_LIST);
        assertThat(list.amend(IndexFormat.AUTO, List.of(docker("linux/arm64", 2)), Map.of("k", "v"))
                        .mediaType())
                .isEqualTo(Manifest.OCI_INDEX);
    }

    @Test
    void aSingleImageIsNoIndex() {
        assertThatThrownBy(() -> ImageIndex.parse(Manifest.of(Manifest.OCI_MANIFEST, new byte[] {'{', '}'})))
                .hasMessageContaining("single image");
    }

    @Test
    void defaultAnnotationsFillWhatIsMissing() {
        ImageIndex index = ImageIndex.of(
                IndexFormat.OCI, List.of(oci("linux/arm64", 1)), Map.of("set.by.author", "1", "other", "2"));
        ImageIndex filled = index.withDefaultAnnotations(Map.of("set.by.author", "default", "set.by.default", "3"));

        assertThat(filled.annotations()).isEqualTo(Map.of("set.by.author", "1", "other", "2", "set.by.default", "3"));
        assertThat(filled.members()).isEqualTo(index.members());
        assertThat(index.annotations()).doesNotContainKey("set.by.default");
        assertThat(index.withDefaultAnnotations(Map.of()).toManifest()).isEqualTo(index.toManifest());
    }

    @Test
    void defaultAnnotationsLeaveADockerListAlone() {
        for (IndexFormat format : List.of(IndexFormat.DOCKER, IndexFormat.AUTO)) {
            ImageIndex list = ImageIndex.of(format, List.of(docker("linux/amd64", 1)), Map.of());
            Manifest manifest = list.withDefaultAnnotations(Map.of("k", "v")).toManifest();

            assertThat(manifest.mediaType()).isEqualTo(Manifest.DOCKER_LIST);
            assertThat(manifest).isEqualTo(list.toManifest());
            assertThat(manifest.json().has("annotations")).isFalse();
        }
    }

    @Test
    void aDefaultAnnotationNeedsAKeyToo() {
        ImageIndex index = ImageIndex.of(IndexFormat.OCI, List.of(oci("linux/arm64", 1)), Map.of());
        assertThatThrownBy(() -> index.withDefaultAnnotations(Map.of(" ", "lost")))
                .hasMessageContaining("'lost' has no key");
    }
}
