package io.jenkins.plugins.multiarch.engine.index;

import java.io.InterruptedIOException;
import java.time.Duration;

/** Waits until whoever has read a tag before it was pushed must have pushed his own. */
interface Settling {

    /** More than a registry usually takes to answer two requests. */
    Duration USUAL_TIME = Duration.ofSeconds(1);

    Duration LONGEST_TIME = Duration.ofSeconds(30);

    /** @param window how long it took this build from reading to having pushed */
    void await(Duration window) throws InterruptedIOException;

    /** Where this build took long, others may too. */
    static void twice(Duration window) throws InterruptedIOException {
        Duration twice = window.multipliedBy(2);
        Duration time = twice.compareTo(USUAL_TIME) < 0 ? USUAL_TIME : twice;
        try {
            Thread.sleep(Math.min(time.toMillis(), LONGEST_TIME.toMillis()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for other builds");
        }
    }
}
