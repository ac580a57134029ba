package io.jenkins.plugins.multiarch.engine.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class PlatformTest {

    @ParameterizedTest
    @CsvSource({
        "linux/amd64, linux/amd64",
        "linux/x86_64, linux/amd64",
        "linux/i386, linux/386",
        "linux/i686, linux/386",
        "linux/aarch64, linux/arm64",
        "linux/arm64/v8, linux/arm64",
        "linux/armhf, linux/arm/v7",
        "linux/armv7l, linux/arm/v7",
        "linux/armel, linux/arm/v6",
        "linux/armv6l, linux/arm/v6",
        "linux/arm, linux/arm/v7",
        "linux/arm/v6, linux/arm/v6",
        "linux/arm/6, linux/arm/v6",
        "linux/ppc64el, linux/ppc64le",
        "linux/s390x, linux/s390x",
        "linux/riscv64, linux/riscv64",
        "linux/loongarch64, linux/loong64",
        "linux/mips64le, linux/mips64le",
        "windows/amd64, windows/amd64",
        "netbsd/amd64, netbsd/amd64",
        "openbsd/arm64, openbsd/arm64",
        "wasip1/wasm, wasip1/wasm",
        "linux/amd64/v1, linux/amd64",
        "linux/amd64/v3, linux/amd64/v3",
        "arm64, linux/arm64",
        "' Linux/ARM64 ', linux/arm64",
    })
    void readsEverySpellingIntoTheNormalOne(String written, String normal) {
        assertThat(Platform.parse(written)).hasToString(normal);
        assertThat(Platform.parse(normal)).isEqualTo(Platform.parse(written));
    }

    @ParameterizedTest
    @NullAndEmptySource
    @ValueSource(strings = {"/", "linux/", "/amd64", "linux//v7", "linux/arm/v7/extra", "linux/amd64,linux/arm64"})
    void refusesMalformedText(String text) {
        assertThatThrownBy(() -> Platform.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "'");
    }

    @Test
    void namesWhatIsUnknownAndListsWhatIsKnown() {
        assertThatThrownBy(() -> Platform.parse("linux/sparc"))
                .hasMessageContaining("'sparc'")
                .hasMessageContaining("arm64")
                .hasMessageContaining("aarch64");
        assertThatThrownBy(() -> Platform.parse("templeos/amd64"))
                .hasMessageContaining("'templeos'")
                .hasMessageContaining("linux");
        assertThatThrownBy(() -> Platform.parse("linux/arm/v12"))
                .hasMessageContaining("'v12'")
                .hasMessageContaining("v[5-8]");
        assertThatThrownBy(() -> Platform.parse("linux/s390x/v1")).hasMessageContaining("no variants");
    }

    @Test
    void keepsAnUnknownPlatformThatAnImageConfigurationNames() {
        assertThat(Platform.of("linux", "sparc64", null)).hasToString("linux/sparc64");
        assertThat(Platform.of("linux", "arm64", "v8")).isEqualTo(Platform.parse("linux/arm64"));
    }

    @Test
    void satisfactionIsDirectedButEqualityIsNot() {
        Platform any = new Platform("linux", "arm", "");
        Platform armv7 = Platform.parse("linux/arm/v7");

        assertThat(armv7.satisfies(any)).isTrue();
        assertThat(any.satisfies(armv7)).isFalse();
        assertThat(armv7).isNotEqualTo(any);
        assertThat(armv7.satisfies(Platform.parse("linux/arm/v6"))).isFalse();
    }

    @Test
    void aTagSuffixHasNoSlash() {
        assertThat(Platform.parse("linux/arm/v7").tagSuffix()).isEqualTo("linux-arm-v7");
    }

    @Test
    void theCurrentPlatformIsOneThatCanBeWrittenDown() {
        Platform current = Platform.current();
        assertThat(Platform.parse(current.toString())).isEqualTo(current);
    }
}
