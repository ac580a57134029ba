package io.jenkins.plugins.multiarch.engine.agent;

import io.jenkins.plugins.multiarch.engine.platform.ArmVersion;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The platforms that a machine's own CPU runs.
 *
 * @param machine the platform of the machine whose CPU it is
 * @param platforms all of them, {@code machine} first
 */
public record NativePlatforms(Platform machine, List<Platform> platforms) implements Serializable {

    private static final Pattern CPU_FLAGS = Pattern.compile("(?m)^flags\\s*:(.*)$");

    /** What each x86-64 level adds, in the words of {@code /proc/cpuinfo} (x86-64 psABI, table 3.1). */
    private static final List<Set<String>> AMD64_LEVELS = List.of(
            Set.of("cx16", "lahf_lm", "popcnt", "sse4_1", "sse4_2", "ssse3"),
            Set.of("abm", "avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "movbe", "xsave"),
            Set.of("avx512bw", "avx512cd", "avx512dq", "avx512f", "avx512vl"));

    public NativePlatforms {
        platforms = List.copyOf(platforms);
    }

    /**
     * Finds them out. A command runs only on arm64, where no file tells whether the CPU still has its 32-bit mode.
     *
     * @param given the platform of the machine itself, {@link Platform#current()} except in tests
     * @param root the root of the file system, {@code /} except in tests
     */
    public static NativePlatforms read(Platform given, Path root, CommandRunner runner) {
        Platform machine = ArmVersion.correct(given, root.resolve("proc/cpuinfo"));
        List<Platform> platforms = new ArrayList<>();
        platforms.add(machine);
        if (machine.os().equals("linux")) {
            switch (machine.architecture()) {
                case "amd64" -> {
                    for (int level = 2; level <= amd64Level(root); level++) {
                        platforms.add(Platform.of("linux", "amd64", "v" + level));
                    }
                    platforms.add(Platform.of("linux", "386", ""));
                }
                case "arm64" -> {
                    if (has32Bits(runner)) {
                        addArm(platforms, 7);
                    }
                }
                case "arm" -> addArm(platforms, olderThan(machine.variant()));
                default -> {
                    // runs its own programs only
                }
            }
        }
        return new NativePlatforms(machine, platforms);
    }

    /**
     * Those of the machine on which the preferred tool of this one builds, as far as they are known from here. A Mac
     * keeps its own: it runs those programs, and there are no images to confuse them with.
     *
     * @param machine the platform of this machine
     * @param tools its tools, with an engine elsewhere
     */
    static NativePlatforms elsewhere(Platform machine, BuildTools tools) {
        Platform engine = tools.engine().platform();
        Set<Platform> platforms = new LinkedHashSet<>(List.of(engine));
        if (tools.usable().contains(BuildTool.BUILDX)) {
            tools.buildx().platforms().stream()
                    .filter(listed -> listed.os().equals(engine.os())
                            && listed.architecture().equals(engine.architecture()))
                    .forEach(platforms::add);
        }
        if (engine.equals(Platform.of("linux", "amd64", ""))) {
            platforms.add(Platform.of("linux", "386", ""));
        }
        if (machine.os().equals("darwin")) {
            platforms.add(machine);
        }
        return new NativePlatforms(engine, List.copyOf(platforms));
    }

    /** Whether images of a platform run without emulation. */
    public boolean contains(Platform wanted) {
        return platforms.contains(wanted);
    }

    /** The newest version before that of an ARM machine that runs its programs too. */
    private static int olderThan(String variant) {
        return switch (variant) {
            case "v5" -> 4;
            case "v6" -> 5;
            default -> 6;
        };
    }

    private static void addArm(List<Platform> platforms, int newest) {
        for (int version = newest; version >= 5; version--) {
            platforms.add(Platform.of("linux", "arm", "v" + version));
        }
    }

    private static int amd64Level(Path root) {
        Matcher matcher =
                CPU_FLAGS.matcher(SystemFile.read(root.resolve("proc/cpuinfo")).orElse(""));
        Set<String> flags = matcher.find() ? Set.of(distinct(matcher.group(1))) : Set.of();
        int level = 1;
        for (Set<String> added : AMD64_LEVELS) {
            if (!flags.containsAll(added)) {
                break;
            }
            level++;
        }
        return level;
    }

    private static String[] distinct(String words) {
        return Pattern.compile("\\s+").splitAsStream(words).distinct().toArray(String[]::new);
    }

    private static boolean has32Bits(CommandRunner runner) {
        try {
            CommandResult result = runner.run(List.of("lscpu"), Duration.ofSeconds(3));
            return result.succeeded()
                    && result.stdout()
                            .lines()
                            .anyMatch(line -> line.startsWith("CPU op-mode") && line.contains("32-bit"));
        } catch (IOException e) {
            return false; // without lscpu nobody knows, and "emulated" is the safe answer
        }
    }
}
