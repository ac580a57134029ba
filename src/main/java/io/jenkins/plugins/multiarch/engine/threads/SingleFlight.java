package io.jenkins.plugins.multiarch.engine.threads;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;

/**
 * Results that many threads want and only one shall bring about. Failures are kept as well as successes.
 *
 * @param <K> what tells the results apart
 * @param <V> the results
 */
public final class SingleFlight<K, V> {

    private final Map<K, CompletableFuture<V>> results = new ConcurrentHashMap<>();

    /** Brings about one result. */
    public interface Source<V> {
        V get() throws IOException;
    }

    /** The result for this key; whoever asks first brings it about, everyone else waits for that. */
    public V get(K key, Source<V> source) throws IOException {
        CompletableFuture<V> mine = new CompletableFuture<>();
        CompletableFuture<V> first = results.putIfAbsent(key, mine);
        if (first == null) {
            try {
                V result = source.get();
                mine.complete(result);
                return result;
            } catch (IOException | RuntimeException | Error e) {
                mine.completeExceptionally(e);
                throw e;
            }
        }
        try {
            return first.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
        }
    }
}
