package io.jenkins.plugins.multiarch.forms;

import hudson.Util;
import hudson.model.AutoCompletionCandidates;
import java.util.List;
import java.util.Locale;

/** What a form offers to somebody who is typing a platform: those that base images are commonly made for. */
public final class UsualPlatforms {

    private static final List<String> ALL = List.of(
            "linux/amd64",
            "linux/arm64",
            "linux/arm/v7",
            "linux/arm/v6",
            "linux/386",
            "linux/ppc64le",
            "linux/riscv64",
            "linux/s390x");

    private UsualPlatforms() {}

    public static AutoCompletionCandidates containing(String typed) {
        String part = Util.fixNull(typed).trim().toLowerCase(Locale.ROOT);
        AutoCompletionCandidates candidates = new AutoCompletionCandidates();
        ALL.stream().filter(platform -> platform.contains(part)).forEach(candidates::add);
        return candidates;
    }
}
