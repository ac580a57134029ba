package io.jenkins.plugins.multiarch.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** That a program which has used the network ends at once. */
@Timeout(60)
class WaitingThreadsTest {

    @Test
    void threadsThatOnlyWaitAreEndedAndOthersAreLeft() throws InterruptedException {
        CountDownLatch started = new CountDownLatch(2);
        List<String> interrupted = new ArrayList<>();
        CountDownLatch goOn = new CountDownLatch(1);
        ThreadGroup group = new ThreadGroup("program");
        Thread waiting = thread(group, "HttpClient-1-SelectorManager", true, started, goOn, interrupted);
        Thread working = thread(group, "worker", false, started, goOn, interrupted);
        started.await();

        Thread end = new Thread(group, WaitingThreads::end, "end");
        end.start();
        end.join();
        waiting.join();
        assertThat(working.isAlive()).isTrue();
        goOn.countDown();
        working.join();
        assertThat(interrupted).containsExactly("HttpClient-1-SelectorManager");
    }

    private static Thread thread(
            ThreadGroup group,
            String name,
            boolean daemon,
            CountDownLatch started,
            CountDownLatch goOn,
            List<String> interrupted) {
        Thread thread = new Thread(
                group,
                () -> {
                    started.countDown();
                    try {
                        goOn.await(1, TimeUnit.MINUTES);
                    } catch (InterruptedException e) {
                        synchronized (interrupted) {
                            interrupted.add(name);
                        }
                    }
                },
                name);
        thread.setDaemon(daemon);
        thread.start();
        return thread;
    }
}
