package io.jenkins.plugins.multiarch.engine.agent;

import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The distribution, from {@code /etc/os-release}.
 *
 * @param id e.g. {@code debian}; {@code linux} if not told, as the file's specification has it
 * @param idLike distributions that this one descends from, closest first
 * @param name what to show, e.g. {@code Debian GNU/Linux 12 (bookworm)}
 * @see <a href="https://www.freedesktop.org/software/systemd/man/latest/os-release.html">os-release</a>
 */
public record OsRelease(String id, List<String> idLike, String name) implements Serializable {

    /** Distributions that are administered with the same commands. */
    enum Family {
        DEBIAN,
        FEDORA,
        /** RHEL and what is built of it: Fedora's commands, but not all of its packages. */
        RHEL,
        /** Amazon Linux: docker is packaged, podman and buildah are not. */
        AMAZON,
        SUSE,
        ALPINE,
        MACOS,
        WINDOWS,
        OTHER
    }

    public OsRelease {
        idLike = List.copyOf(idLike);
    }

    /**
     * Reads it on Linux. Elsewhere there is no such file: what the JVM calls the system, and {@code macos} or
     * {@code windows}.
     *
     * @param machine the platform of the machine
     * @param root the root of its file system
     */
    static OsRelease read(Platform machine, Path root) {
        return switch (machine.os()) {
            case "linux" -> read(root);
            case "darwin" -> new OsRelease("macos", List.of(), ofJvm());
            default -> new OsRelease(machine.os(), List.of(), ofJvm());
        };
    }

    private static String ofJvm() {
        return System.getProperty("os.name") + " " + System.getProperty("os.version");
    }

    /** @param root the root of the file system, {@code /} except in tests */
    public static OsRelease read(Path root) {
        String text = SystemFile.read(root.resolve("etc/os-release"))
                .or(() -> SystemFile.read(root.resolve("usr/lib/os-release")))
                .orElse("");
        Map<String, String> fields = new HashMap<>();
        for (String line : text.split("\n")) {
            String[] parts = line.strip().split("=", 2);
            if (parts.length == 2 && !parts[0].startsWith("#")) {
                fields.put(parts[0], unquote(parts[1]));
            }
        }
        String id = fields.getOrDefault("ID", "linux").toLowerCase(Locale.ROOT);
        List<String> like = Stream.of(fields.getOrDefault("ID_LIKE", "")
                        .toLowerCase(Locale.ROOT)
                        .split("\\s+"))
                .filter(word -> !word.isEmpty())
                .toList();
        return new OsRelease(id, like, fields.getOrDefault("PRETTY_NAME", fields.getOrDefault("NAME", "Linux")));
    }

    private static String unquote(String value) {
        boolean quoted = value.length() >= 2
                && (value.charAt(0) == '"' || value.charAt(0) == '\'')
                && value.charAt(value.length() - 1) == value.charAt(0);
        return quoted ? value.substring(1, value.length() - 1).replaceAll("\\\\([\"'$`\\\\])", "$1") : value;
    }

    Family family() {
        return Stream.concat(Stream.of(id), idLike.stream())
                .map(OsRelease::familyOf)
                .filter(family -> family != Family.OTHER)
                .findFirst()
                .orElse(Family.OTHER);
    }

    private static Family familyOf(String id) {
        if (Set.of("debian", "ubuntu", "raspbian").contains(id)) {
            return Family.DEBIAN;
        }
        if (Set.of("rhel", "centos", "rocky", "almalinux", "ol").contains(id)) {
            return Family.RHEL;
        }
        if (id.equals("suse") || id.equals("sles") || id.startsWith("opensuse")) {
            return Family.SUSE;
        }
        return switch (id) {
            case "amzn" -> Family.AMAZON;
            case "fedora" -> Family.FEDORA;
            case "alpine" -> Family.ALPINE;
            case "macos" -> Family.MACOS;
            case "windows" -> Family.WINDOWS;
            default -> Family.OTHER;
        };
    }
}
