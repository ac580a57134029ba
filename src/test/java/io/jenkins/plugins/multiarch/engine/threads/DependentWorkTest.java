package io.jenkins.plugins.multiarch.engine.threads;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.multiarch.engine.threads.DependentWork.Outcome;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DependentWorkTest {

    private static final Map<String, List<String>> NEEDS =
            Map.of("a", List.of(), "b", List.of("a"), "c", List.of("a", "b"), "d", List.of(), "e", List.of("d"));
    private static final List<String> THINGS = List.of("c", "e", "b", "d", "a");

    @Test
    void eachIsBegunWithTheResultsThatItNeeds() throws Exception {
        Outcome<String, String> outcome =
                new DependentWork(3, true).run(THINGS, NEEDS::get, (thing, needed) -> thing + needed.values());
        assertThat(outcome.failed()).isEmpty();
        assertThat(outcome.done().toString()).isEqualTo("{c=c[a[], b[a[]]], e=e[d[]], b=b[a[]], d=d[], a=a[]}");
    }

    @Test
    void whatNeedsNothingOfEachOtherGoesOnAtTheSameTimeButNoMoreThanAllowed() throws Exception {
        CyclicBarrier both = new CyclicBarrier(2);
        AtomicInteger atOnce = new AtomicInteger();
        ConcurrentLinkedQueue<Integer> seen = new ConcurrentLinkedQueue<>();
        Outcome<Integer, Integer> outcome = new DependentWork(2, true)
                .run(List.of(1, 2, 3, 4), thing -> List.of(), (thing, needed) -> {
                    seen.add(atOnce.incrementAndGet());
                    both.await(30, TimeUnit.SECONDS);
                    return atOnce.decrementAndGet();
                });
        assertThat(outcome.done()).hasSize(4);
        assertThat(seen).allMatch(number -> number <= 2);
    }

    @Test
    void theFirstFailureStopsWhatIsUnderWayAndBeginsNothingMore() throws Exception {
        CountDownLatch underWay = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        Outcome<String, String> outcome = new DependentWork(2, true).run(THINGS, NEEDS::get, (thing, needed) -> {
            if (thing.equals("d")) {
                underWay.countDown();
                try {
                    TimeUnit.MINUTES.sleep(10);
                } finally {
                    stopped.countDown();
                }
            }
            underWay.await();
            throw new IllegalStateException("no " + thing);
        });
        assertThat(stopped.getCount()).as("it is waited for what is stopped").isZero();
        assertThat(outcome.done()).isEmpty();
        assertThat(outcome.failed()).containsOnlyKeys("a");
        assertThat(outcome.failed().get("a")).hasMessage("no a");
    }

    @Test
    void otherwiseOnlyWhatNeedsTheFailedOneIsLeft() throws Exception {
        Outcome<String, String> outcome = new DependentWork(1, false).run(THINGS, NEEDS::get, (thing, needed) -> {
            if (thing.equals("b")) {
                throw new IllegalStateException("no b");
            }
            return thing;
        });
        assertThat(outcome.done()).containsOnlyKeys("e", "d", "a");
        assertThat(outcome.failed()).containsOnlyKeys("b");
    }
}
