package io.jenkins.plugins.multiarch.engine.http;

import java.time.Duration;

/**
 * When a whole operation must be over, however many requests it takes.
 *
 * @param limit how long it may take in all
 * @param end when that is over, as {@link System#nanoTime} counts
 */
public record Deadline(Duration limit, long end) {

    /** Never, as far as anybody waits. */
    public static Deadline none() {
        return in(Duration.ofDays(3650));
    }

    /** So long from now. */
    public static Deadline in(Duration limit) {
        return new Deadline(limit, System.nanoTime() + limit.toNanos());
    }

    /** What is left; zero or less if it is over. */
    public Duration remaining() {
        return Duration.ofNanos(end - System.nanoTime());
    }

    /** That, or what is left if it is less; at least a millisecond. */
    public Duration atMost(Duration usual) {
        Duration left = remaining();
        Duration least = Duration.ofMillis(1);
        return left.compareTo(usual) > 0 ? usual : left.compareTo(least) < 0 ? least : left;
    }

    /** Whether it is over before this wait is. */
    public boolean endsWithin(Duration wait) {
        return remaining().compareTo(wait) <= 0;
    }

    /** The limit for people: {@code 90 s}, {@code 500 ms}. */
    @Override
    public String toString() {
        return limit.toMillis() % 1000 == 0 ? limit.toSeconds() + " s" : limit.toMillis() + " ms";
    }
}
