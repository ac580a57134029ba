package io.jenkins.plugins.multiarch.engine.threads;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Does the same work on many things at the same time. */
public final class Workers {

    private Workers() {}

    /** What is done with one thing. */
    public interface Work<T, R> {
        R on(T thing) throws IOException;
    }

    /**
     * Works on all things, and waits until that is done. The first failure ends it: what is not begun is left, what is
     * under way is interrupted.
     *
     * @param atMost how many at the same time
     * @return the results, in the order of the things
     * @throws IOException as the work does; {@link InterruptedIOException} if the calling thread is interrupted
     */
    public static <T, R> List<R> map(int atMost, List<T> things, Work<T, R> work) throws IOException {
        List<R> results = new ArrayList<>();
        if (things.size() <= 1) {
            for (T thing : things) {
                results.add(work.on(thing));
            }
            return results;
        }
        ExecutorService threads = Executors.newFixedThreadPool(Math.min(atMost, things.size()), Workers::daemon);
        try {
            CompletionService<R> done = new ExecutorCompletionService<>(threads);
            List<Future<R>> futures = new ArrayList<>();
            for (T thing : things) {
                futures.add(done.submit(() -> work.on(thing)));
            }
            for (int i = 0; i < futures.size(); i++) {
                done.take().get();
            }
            for (Future<R> future : futures) {
                results.add(future.get());
            }
            return results;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        } catch (ExecutionException e) {
            throw thrown(e.getCause());
        } finally {
            threads.shutdownNow();
        }
    }

    private static IOException thrown(Throwable failure) {
        if (failure instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        if (failure instanceof Error error) {
            throw error;
        }
        return failure instanceof IOException io ? io : new IOException(failure);
    }

    /** A thread that does not keep its process alive. */
    public static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "multiarch-worker");
        thread.setDaemon(true);
        return thread;
    }
}
