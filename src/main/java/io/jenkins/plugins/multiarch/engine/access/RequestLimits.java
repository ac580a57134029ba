package io.jenkins.plugins.multiarch.engine.access;

import java.io.Serializable;
import java.time.Duration;
import java.util.Objects;

/**
 * How long and how often registries are asked before it is given up. Error messages name both.
 *
 * @param timeLimit how long one operation may take in all, such as publishing an index: requests, copies, and the waits
 *     before retries included; at least a millisecond
 * @param retries how often a request is sent again, at most, if it failed in a way that may be gone the next time: 408,
 *     429, 5xx, lost connections, no answer; 0 to {@value #MOST_RETRIES}. Before each there is a wait, of half a second
 *     at most before the first and doubling up to a minute, or what the registry asks for.
 */
public record RequestLimits(Duration timeLimit, int retries) implements Serializable {

    /** More would only wait for somebody to repair the registry. */
    public static final int MOST_RETRIES = 20;

    /** An hour, and four retries. */
    public static final RequestLimits USUAL = new RequestLimits(Duration.ofHours(1), 4);

    /** @throws IllegalArgumentException if a number is out of range; the message names it and the range */
    public RequestLimits {
        Objects.requireNonNull(timeLimit, "timeLimit");
        if (timeLimit.toMillis() < 1) {
            throw new IllegalArgumentException(
                    "'" + timeLimit.toMillis() + " ms' is not a time limit; it must be more than nothing.");
        }
        if (retries < 0 || retries > MOST_RETRIES) {
            throw new IllegalArgumentException(
                    "'" + retries + "' is not a number of retries; give one from 0 to " + MOST_RETRIES + ".");
        }
    }
}
