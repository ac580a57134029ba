package io.jenkins.plugins.multiarch.engine.jib;

import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.threads.SingleFlight;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Lets one builder at a time do something, of all threads and processes of a user on a machine. It only saves work: without
 * locks, or if one is held for very long, the work is done anyway.
 *
 * @param folder has empty files, each for a share of all keys
 */
record FolderLocks(BoundedFolder folder) {

    /** Hexadecimal digits of a file's name. With 4,096 files, two keys rarely share one and wait for each other. */
    private static final int DIGITS = 3;

    private static final long POLL_MILLIS = 20;
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(15);

    /** @param key what must not be done twice at the same time */
    <T> T hold(String key, SingleFlight.Source<T> work) throws IOException {
        Optional<FileChannel> channel = open(file(key));
        if (channel.isEmpty()) {
            return work.get();
        }
        // Closing it releases the lock.
        try (FileChannel open = channel.get()) {
            await(open);
            return work.get();
        }
    }

    /** Lock files are never removed: if one were removed while others wait for it, two of them would get in. */
    private Path file(String key) {
        String hash = Digest.ofSha256(key.getBytes(StandardCharsets.UTF_8)).hex();
        return folder.directory().resolve(hash.substring(0, DIGITS));
    }

    private Optional<FileChannel> open(Path file) {
        try {
            folder.create();
            return Optional.of(FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static void await(FileChannel channel) throws InterruptedIOException {
        long end = System.nanoTime() + LONGEST_WAIT.toNanos();
        while (!isLocked(channel) && System.nanoTime() - end < 0) {
            try {
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted");
            }
        }
    }

    private static boolean isLocked(FileChannel channel) throws InterruptedIOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false; // A thread of this process has it.
        } catch (ClosedByInterruptException e) {
            throw new InterruptedIOException("interrupted");
        } catch (IOException e) {
            return true; // The file system has no locks.
        }
    }
}
