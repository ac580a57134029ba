package io.jenkins.plugins.multiarch.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.multiarch.engine.index.IndexSource;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class SourceOptionTest {

    @Example
    void readsEveryKey() {
        IndexSource source = SourceOption.parse("x.example/app:1=arm64,only=linux/amd64,only=arm,os.version=10.0.1,"
                + "os.feature=a,os.feature=b,annotation.k=v=w");
        assertThat(source.reference()).hasToString("x.example/app:1");
        assertThat(source.platform()).isEqualTo(Platform.parse("linux/arm64"));
        assertThat(source.override()).isTrue();
        assertThat(source.only()).isEqualTo(Set.of(Platform.parse("linux/amd64"), Platform.parse("linux/arm/v7")));
        assertThat(source.osVersion()).isEqualTo("10.0.1");
        assertThat(source.osFeatures()).containsExactly("a", "b");
        assertThat(source.annotations()).isEqualTo(Map.of("k", "v=w"));
    }

    @Example
    void namesWhatIsNoKey() {
        for (String wrong : List.of("x:1,", "x:1,,", "x:1,only", "x:1,other=1")) {
            assertThatThrownBy(() -> SourceOption.parse(wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("'" + wrong + "' is unknown")
                    .hasMessageContaining("annotation.<key>");
        }
        assertThatThrownBy(() -> SourceOption.parse(",")).hasMessageContaining("is not an image reference");
    }

    @Provide
    Arbitrary<String> anything() {
        return Arbitraries.of(
                        "x.example/app",
                        ":1",
                        "@sha256:",
                        ",",
                        "=",
                        "only",
                        "os.version",
                        "os.feature",
                        "annotation.",
                        "linux/arm64",
                        "arm",
                        "k",
                        " ",
                        "\u0000",
                        "")
                .list()
                .ofMaxSize(9)
                .map(scraps -> String.join("", scraps));
    }

    @Property(tries = 2000)
    void anyTextIsASourceOrNamed(@ForAll("anything") String text) {
        try {
            assertThat(SourceOption.parse(text).reference()).isNotNull();
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).contains("'").endsWith(".");
        }
        try {
            assertThat(PlatformAnnotation.parse(text).platform()).isNotNull();
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).contains("'").endsWith(".");
        }
    }
}
