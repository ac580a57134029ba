package io.jenkins.plugins.multiarch.engine.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class IndexFormatTest {

    @Test
    void readsAndPrintsLowerCase() {
        for (IndexFormat format : IndexFormat.values()) {
            assertThat(IndexFormat.parse(format.toString())).isEqualTo(format);
        }
        assertThat(IndexFormat.parse(" OCI ")).isEqualTo(IndexFormat.OCI);
        assertThat(IndexFormat.parse(null)).isEqualTo(IndexFormat.AUTO);
        assertThat(IndexFormat.parse("")).isEqualTo(IndexFormat.AUTO);
    }

    @Test
    void namesWhatIsUnknown() {
        assertThatThrownBy(() -> IndexFormat.parse("tar"))
                .hasMessageContaining("'tar'")
                .hasMessageContaining("auto, oci or docker");
    }
}
