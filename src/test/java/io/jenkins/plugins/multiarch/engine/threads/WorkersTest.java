package io.jenkins.plugins.multiarch.engine.threads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class WorkersTest {

    private static final List<Integer> NUMBERS = IntStream.range(0, 20).boxed().toList();

    @Test
    void worksOnSeveralAtTheSameTimeAndKeepsTheOrder() throws IOException {
        CountDownLatch four = new CountDownLatch(4);
        assertThat(Workers.map(4, NUMBERS, number -> {
                    four.countDown();
                    await(four); // Passes only if four have got here.
                    return number * 2;
                }))
                .isEqualTo(NUMBERS.stream().map(number -> number * 2).toList());
    }

    @Test
    void theFirstFailureEndsIt() {
        AtomicInteger begun = new AtomicInteger();
        assertThatThrownBy(() -> Workers.map(2, NUMBERS, number -> {
                    begun.incrementAndGet();
                    if (number == 1) {
                        throw new IOException("number 1");
                    }
                    await(new CountDownLatch(1)); // Until it is interrupted.
                    return number;
                }))
                .isInstanceOf(IOException.class)
                .hasMessage("number 1");
        assertThat(begun.get()).isLessThan(5);
        assertThatThrownBy(() -> Workers.map(2, NUMBERS, number -> {
                    throw new IllegalArgumentException("bad");
                }))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anInterruptEndsItAndIsNotLost() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> Workers.map(2, NUMBERS, number -> await(new CountDownLatch(1))))
                .isInstanceOf(InterruptedIOException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void whatManyWantHappensOnce() throws IOException {
        AtomicInteger happened = new AtomicInteger();
        SingleFlight<String, Integer> once = new SingleFlight<>();
        assertThat(Workers.map(8, NUMBERS, number -> once.get("key", happened::incrementAndGet)))
                .containsOnly(1);
        SingleFlight<String, Integer> failing = new SingleFlight<>();
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> failing.get("key", () -> {
                        throw new IOException("failure " + happened.incrementAndGet());
                    }))
                    .hasMessage("failure 2");
        }
    }

    private static boolean await(CountDownLatch latch) throws IOException {
        try {
            return latch.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new InterruptedIOException();
        }
    }
}
