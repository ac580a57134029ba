package io.jenkins.plugins.multiarch.engine.threads;

import java.io.InterruptedIOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Work on things of which some need the results of others: each is begun as soon as these are there.
 *
 * @param atMost how many are worked on at the same time
 * @param failFast whether the first failure ends it: what is not begun is left, what is under way is interrupted. Otherwise
 *     only what needs the failed one is left.
 */
public record DependentWork(int atMost, boolean failFast) {

    /** How long what was interrupted may take to end. */
    private static final int SECONDS_TO_END = 30;

    /** What is done with one thing. */
    public interface Work<T, R> {

        /** @param needed the results that it needs, by their things */
        R on(T thing, Map<T, R> needed) throws Exception;
    }

    /**
     * How it ended.
     *
     * @param done the results, in the order of the things
     * @param failed the failures; but not of what has been interrupted
     */
    public record Outcome<T, R>(Map<T, R> done, Map<T, Exception> failed) {}

    private record Ended<T, R>(T thing, R result, Exception failure) {}

    /**
     * Works on all things, and waits until that is done.
     *
     * @param needs the things whose results a thing needs; never in a circle
     * @throws InterruptedIOException if the calling thread is interrupted
     */
    public <T, R> Outcome<T, R> run(List<T> things, Function<T, ? extends Collection<T>> needs, Work<T, R> work)
            throws InterruptedIOException {
        Map<T, R> done = new LinkedHashMap<>();
        Map<T, Exception> failed = new LinkedHashMap<>();
        Set<T> waiting = new LinkedHashSet<>(things);
        ExecutorService threads = Executors.newFixedThreadPool(atMost, Workers::daemon);
        try {
            CompletionService<Ended<T, R>> ended = new ExecutorCompletionService<>(threads);
            int begun = 0;
            while (!failFast || failed.isEmpty()) {
                for (T thing : List.copyOf(waiting)) {
                    Collection<T> needed = needs.apply(thing);
                    if (done.keySet().containsAll(needed)) {
                        Map<T, R> results = new LinkedHashMap<>();
                        needed.forEach(one -> results.put(one, done.get(one)));
                        ended.submit(() -> end(thing, results, work));
                        waiting.remove(thing);
                        begun++;
                    }
                }
                if (begun == 0) {
                    break;
                }
                Ended<T, R> one = ended.take().get();
                begun--;
                if (one.failure() == null) {
                    done.put(one.thing(), one.result());
                } else {
                    failed.put(one.thing(), one.failure());
                }
            }
            threads.shutdownNow();
            threads.awaitTermination(SECONDS_TO_END, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } finally {
            threads.shutdownNow();
        }
        Map<T, R> inOrder = new LinkedHashMap<>();
        things.stream().filter(done::containsKey).forEach(thing -> inOrder.put(thing, done.get(thing)));
        return new Outcome<>(inOrder, failed);
    }

    private static <T, R> Ended<T, R> end(T thing, Map<T, R> needed, Work<T, R> work) {
        try {
            return new Ended<>(thing, work.on(thing, needed), null);
        } catch (Exception e) {
            return new Ended<>(thing, null, e);
        }
    }
}
