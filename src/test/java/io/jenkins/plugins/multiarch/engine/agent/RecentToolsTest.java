package io.jenkins.plugins.multiarch.engine.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RecentToolsTest {

    private static final BuildTools BUILDAH = new BuildTools(null, null, null, new Version("1.28.2", 1, 28));
    private static final BuildTools UNSURE =
            new BuildTools(null, null, null, null, Engine.UNKNOWN, List.of("'docker version' said nothing"));

    private final RecentTools recent = new RecentTools(Duration.ofHours(1));
    private final AtomicInteger asked = new AtomicInteger();

    private BuildTools ask() {
        asked.incrementAndGet();
        return BUILDAH;
    }

    @Test
    void asksOnceForBuildsThatBeginTogether() throws Exception {
        int builds = 4;
        CountDownLatch begun = new CountDownLatch(builds);
        ExecutorService threads = Executors.newFixedThreadPool(builds);
        try {
            List<Future<BuildTools>> answers = new ArrayList<>();
            for (int i = 0; i < builds; i++) {
                answers.add(threads.submit(() -> {
                    begun.countDown();
                    begun.await();
                    return recent.get("a", this::ask);
                }));
            }
            for (Future<BuildTools> answer : answers) {
                assertThat(answer.get(1, TimeUnit.MINUTES)).isEqualTo(BUILDAH);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(asked).hasValue(1);
    }

    @Test
    void asksInOtherSurroundingsAgain() throws Exception {
        recent.get("a", this::ask);
        recent.get("b", this::ask);

        assertThat(asked).hasValue(2);
    }

    @Test
    void asksAgainLater() throws Exception {
        RecentTools brief = new RecentTools(Duration.ZERO);
        brief.get("a", this::ask);
        TimeUnit.MILLISECONDS.sleep(2);
        brief.get("a", this::ask);

        assertThat(asked).hasValue(2);
    }

    @Test
    void doesNotKeepAnAnswerThatLeavesSomethingOpen() throws Exception {
        assertThat(recent.get("a", () -> UNSURE)).isEqualTo(UNSURE);
        assertThat(recent.get("a", this::ask)).isEqualTo(BUILDAH);
    }

    @Test
    void asksAgainForOthersIfTheFirstIsStopped() throws Exception {
        CountDownLatch asking = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            Future<BuildTools> first = threads.submit(() -> recent.get("a", () -> {
                asking.countDown();
                try {
                    never.await();
                    return UNSURE;
                } catch (InterruptedException e) {
                    throw new InterruptedIOException();
                }
            }));
            asking.await();
            Future<BuildTools> second = threads.submit(() -> recent.get("a", this::ask));
            first.cancel(true);

            assertThat(second.get(1, TimeUnit.MINUTES)).isEqualTo(BUILDAH);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void doesNotKeepAFailure() throws Exception {
        assertThatThrownBy(() -> recent.get("a", () -> {
                    throw new IllegalStateException("broken");
                }))
                .hasMessage("broken");
        assertThat(recent.get("a", this::ask)).isEqualTo(BUILDAH);
    }
}
