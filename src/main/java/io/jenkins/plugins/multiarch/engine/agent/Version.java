package io.jenkins.plugins.multiarch.engine.agent;

import com.fasterxml.jackson.annotation.JsonValue;
import java.io.Serializable;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The version of a kernel or a tool, as far as requirements compare it.
 *
 * @param text the version as printed, e.g. {@code 20.10.24+dfsg1}
 * @param major first number
 * @param minor second number
 */
public record Version(String text, int major, int minor) implements Serializable {

    /** Six digits at most, so that whatever a tool prints fits an {@code int}. */
    private static final Pattern VERSION =
            Pattern.compile("(?<![0-9A-Za-z.])v?((\\d{1,6})\\.(\\d{1,6})(?!\\d)[0-9A-Za-z.+~_-]*)");

    /** The first version in what a tool printed, e.g. in {@code podman version 4.3.1}; empty if there is none. */
    public static Optional<Version> find(String output) {
        Matcher matcher = VERSION.matcher(output);
        return matcher.find()
                ? Optional.of(new Version(
                        matcher.group(1), Integer.parseInt(matcher.group(2)), Integer.parseInt(matcher.group(3))))
                : Optional.empty();
    }

    /** Whether this is that version or a later one. */
    public boolean atLeast(int wantedMajor, int wantedMinor) {
        return major > wantedMajor || major == wantedMajor && minor >= wantedMinor;
    }

    @JsonValue
    @Override
    public String toString() {
        return text;
    }
}
