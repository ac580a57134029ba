package io.jenkins.plugins.multiarch.engine.platform;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Which version of the 32-bit ARM architecture a CPU has. Java calls all of them {@code arm}; {@code /proc/cpuinfo} knows
 * more.
 */
public final class ArmVersion {

    /** {@code CPU architecture: 6TEJ}, and {@code model name : ARMv6-compatible processor rev 7 (v6l)}. */
    private static final Pattern NAMED = Pattern.compile(
            "(?m)^(?:CPU architecture\\s*:\\s*|(?:model name|Processor)\\s*:.*\\bARMv|(?:model name|Processor)\\s*:.*\\(v)([5-8])");

    private ArmVersion() {}

    /**
     * The platform, with the older version of the CPU where it is one.
     *
     * @param machine a platform as Java knows it
     * @param cpuinfo the file; of no matter where the machine is no 32-bit ARM with Linux
     */
    public static Platform correct(Platform machine, Path cpuinfo) {
        if (!machine.os().equals("linux") || !machine.architecture().equals("arm")) {
            return machine;
        }
        OptionalInt version = read(cpuinfo);
        boolean isOlder = version.isPresent() && version.getAsInt() < 7;
        return isOlder ? Platform.of("linux", "arm", "v" + version.getAsInt()) : machine;
    }

    /** The lowest that it names: kernels say "CPU architecture: 7" of an ARMv6 core with a newer memory unit. */
    private static OptionalInt read(Path cpuinfo) {
        try {
            return NAMED.matcher(Files.readString(cpuinfo, StandardCharsets.ISO_8859_1))
                    .results()
                    .map(MatchResult::group)
                    .mapToInt(line -> line.charAt(line.length() - 1) - '0')
                    .min();
        } catch (IOException e) {
            return OptionalInt.empty();
        }
    }
}
