package io.jenkins.plugins.multiarch.agents;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.remoting.AsyncFutureImpl;
import hudson.remoting.Callable;
import hudson.remoting.Future;
import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.multiarch.engine.agent.EmulationCheck;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Agents are not trusted: whatever one answers, a plan says that it cannot build, and goes on. */
class EmulationAnswerTest {

    private static final Platform S390X = Platform.parse("linux/s390x");

    @Test
    void anAnswerWithoutThePlatformIsNoPermission() {
        EmulationCheck other =
                new EmulationCheck(Platform.parse("linux/arm64"), EmulationCheck.State.EMULATED, "qemu", "", "");
        for (ArrayList<EmulationCheck> answer : Arrays.asList(
                null,
                new ArrayList<EmulationCheck>(),
                new ArrayList<EmulationCheck>(Collections.singleton(null)),
                new ArrayList<>(List.of(other)))) {
            assertThat(obstacle(new Answering(answer, null)).problem())
                    .isEqualTo("it does not tell whether it emulates linux/s390x");
        }
    }

    @Test
    void whatItSaysIsOneShortLine() {
        EmulationCheck check = new EmulationCheck(
                S390X, EmulationCheck.State.IMPOSSIBLE, "", "no\nFinished: SUCCESS", "x".repeat(100_000));

        EmulationAnswer.Obstacle obstacle = obstacle(new Answering(new ArrayList<>(List.of(check)), null));

        assertThat(obstacle.problem()).isEqualTo("no?Finished: SUCCESS");
        assertThat(obstacle.remedy()).hasSizeLessThan(1000);
        assertThat(obstacle(new Answering(null, new IOException("a\nb" + "x".repeat(100_000))))
                        .problem())
                .startsWith("it cannot tell: java.io.IOException: a?b")
                .hasSizeLessThan(1000);
    }

    private static EmulationAnswer.Obstacle obstacle(VirtualChannel channel) {
        return EmulationAnswer.ask(channel, List.of(S390X), Optional.empty()).obstacle(S390X);
    }

    /** A connection whose other end answers what it likes. */
    private record Answering(Object answer, Throwable failure) implements VirtualChannel {

        @Override
        @SuppressWarnings("unchecked")
        public <V, T extends Throwable> Future<V> callAsync(Callable<V, T> question) {
            AsyncFutureImpl<V> future = new AsyncFutureImpl<>();
            if (failure != null) {
                future.set(failure);
            } else {
                future.set((V) answer);
            }
            return future;
        }

        @Override
        public <V, T extends Throwable> V call(Callable<V, T> question) {
            throw new AssertionError("asked in a way that waits");
        }

        @Override
        public void close() {
            throw new AssertionError("closed");
        }

        @Override
        public void join() {
            throw new AssertionError("waited for");
        }

        @Override
        public void join(long timeout) {
            throw new AssertionError("waited for");
        }

        @Override
        public <T> T export(Class<T> type, T instance) {
            return instance;
        }

        @Override
        public void syncLocalIO() {
            throw new AssertionError("synchronized");
        }
    }
}
