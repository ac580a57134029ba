package io.jenkins.plugins.multiarch.engine.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds for every reference, and for every text that is none. */
class ImageReferencePropertiesTest {

    private static final long MAX_SECONDS = 2;

    /** What references are made of, and what breaks them; each repeated up to often enough for any stack. */
    private static final List<String> SCRAPS = List.of(
            "a",
            "z9",
            "A",
            "a.",
            "a/",
            "a-",
            "a_",
            "__",
            "..",
            "-",
            ":",
            "::1",
            "[",
            "]",
            "@",
            "/",
            "//",
            ".",
            " ",
            "\t",
            "\u0000",
            "\u00fc",
            "\ud83d",
            "localhost",
            "5000",
            "99999",
            "sha256:",
            "sha512:",
            "0123456789abcdef",
            "docker.io/",
            "https://",
            "?",
            "#",
            "%2e",
            "..\\",
            "\n");

    @Provide
    Arbitrary<String> anything() {
        Arbitrary<String> scrap = Combinators.combine(
                        Arbitraries.of(SCRAPS), Arbitraries.of(1, 1, 1, 1, 2, 3, 64, 200, 20_000))
                .as(String::repeat);
        return scrap.list().ofMaxSize(8).map(scraps -> String.join("", scraps));
    }

    @Provide
    Arbitrary<ImageReference> references() {
        Arbitrary<String> letters = Arbitraries.strings()
                .withCharRange('a', 'z')
                .numeric()
                .ofMinLength(1)
                .ofMaxLength(8);
        Arbitrary<String> registry = Combinators.combine(
                        Arbitraries.of(
                                "localhost", "registry.example.com", "UPPER", "[::1]", "127.0.0.1", "docker.io", "x.y"),
                        Arbitraries.of("", ":5000", ":1"))
                .as((host, port) -> host.equals("docker.io") ? host : host + port);
        Arbitrary<String> repository = Combinators.combine(
                        letters.list().ofMinSize(1).ofMaxSize(4),
                        Arbitraries.of("/", ".", "_", "__", "-", "---").list().ofSize(3))
                .as((words, joints) -> {
                    StringBuilder joined = new StringBuilder("team/" + words.get(0));
                    for (int i = 1; i < words.size(); i++) {
                        joined.append(joints.get(i - 1)).append(words.get(i));
                    }
                    return joined.toString();
                });
        Arbitrary<String> tag = Arbitraries.strings()
                .withCharRange('a', 'z')
                .withCharRange('A', 'Z')
                .numeric()
                .withChars("_.-")
                .ofMaxLength(127)
                .map(rest -> "_" + rest);
        Arbitrary<String> digest = Arbitraries.bytes()
                .map(content -> Digest.ofSha256(new byte[] {content}).toString());
        return Combinators.combine(registry, repository, tag, digest, Arbitraries.of(1, 2, 3))
                .as((host, path, name, hash, kind) ->
                        new ImageReference(host, path, kind == 2 ? "" : name, kind == 1 ? "" : hash));
    }

    @Property(tries = 500)
    void whatIsPrintedIsReadBack(@ForAll("references") ImageReference reference) {
        assertThat(ImageReference.parse(reference.toString())).isEqualTo(reference);
        assertThat(ImageReference.parse("  " + reference + "\n")).isEqualTo(reference);
    }

    @Property(tries = 2000)
    void anyTextIsAReferenceOrNamed(@ForAll("anything") String text) {
        long start = System.nanoTime();
        try {
            ImageReference reference = ImageReference.parse(text);
            assertThat(ImageReference.parse(reference.toString())).isEqualTo(reference);
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).contains("is not an image reference: ").endsWith(".");
        }
        try {
            assertThat(ImageReference.requireRegistry(text)).isNotEmpty();
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).contains("is not a registry");
        }
        try {
            assertThat(Digest.parse(text).toString()).isEqualTo(text.trim());
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).contains("is not a digest");
        }
        assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start)).isLessThan(MAX_SECONDS);
    }

    /** Regular expressions take a stack that grows with what they match. */
    @Example
    void aNameThatIsFarTooLongIsNamedAsSuch() {
        List<String> names = new ArrayList<>();
        for (String part : List.of("a/", "a.", "a-", "a_")) {
            names.add("registry.example.com/" + part.repeat(100_000) + "a");
        }
        for (String name : names) {
            assertThatThrownBy(() -> ImageReference.parse(name))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("longer than 255 characters");
        }
        assertThatThrownBy(() -> ImageReference.requireRegistry("a.".repeat(100_000) + "a"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is not a registry");
    }
}
