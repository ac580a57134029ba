package io.jenkins.plugins.multiarch.engine.jib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.multiarch.engine.threads.Workers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class FolderLocksTest {

    @TempDir
    private Path temp;

    private FolderLocks locks(Path folder) {
        return new FolderLocks(new BoundedFolder(folder, 1000));
    }

    @Test
    void oneAtATime() throws IOException {
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();

        Workers.map(
                8,
                Collections.nCopies(40, "key"),
                key -> locks(temp.resolve("locks")).hold(key, () -> {
                    most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                    Thread.yield();
                    return inside.decrementAndGet();
                }));

        assertThat(most).hasValue(1);
    }

    @Test
    void othersDoNotWait() throws IOException {
        CountDownLatch both = new CountDownLatch(2);

        assertThat(Workers.map(
                        2,
                        List.of("one", "two"),
                        key -> locks(temp).hold(key, () -> {
                            both.countDown();
                            try {
                                return both.await(20, TimeUnit.SECONDS);
                            } catch (InterruptedException e) {
                                throw new IOException(e);
                            }
                        })))
                .containsOnly(true);
    }

    @Test
    void whoFailsLetsTheNextOneIn() throws IOException {
        assertThatThrownBy(() -> locks(temp).hold("key", () -> {
                    throw new IOException("planned");
                }))
                .hasMessage("planned");
        assertThat(locks(temp).<String>hold("key", () -> "done")).isEqualTo("done");
    }

    @Test
    void workIsDoneWhereThereCanBeNoLocks() throws IOException {
        Path file = Files.createFile(temp.resolve("file"));
        assertThat(locks(file.resolve("below")).<String>hold("key", () -> "done"))
                .isEqualTo("done");
    }
}
