package io.jenkins.plugins.multiarch.engine.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.registry.Manifest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DescriptorTest {

    private final Descriptor descriptor =
            Descriptor.of(Manifest.OCI_MANIFEST, Digest.ofSha256(new byte[0]), 7, Platform.parse("windows/amd64"));

    @Test
    void labelsWhatClientsTellApart() {
        assertThat(descriptor.platformLabel()).isEqualTo("windows/amd64");
        assertThat(descriptor.withOs("10.0", List.of("a", "b")).platformLabel())
                .isEqualTo("windows/amd64 (os.version 10.0) (os.features a, b)");
    }

    @Test
    void laterAnnotationsWin() {
        assertThat(descriptor
                        .withAnnotations(Map.of("a", "1", "b", "1"))
                        .withAnnotations(Map.of("b", "2"))
                        .annotations())
                .isEqualTo(Map.of("a", "1", "b", "2"));
    }

    @Test
    void anUnknownPlatformAloneIsNoAttestation() {
        Descriptor unknown = descriptor.withPlatform(Platform.of("unknown", "unknown", ""));
        assertThat(unknown.isAttestation()).isFalse();
        assertThat(unknown.withAnnotations(Map.of(Descriptor.REFERENCE_TYPE, "attestation-manifest"))
                        .isAttestation())
                .isTrue();
        assertThat(descriptor
                        .withAnnotations(Map.of(Descriptor.REFERENCE_TYPE, "attestation-manifest"))
                        .isAttestation())
                .isFalse();
    }

    @Test
    void refusesAnImpossibleSize() {
        assertThatThrownBy(() -> Descriptor.of(
                        Manifest.OCI_MANIFEST, Digest.ofSha256(new byte[0]), 0, Platform.parse("linux/amd64")))
                .hasMessageContaining("size of 0");
    }

    @Test
    void survivesSerialization() throws Exception {
        Descriptor annotated = descriptor.withAnnotations(Map.of("k", "v")).withOs("10.0", List.of("a"));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(annotated);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            assertThat(in.readObject()).isEqualTo(annotated);
        }
    }
}
