package io.jenkins.plugins.multiarch.engine.dockerfile;

import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The arguments that every build has without being given any: known in {@code FROM} lines, and in a stage that declares
 * them with {@code ARG}.
 *
 * @see <a href="https://docs.docker.com/reference/dockerfile/#automatic-platform-args-in-the-global-scope">Dockerfile
 *     reference, automatic platform arguments</a>
 */
public final class PlatformArguments {

    private PlatformArguments() {}

    /**
     * Lists them.
     *
     * @param machine where the build runs
     * @param target what is built
     * @param stage the name of the stage that is built; empty for the last
     */
    public static Map<String, String> of(Platform machine, Platform target, String stage) {
        Map<String, String> arguments = new LinkedHashMap<>();
        add("BUILD", machine, arguments);
        add("TARGET", target, arguments);
        arguments.put("TARGETSTAGE", stage.isEmpty() ? "default" : stage);
        return arguments;
    }

    /** Those of what is built alone: where it is built may be another machine than this one. */
    public static Map<String, String> ofTarget(Platform target) {
        Map<String, String> arguments = new LinkedHashMap<>();
        add("TARGET", target, arguments);
        return arguments;
    }

    private static void add(String prefix, Platform platform, Map<String, String> arguments) {
        arguments.put(prefix + "PLATFORM", platform.toString());
        arguments.put(prefix + "OS", platform.os());
        arguments.put(prefix + "ARCH", platform.architecture());
        arguments.put(prefix + "VARIANT", platform.variant());
    }
}
