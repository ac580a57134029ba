package io.jenkins.plugins.multiarch.engine.agent;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UntrustedTextTest {

    @Test
    void isShortVisibleAndOnOneLine() {
        assertThat(UntrustedText.clean(null)).isEmpty();
        assertThat(UntrustedText.clean("buildah 1.28 <b>镜像</b>")).isEqualTo("buildah 1.28 <b>镜像</b>");
        assertThat(UntrustedText.clean("a\nFinished: SUCCESS\r\u001b[8mha:x\u202e"))
                .isEqualTo("a?Finished: SUCCESS??[8mha:x?");
        assertThat(UntrustedText.clean("x".repeat(100_000)))
                .hasSize(UntrustedText.LONGEST)
                .endsWith("…");
    }
}
