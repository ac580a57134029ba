package io.jenkins.plugins.multiarch.engine.registry;

import io.jenkins.plugins.multiarch.engine.http.TooLarge;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;
import javax.net.ssl.SSLException;

/**
 * Which failures of a request that may be repeated are worth repeating, how often and after how long.
 *
 * @param attempts how often a request is sent at most
 * @param firstDelay how long to wait before the second attempt at most; doubled for each further one, up to
 *     {@code longestDelay}
 * @param longestDelay the longest wait; if a registry asks for more by {@code Retry-After}, the request has failed
 * @param jitter from 0 to 1, which part of the second half of a wait to wait: many who were refused together shall not
 *     come back together
 * @param clock tells how far away the date of a {@code Retry-After} is
 * @param sleeper does the waiting
 */
record RetryPolicy(
        int attempts, Duration firstDelay, Duration longestDelay, DoubleSupplier jitter, Clock clock, Sleeper sleeper) {

    /** Waits, so that tests need not. */
    interface Sleeper {
        void sleep(Duration duration) throws InterruptedException;
    }

    /** Four of them are over within 7.5 seconds, unless the registry asks for more, up to a minute each time. */
    static RetryPolicy retrying(int retries) {
        return new RetryPolicy(
                1 + retries,
                Duration.ofMillis(500),
                Duration.ofMinutes(1),
                () -> ThreadLocalRandom.current().nextDouble(),
                Clock.systemUTC(),
                duration -> Thread.sleep(duration.toMillis()));
    }

    /**
     * How long to wait before the next attempt; empty to give up.
     *
     * @param attempt the number of the attempt that failed, from 1
     */
    Optional<Duration> delay(int attempt) {
        if (attempt >= attempts) {
            return Optional.empty();
        }
        double doubled = firstDelay.toMillis() * Math.pow(2, attempt - 1);
        double longest = Math.min(doubled, longestDelay.toMillis());
        return Optional.of(Duration.ofMillis(Math.round(longest / 2 * (1 + jitter.getAsDouble()))));
    }

    /**
     * As {@link #delay(int)}, but at least as long as the registry asks for.
     *
     * @param retryAfter the {@code Retry-After} header: seconds, or a date as RFC 9110 writes it; what is neither leaves
     *     it to us
     * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3">RFC 9110, 10.2.3</a>
     */
    Optional<Duration> delay(int attempt, String retryAfter) {
        Optional<Duration> usual = delay(attempt);
        Duration asked = asked(retryAfter);
        if (usual.isEmpty() || asked.compareTo(longestDelay) > 0) {
            return Optional.empty();
        }
        return asked.compareTo(usual.get()) > 0 ? Optional.of(asked) : usual;
    }

    private Duration asked(String retryAfter) {
        if (retryAfter.matches("[0-9]{1,9}")) {
            return Duration.ofSeconds(Long.parseLong(retryAfter));
        }
        try {
            return Duration.between(
                    clock.instant(), ZonedDateTime.parse(retryAfter, DateTimeFormatter.RFC_1123_DATE_TIME));
        } catch (DateTimeException e) {
            return Duration.ZERO;
        }
    }

    /**
     * As {@link #isTransient(IOException)}; but where a registry has answered before, it is only away for a while if now
     * nobody listens there, or its name is not known.
     */
    static boolean isTransient(IOException failure, boolean hasAnswered) {
        boolean isAway = failure instanceof ConnectException || failure instanceof UnknownHostException;
        return isTransient(failure) || hasAnswered && isAway;
    }

    /** Whether a connection failed in a way that may be gone at the next attempt. */
    static boolean isTransient(IOException failure) {
        if (failure instanceof HttpTimeoutException) {
            return true;
        }
        if (failure instanceof SSLException) {
            return failure.getCause() instanceof SocketException || failure.getCause() instanceof EOFException;
        }
        // Nobody listens there, or there is no such host; a wrong name is far more likely than a restart.
        return !(failure instanceof ConnectException)
                && !(failure instanceof UnknownHostException)
                && !(failure instanceof InterruptedIOException)
                && !(failure instanceof RegistryException)
                && !(failure instanceof TooLarge);
    }

    /** Whether this status may be gone at the next attempt. */
    static boolean isTransient(int status) {
        return status == 408 || status == 429 || isServerFault(status);
    }

    /** Whether the server failed in the middle, so that the request may have been carried out all the same. */
    static boolean isServerFault(int status) {
        return status >= 500 && status != 501 && status != 505;
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
