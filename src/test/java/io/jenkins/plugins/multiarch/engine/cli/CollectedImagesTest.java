package io.jenkins.plugins.multiarch.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.multiarch.engine.index.IndexSource;
import java.util.List;
import org.junit.jupiter.api.Test;

class CollectedImagesTest {

    private static final String DIGEST = "sha256:" + "a".repeat(64);

    private static String image(String platform) {
        return "{\"platform\":\"" + platform + "\",\"reference\":\"localhost:5000/x@" + DIGEST + "\",\"digest\":\""
                + DIGEST + "\",\"size\":123,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\"}";
    }

    @Test
    void readsAnArrayOrObjectsOneAfterTheOther() {
        String array = "[" + image("linux/arm64") + "," + image("linux/s390x") + "]";
        List<IndexSource> sources = CollectedImages.parse(array).sources();
        assertThat(sources).hasSize(2);
        assertThat(sources.get(0).collected().size()).isEqualTo(123);
        assertThat(sources.get(0).collected().label()).isEqualTo("linux/arm64");
        assertThat(CollectedImages.parse(image("linux/arm64") + "\n" + image("linux/s390x") + "\n")
                        .sources())
                .isEqualTo(sources);
    }

    @Test
    void namesWhatIsWrong() {
        assertThatThrownBy(() -> CollectedImages.parse("nonsense")).hasMessageContaining("not JSON");
        assertThatThrownBy(() -> CollectedImages.parse("{\"platform\":\"linux/arm64\"}"))
                .hasMessageContaining("no 'reference'");
        assertThatThrownBy(() -> CollectedImages.parse(image("linux/arm64").replace("123", "0")))
                .hasMessageContaining("size of 0");
    }
}
