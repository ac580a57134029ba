package io.jenkins.plugins.multiarch.engine.jib;

import io.jenkins.plugins.multiarch.engine.reference.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Compresses to one gzip member, several blocks at the same time. Where a block ends depends on the content alone, so the
 * result does not depend on the number of threads.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc1952">RFC 1952, GZIP file format specification</a>
 */
final class ParallelGzipStream extends OutputStream {

    /** In bytes, before compression. */
    static final int BLOCK = 256 * 1024;

    /**
     * The lowest level that looks for better matches. Of compiled programs it makes 3 % more than the default of zlib, 6, in
     * less than half of its time.
     */
    private static final int LEVEL = 4;

    /** As far as a match may look back, RFC 1951; blocks begin with what was before them, so they lose next to nothing. */
    private static final int WINDOW = 32 * 1024;

    /** Deflate, no flags, no time, no particular system. */
    private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};

    private final OutputStream out;
    private final ExecutorService threads;
    private final int atOnce;
    private final Deque<Future<byte[]>> compressed = new ArrayDeque<>();
    private final CRC32 checksum = new CRC32();
    private byte[] block = new byte[BLOCK];
    private int length;
    private byte[] before = {};
    private long count;
    private boolean isClosed;

    /**
     * @param threads compress; they never wait for anything
     * @param atOnce the most blocks in memory that are not written yet
     */
    ParallelGzipStream(OutputStream out, ExecutorService threads, int atOnce) throws IOException {
        this.out = out;
        this.threads = threads;
        this.atOnce = atOnce;
        out.write(HEADER);
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int size) throws IOException {
        checksum.update(bytes, offset, size);
        count += size;
        for (int done = 0; done < size; ) {
            int part = Math.min(size - done, BLOCK - length);
            System.arraycopy(bytes, offset + done, block, length, part);
            length += part;
            done += part;
            if (length == BLOCK) {
                compress(false);
            }
        }
    }

    private void compress(boolean isLast) throws IOException {
        byte[] content = block;
        int size = length;
        byte[] dictionary = before;
        if (compressed.size() == atOnce) {
            out.write(first());
        }
        compressed.add(threads.submit(() -> deflate(content, size, dictionary, isLast)));
        before = content;
        block = new byte[isLast ? 0 : BLOCK];
        length = 0;
    }

    private static byte[] deflate(byte[] content, int size, byte[] before, boolean isLast) {
        Deflater deflater = new Deflater(LEVEL, true);
        try {
            int window = Math.min(before.length, WINDOW);
            deflater.setDictionary(before, before.length - window, window);
            deflater.setInput(content, 0, size);
            if (isLast) {
                deflater.finish();
            }
            ByteArrayOutputStream deflated = new ByteArrayOutputStream(BLOCK / 2);
            byte[] buffer = new byte[64 * 1024];
            int made;
            do {
                // Flushed, a block ends at a whole byte, and the next one can be put behind it.
                made = deflater.deflate(buffer, 0, buffer.length, isLast ? Deflater.NO_FLUSH : Deflater.SYNC_FLUSH);
                deflated.write(buffer, 0, made);
            } while (isLast ? !deflater.finished() : made == buffer.length);
            return deflated.toByteArray();
        } finally {
            deflater.end();
        }
    }

    /** Tells apart compressors that make different bytes of the same content: the digest of a compressed sample. */
    static Digest sample() {
        byte[] text = new byte[WINDOW];
        int noise = 1;
        for (int i = 0; i < text.length; i++) {
            noise = noise * 1_103_515_245 + 12_345;
            text[i] = i % 7 < 3 && i > 99 ? text[i - 98] : (byte) Math.floorMod(noise >> 8, 32);
        }
        return Digest.ofSha256(deflate(text, text.length, new byte[0], true));
    }

    private byte[] first() throws IOException {
        try {
            return compressed.remove().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        }
    }

    /** Writes what is left, and closes what is written to. */
    @Override
    public void close() throws IOException {
        if (isClosed) {
            return;
        }
        isClosed = true;
        try (out) {
            compress(true);
            while (!compressed.isEmpty()) {
                out.write(first());
            }
            out.write(ByteBuffer.allocate(8)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt((int) checksum.getValue())
                    .putInt((int) count)
                    .array());
        }
    }
}
