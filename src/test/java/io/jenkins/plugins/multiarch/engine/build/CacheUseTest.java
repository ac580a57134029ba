package io.jenkins.plugins.multiarch.engine.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CacheUseTest {

    private static String output(String name) throws IOException {
        try (InputStream recorded = CacheUseTest.class.getResourceAsStream(name + ".txt")) {
            return new String(recorded.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static CacheUse read(String... output) {
        CacheUse.Reader reader = new CacheUse.Reader();
        Stream.of(output).flatMap(String::lines).forEach(reader);
        return reader.result();
    }

    /** Recorded of a Dockerfile of two stages: COPY; then ARG, ENV, RUN and COPY. BuildKit makes no step of ARG and ENV. */
    @ParameterizedTest
    @CsvSource({
        "podman-4.3-first, 5, 0",
        "podman-4.3-again, 5, 5",
        "buildah-1.28, 5, 0",
        "buildx-0.13-first, 3, 1",
        "buildx-0.13-again, 3, 3",
        "buildkit-20.10-again, 3, 3",
        "docker-20.10-classic-first, 5, 0",
        "docker-20.10-classic-again, 5, 5",
    })
    void everyToolTells(String recorded, int steps, int cached) throws IOException {
        assertThat(read("Build linux/amd64", output(recorded), "Push linux/amd64"))
                .isEqualTo(new CacheUse(steps, cached));
    }

    @Test
    void whatIsBuiltOnceMoreToBePushedCountsOnce() throws IOException {
        assertThat(read(
                        "Build linux/arm/v7",
                        output("buildx-0.13-first"),
                        "Test linux/arm/v7",
                        "#9 CACHED",
                        "Build and push linux/arm/v7",
                        output("buildx-0.13-again")))
                .isEqualTo(new CacheUse(3, 1));
        assertThat(read("Build and push linux/arm64", output("buildx-0.13-again")))
                .isEqualTo(new CacheUse(3, 3));
    }

    /** BuildKit does not call it cached. */
    @Test
    void aLayerThatComesFromARegistryIsFromACache() {
        assertThat(read(
                        "#5 [2/3] RUN make",
                        "#5 extracting sha256:fa94468b096810c19bf2c55f2f6166ff9c17e2e0b4a7465d119c2673cb355aad 0.0s done",
                        "#5 DONE 0.1s",
                        "#8 [4/4] COPY file /file",
                        "#8 sha256:65abc03f0dd4cdb1636d8596e1e4f824051926101b1de3416ea7a488639e9c6f 185B / 185B 0.0s done",
                        "#8 DONE 0.1s",
                        "#6 [3/3] RUN tar",
                        "#6 0.104 extracting sha256:fa94468b096810c19bf2c55f2f6166ff9c17e2e0b4a7465d119c2673cb355aad 0.0s",
                        "#7 extracting sha256:fa94468b096810c19bf2c55f2f6166ff9c17e2e0b4a7465d119c2673cb355aad"))
                .isEqualTo(new CacheUse(3, 2));
    }

    @Test
    void stagesAreNamedInManyWays() {
        assertThat(read(
                        "#4 [linux/arm64 build 2/3] RUN make",
                        "#5 [2/3] COPY . .",
                        "#4 [linux/arm64 build 2/3] RUN make",
                        "#6 [internal] load metadata",
                        "#7 [linux/amd64->arm64 tools 1/2] FROM docker.io/library/busybox",
                        "#7 CACHED",
                        "#4 CACHED"))
                .isEqualTo(new CacheUse(2, 1));
        assertThat(read("STEP 1: FROM scratch", "STEP 2: COPY x /", "--> Using cache 123", "STEP 3: COMMIT example"))
                .isEqualTo(new CacheUse(1, 1));
    }

    @Test
    void anOutputWithoutStepsSaysNothing() {
        assertThat(read("", "hello", "#1 CACHED", "--> Using cache 123")).isEqualTo(CacheUse.UNKNOWN);
    }

    @Test
    void moreThanThereIsCannotBeCached() {
        assertThatThrownBy(() -> new CacheUse(1, 2)).hasMessageContaining("2 of 1 steps");
        assertThat(read("STEP 1/1: RUN x", "--> Using cache 1", "--> Using cache 1"))
                .isEqualTo(new CacheUse(1, 1));
    }
}
