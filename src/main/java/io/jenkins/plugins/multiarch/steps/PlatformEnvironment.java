package io.jenkins.plugins.multiarch.steps;

import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.util.Map;
import java.util.TreeMap;

/**
 * The variables by which tools know a platform: Dockerfiles as BuildKit has them, Go's cross-compiler, docker's commands.
 */
final class PlatformEnvironment {

    private PlatformEnvironment() {}

    /** An empty value unsets a variable, so that a block inside another one does not see what is not of its platform. */
    static Map<String, String> of(Platform platform) {
        Map<String, String> variables = new TreeMap<>();
        variables.put("TARGETPLATFORM", platform.toString());
        variables.put("TARGETOS", platform.os());
        variables.put("TARGETARCH", platform.architecture());
        variables.put("TARGETVARIANT", platform.variant());
        variables.put("GOOS", platform.os());
        variables.put("GOARCH", platform.architecture());
        variables.put(
                "GOARM",
                platform.architecture().equals("arm") ? platform.variant().substring(1) : "");
        variables.put("DOCKER_DEFAULT_PLATFORM", platform.toString());
        return variables;
    }
}
