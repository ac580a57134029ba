package io.jenkins.plugins.multiarch.engine.bake;

import java.util.Arrays;
import java.util.Locale;

/** When the targets of a bake file are published. */
public enum PublishMode {
    /** When every wanted target is built, so that no tag moves if one of them fails. */
    ALL,
    /** Each as soon as it is built. */
    EACH;

    /** @throws IllegalArgumentException if the text is neither {@code all} nor {@code each} */
    public static PublishMode parse(String text) {
        return Arrays.stream(values())
                .filter(mode -> mode.toString().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("Unknown publish '" + text + "'. Choose all or each."));
    }

    /** As Pipelines and the command line write it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
