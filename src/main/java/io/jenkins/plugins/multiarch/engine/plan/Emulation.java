package io.jenkins.plugins.multiarch.engine.plan;

import java.util.Arrays;
import java.util.Locale;

/** When a platform may be built under QEMU instead of on a CPU of its own. */
public enum Emulation {
    /** Only where no agent of that architecture can take it. */
    FALLBACK,
    /** Not at all: a platform without a native agent cannot be built. */
    NEVER,
    /** Every platform that the emulating agents do not run natively. */
    ALWAYS;

    /**
     * Reads the {@code emulation} parameter; null and empty mean {@link #FALLBACK}.
     *
     * @throws IllegalArgumentException if the text is none of the three
     */
    public static Emulation parse(String text) {
        if (text == null || text.isBlank()) {
            return FALLBACK;
        }
        return Arrays.stream(values())
                .filter(emulation -> emulation.toString().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "Unknown emulation '" + text + "'. Choose fallback, never or always."));
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
