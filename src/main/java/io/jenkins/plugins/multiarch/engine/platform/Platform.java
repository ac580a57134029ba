package io.jenkins.plugins.multiarch.engine.platform;

import com.fasterxml.jackson.annotation.JsonValue;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The platform an image runs on, {@code os/architecture[/variant]}, always in the normal spelling of the OCI image
 * specification.
 *
 * <p>Two platforms are equal when all three parts are. Whether one may stand in for another is a different question:
 * {@link #satisfies}.
 *
 * @param os operating system as Go names it ({@code GOOS}), e.g. {@code linux}
 * @param architecture CPU architecture as Go names it ({@code GOARCH}), e.g. {@code arm64}
 * @param variant variant of the CPU, e.g. {@code v7}; empty, never null, where the architecture has none or its normal
 *     one
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.0/image-index.md#image-index-property-descriptions">
 *     OCI image index, {@code platform}</a>
 */
public record Platform(String os, String architecture, String variant) implements Serializable, Comparable<Platform> {

    private static final Comparator<Platform> ORDER = Comparator.comparing(Platform::os)
            .thenComparing(Platform::architecture)
            .thenComparing(Platform::variant);

    /** Those that Go has, and so BuildKit; and {@code wasi}, which Docker's first images of WebAssembly have. */
    private static final Set<String> OPERATING_SYSTEMS = Set.of(
            "aix",
            "android",
            "darwin",
            "dragonfly",
            "freebsd",
            "illumos",
            "ios",
            "js",
            "linux",
            "netbsd",
            "openbsd",
            "plan9",
            "solaris",
            "wasi",
            "wasip1",
            "windows");

    /** What {@code uname -m}, {@code os.arch}, Debian and others call an architecture, and what the OCI calls it. */
    private static final Map<String, String> ALIASES = Map.ofEntries(
            Map.entry("x86_64", "amd64"),
            Map.entry("x86-64", "amd64"),
            Map.entry("x64", "amd64"),
            Map.entry("i386", "386"),
            Map.entry("i486", "386"),
            Map.entry("i586", "386"),
            Map.entry("i686", "386"),
            Map.entry("x86", "386"),
            Map.entry("aarch64", "arm64"),
            Map.entry("arm64v8", "arm64"),
            Map.entry("armhf", "arm/v7"),
            Map.entry("armv7", "arm/v7"),
            Map.entry("armv7l", "arm/v7"),
            Map.entry("arm32v7", "arm/v7"),
            Map.entry("armel", "arm/v6"),
            Map.entry("armv6", "arm/v6"),
            Map.entry("armv6l", "arm/v6"),
            Map.entry("arm32v6", "arm/v6"),
            Map.entry("arm32v5", "arm/v5"),
            Map.entry("ppc64el", "ppc64le"),
            Map.entry("mips64el", "mips64le"),
            Map.entry("mipsel", "mipsle"),
            Map.entry("loongarch64", "loong64"));

    private static final Set<String> ARCHITECTURES = Set.of(
            "386",
            "amd64",
            "arm",
            "arm64",
            "loong64",
            "mips",
            "mips64",
            "mips64le",
            "mipsle",
            "ppc64",
            "ppc64le",
            "riscv64",
            "s390x",
            "wasm");

    /** The variant that a bare architecture means; it is left out, except for arm, where it is always written. */
    private static final Map<String, String> NORMAL_VARIANT = Map.of("arm64", "v8", "amd64", "v1");

    private static final Map<String, Pattern> VARIANTS = Map.of(
            "arm", Pattern.compile("v[5-8]"),
            "arm64", Pattern.compile("v(8|9)(\\.[0-9])?"),
            "amd64", Pattern.compile("v[1-4]"),
            "ppc64le", Pattern.compile("power(8|9|10)"),
            "riscv64", Pattern.compile("rva[0-9]{2}u64"));

    public Platform {
        Objects.requireNonNull(os, "os");
        Objects.requireNonNull(architecture, "architecture");
        Objects.requireNonNull(variant, "variant");
    }

    /**
     * Reads a platform as people write it: {@code linux/arm64}, {@code arm64} (Linux), {@code linux/aarch64},
     * {@code linux/armhf}, {@code Linux/ARM/v7}.
     *
     * @param text the platform, case does not matter
     * @return the platform in its normal spelling
     * @throws IllegalArgumentException if the text is malformed or names an unknown operating system, architecture or
     *     variant; the message names it and lists what is known
     */
    public static Platform parse(String text) {
        String[] parts = text == null
                ? new String[0]
                : text.trim().toLowerCase(Locale.ROOT).split("/", -1);
        if (parts.length < 1 || parts.length > 3 || List.of(parts).contains("")) {
            throw new IllegalArgumentException(
                    "'" + text
                            + "' is not a platform. Write os/architecture or os/architecture/variant, for example linux/arm64 or linux/arm/v7.");
        }
        // A bare word is an architecture, as "docker build --platform arm64" has it.
        String os = parts.length == 1 ? "linux" : parts[0];
        if (!OPERATING_SYSTEMS.contains(os)) {
            throw new IllegalArgumentException("Unknown operating system '" + os + "' in platform '" + text
                    + "'. Known are: " + String.join(", ", new TreeSet<>(OPERATING_SYSTEMS)) + ".");
        }
        String architecture = parts.length == 1 ? parts[0] : parts[1];
        String[] normal = ALIASES.getOrDefault(architecture, architecture).split("/");
        if (!ARCHITECTURES.contains(normal[0])) {
            throw new IllegalArgumentException("Unknown architecture '" + architecture + "' in platform '" + text
                    + "'. Known are: " + String.join(", ", new TreeSet<>(ARCHITECTURES)) + " (and aliases such as "
                    + ALIASES.keySet().stream().sorted().collect(Collectors.joining(", ")) + ").");
        }
        String implied = normal.length == 2 ? normal[1] : "";
        String variant = parts.length == 3 ? normaliseVariant(parts[2], normal[0], text) : implied;
        return of(os, normal[0], variant);
    }

    /**
     * The platform that an image configuration, a manifest descriptor or a tool names, without judging it: what is
     * unknown to us today may still be published.
     *
     * @param variant null and empty mean none
     */
    public static Platform of(String os, String architecture, String variant) {
        String alias = ALIASES.get(architecture);
        String[] normal = alias == null ? new String[] {architecture} : alias.split("/");
        String given = variant == null || variant.isEmpty() ? (normal.length == 2 ? normal[1] : "") : variant;
        if (given.equals(NORMAL_VARIANT.get(normal[0]))) {
            given = "";
        } else if (given.isEmpty() && normal[0].equals("arm")) {
            given = "v7"; // what containerd and BuildKit take a bare "arm" for
        }
        return new Platform(os, normal[0], given);
    }

    /** The platform of the machine that this JVM runs on, as Linux containers see it. */
    public static Platform current() {
        String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String name = os.startsWith("windows") ? "windows" : os.startsWith("mac") ? "darwin" : os;
        String architecture = System.getProperty("os.arch");
        Platform machine = of(name, architecture.equals("arm") ? "armhf" : architecture, null);
        return ArmVersion.correct(machine, Path.of("/proc/cpuinfo"));
    }

    private static String normaliseVariant(String variant, String architecture, String text) {
        String normal = Character.isDigit(variant.charAt(0)) ? "v" + variant : variant;
        Pattern known = VARIANTS.get(architecture);
        if (known == null) {
            throw new IllegalArgumentException("Architecture '" + architecture + "' has no variants, but platform '"
                    + text + "' names '" + variant + "'.");
        }
        if (!known.matcher(normal).matches()) {
            throw new IllegalArgumentException("Unknown variant '" + variant + "' in platform '" + text + "'. For "
                    + architecture + " it must match " + known.pattern() + ".");
        }
        return normal;
    }

    /**
     * Whether something made for this platform serves where {@code wanted} is asked for. Empty parts of {@code wanted}
     * match anything, so {@code linux/arm/v7} satisfies {@code linux/arm}, but not the other way round.
     */
    public boolean satisfies(Platform wanted) {
        return matches(wanted.os, os) && matches(wanted.architecture, architecture) && matches(wanted.variant, variant);
    }

    private static boolean matches(String wanted, String actual) {
        return wanted.isEmpty() || wanted.equals(actual);
    }

    /** What a temporary tag of this platform ends in, e.g. {@code linux-arm-v7}; valid inside an image tag. */
    public String tagSuffix() {
        return toString().replace('/', '-');
    }

    /** The normal spelling, e.g. {@code linux/arm/v7}. */
    @JsonValue
    @Override
    public String toString() {
        return variant.isEmpty() ? os + "/" + architecture : os + "/" + architecture + "/" + variant;
    }

    @Override
    public int compareTo(Platform other) {
        return ORDER.compare(this, other);
    }
}
