package io.jenkins.plugins.multiarch.engine.registry;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLException;

/**
 * Which failures of a request that may be repeated are worth repeating, how often and after how long.
 *
 * @param attempts how often a request is sent at most
 * @param firstDelay how long to wait before the second attempt; doubled for each further one
 * @param longestDelay the longest wait a registry may ask for by {@code Retry-After}; if it asks for more, the request
 *     has failed
 * @param sleeper does the waiting
 */
record RetryPolicy(int attempts, Duration firstDelay, Duration longestDelay, Sleeper sleeper) {

    /** Waits, so that tests need not. */
    interface Sleeper {
        void sleep(Duration duration) throws InterruptedException;
    }

    /** Four attempts within 3.5 seconds, or as long as the registry asks for, up to a minute each time. */
    static final RetryPolicy DEFAULT = new RetryPolicy(
            4, Duration.ofMillis(500), Duration.ofMinutes(1), duration -> Thread.sleep(duration.toMillis()));

    /**
     * How long to wait before the next attempt; empty to give up.
     *
     * @param attempt the number of the attempt that failed, from 1
     */
    Optional<Duration> delay(int attempt) {
        return attempt >= attempts ? Optional.empty() : Optional.of(firstDelay.multipliedBy(1L << (attempt - 1)));
    }

    /**
     * As {@link #delay(int)}, but as long as the registry asks for.
     *
     * @param retryAfter the {@code Retry-After} header: seconds; a date or nothing leaves it to us
     */
    Optional<Duration> delay(int attempt, String retryAfter) {
        Optional<Duration> usual = delay(attempt);
        if (usual.isEmpty() || !retryAfter.matches("[0-9]{1,9}")) {
            return usual;
        }
        Duration asked = Duration.ofSeconds(Long.parseLong(retryAfter));
        return asked.compareTo(longestDelay) > 0 ? Optional.empty() : Optional.of(asked);
    }

    /** Whether a connection failed in a way that may be gone at the next attempt. */
    static boolean isTransient(IOException failure) {
        if (failure instanceof ConnectException) {
            return false; // Nobody listens there; a wrong port is far more likely than a restart.
        }
        if (failure instanceof SSLException) {
            return failure.getCause() instanceof SocketException;
        }
        return failure instanceof SocketException
                || failure instanceof SocketTimeoutException
                // Apache's client, not visible at compile time, throws it where the server closes without an answer.
                || failure.getClass().getSimpleName().equals("NoHttpResponseException");
    }

    /** Whether this status may be gone at the next attempt. */
    static boolean isTransient(int status) {
        return status == 429 || status == 500 || status == 502 || status == 503 || status == 504;
    }

    void sleep(Duration duration) throws InterruptedIOException {
        try {
            sleeper.sleep(duration);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting to repeat a request");
        }
    }
}
