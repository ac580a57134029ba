package io.jenkins.plugins.multiarch.engine.agent;

import com.sun.management.OperatingSystemMXBean;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The memory of a machine. */
final class Memory {

    private static final Pattern TOTAL = Pattern.compile("(?m)^MemTotal:\\s+(\\d{1,15}) kB");

    private Memory() {}

    /**
     * Bytes of memory in all: what Linux says in {@code /proc/meminfo}, elsewhere what the JVM sees; −1 if unknown.
     *
     * @param root the root of the file system, {@code /} except in tests
     */
    static long total(Platform machine, Path root) {
        if (machine.os().equals("linux")) {
            Matcher matcher =
                    TOTAL.matcher(SystemFile.read(root.resolve("proc/meminfo")).orElse(""));
            return matcher.find() ? Long.parseLong(matcher.group(1)) * 1024 : -1;
        }
        return machine.equals(Platform.current())
                        && ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
                ? system.getTotalMemorySize()
                : -1;
    }
}
