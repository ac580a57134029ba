package io.jenkins.plugins.multiarch.engine.jib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ParallelGzipStreamTest {

    private static final int BLOCK = ParallelGzipStream.BLOCK;

    /** Words that come again, and noise. */
    private static byte[] content(int size) {
        byte[] content = new byte[size];
        Random random = new Random(size);
        for (int i = 0; i < size; i++) {
            content[i] = (byte) (i / 4096 % 2 == 0 ? random.nextInt(256) : "once more ".charAt(i % 10));
        }
        return content;
    }

    private static byte[] compressed(byte[] content, int threads, int atOnce, int piece) throws IOException {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream gzip = new ParallelGzipStream(out, pool, atOnce)) {
            for (int i = 0; i < content.length; i += piece) {
                gzip.write(content, i, Math.min(piece, content.length - i));
            }
        } finally {
            pool.shutdownNow();
        }
        return out.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 511, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK, 7 * BLOCK + 12_345})
    void whatIsReadBackIsWhatWasWritten(int size) throws Exception {
        byte[] content = content(size);
        byte[] compressed = compressed(content, 2, 3, 100_000);

        assertThat(new GZIPInputStream(new ByteArrayInputStream(compressed)).readAllBytes())
                .isEqualTo(content);
    }

    @Test
    void theResultDoesNotDependOnThreadsOrPieces() throws Exception {
        byte[] content = content(9 * BLOCK + 777);
        byte[] once = compressed(content, 1, 1, content.length);

        assertThat(compressed(content, 8, 10, 1000)).isEqualTo(once);
        assertThat(compressed(content, 3, 2, BLOCK)).isEqualTo(once);
    }

    @Test
    void blocksKnowWhatWasBeforeThem() throws Exception {
        byte[] content = content(8 * BLOCK);
        Deflater whole = new Deflater(4, true);
        whole.setInput(content);
        whole.finish();
        long size = 0;
        for (byte[] buffer = new byte[64 * 1024]; !whole.finished(); ) {
            size += whole.deflate(buffer);
        }
        whole.end();

        assertThat((long) compressed(content, 2, 4, BLOCK).length).isLessThan(size + size / 500 + 100);
    }

    @Test
    void whoeverIsInterruptedStops() throws Exception {
        ExecutorService pool = Executors.newSingleThreadExecutor();
        try {
            OutputStream gzip = new ParallelGzipStream(new ByteArrayOutputStream(), pool, 1);
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> gzip.write(content(4 * BLOCK))).isInstanceOf(InterruptedIOException.class);
            assertThat(Thread.interrupted()).isTrue();
        } finally {
            pool.shutdownNow();
        }
    }
}
