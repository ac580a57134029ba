package io.jenkins.plugins.multiarch.engine.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds for every platform, however it is written, and for every text that names none. */
class PlatformPropertiesTest {

    private static final List<String> OPERATING_SYSTEMS =
            List.of("linux", "windows", "darwin", "freebsd", "Linux", "templeos");

    private static final List<String> ARCHITECTURES = List.of(
            "amd64",
            "x86_64",
            "X64",
            "386",
            "i686",
            "arm",
            "armhf",
            "armel",
            "armv7l",
            "arm32v5",
            "arm64",
            "aarch64",
            "arm64v8",
            "ppc64le",
            "ppc64el",
            "s390x",
            "riscv64",
            "mips64el",
            "loongarch64",
            "sparc");

    private static final List<String> VARIANTS =
            List.of("", "v1", "v2", "v5", "6", "v7", "V8", "v8", "v8.0", "v9.2", "power9", "rva20u64", "x");

    @Provide
    Arbitrary<String> written() {
        return Combinators.combine(
                        Arbitraries.of(OPERATING_SYSTEMS), Arbitraries.of(ARCHITECTURES), Arbitraries.of(VARIANTS))
                .as((os, architecture, variant) -> os + "/" + architecture + (variant.isEmpty() ? "" : "/" + variant));
    }

    @Provide
    Arbitrary<String> anything() {
        Arbitrary<String> scrap = Combinators.combine(
                        Arbitraries.of(
                                "linux", "/", "//", "arm", "arm64", "v", "7", "\u0663", " ", "\t", "\u0000", "\u0130",
                                "\ud83d", ",", ":", ".", "-", "x"),
                        Arbitraries.of(1, 1, 1, 2, 5_000))
                .as(String::repeat);
        return Arbitraries.oneOf(
                Arbitraries.strings().ofMaxLength(20),
                scrap.list().ofMaxSize(7).map(scraps -> String.join("", scraps)));
    }

    /** A value, whose normal spelling is its own, or the documented error. */
    private static void check(String text) {
        Platform platform;
        try {
            platform = Platform.parse(text);
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).contains("'" + text + "'").endsWith(".");
            return;
        }
        assertThat(Platform.parse(platform.toString())).isEqualTo(platform);
        assertThat(Platform.of(platform.os(), platform.architecture(), platform.variant()))
                .isEqualTo(platform);
        assertThat(platform.satisfies(platform)).isTrue();
        assertThat(platform.tagSuffix()).matches("[a-z0-9._-]+");
    }

    @Property(tries = 300)
    void theNormalSpellingIsItsOwn(@ForAll("written") String text) {
        check(text);
    }

    @Property(tries = 300)
    void anyTextIsAPlatformOrNamed(@ForAll("anything") String text) {
        check(text);
    }

    /** As an image says it, so perhaps a hostile one. */
    @Property(tries = 300)
    void whateverAnImageSaysIsKept(
            @ForAll("anything") String os,
            @ForAll("anything") String architecture,
            @ForAll("anything") String variant) {
        Platform platform = Platform.of(os, architecture, variant);
        assertThat(platform.os()).isEqualTo(os);
        assertThat(Platform.of(platform.os(), platform.architecture(), platform.variant()))
                .isEqualTo(platform);
        assertThat(platform.satisfies(platform)).isTrue();
    }

    @Example
    void anArchitectureWithASlashIsNoVariant() {
        assertThat(Platform.of("linux", "/", "").architecture()).isEqualTo("/");
        assertThat(Platform.of("linux", "arm/v6", "").architecture()).isEqualTo("arm/v6");
        assertThat(Platform.of("linux", "armel", "")).isEqualTo(Platform.parse("linux/arm/v6"));
    }
}
