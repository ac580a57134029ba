package io.jenkins.plugins.multiarch.engine.index;

import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** Lets those who publish under the same tags do it one after the other, as far as they are in this JVM. */
public final class TagLocks {

    /** Of everything in this JVM. */
    public static final TagLocks SHARED = new TagLocks();

    private final Map<String, Place> places = new HashMap<>();

    /** A tag that somebody publishes under or waits for. */
    private static final class Place {

        private final ReentrantLock lock = new ReentrantLock(true);
        private int users;
    }

    /** What is done when its turn has come. */
    public interface Work<T> {
        T during(Turn turn) throws IOException;
    }

    /** The turn of one thread. */
    public final class Turn {

        private final Deque<String> taken = new ArrayDeque<>();

        /** Whether somebody waits to publish under this tag as soon as this turn is over. */
        boolean isAwaited(ImageReference tag) {
            synchronized (places) {
                return places.get(tag.toString()).lock.hasQueuedThreads();
            }
        }

        private void end() {
            while (!taken.isEmpty()) {
                String name = taken.removeLast();
                synchronized (places) {
                    places.get(name).lock.unlock();
                }
                leave(name);
            }
        }
    }

    /**
     * Waits until nobody else publishes under any of these tags, and then does so.
     *
     * @param limit how long to wait at most
     * @param log is told if it has to wait
     * @throws IOException if it takes longer; the message names the tag
     */
    public <T> T take(Collection<ImageReference> tags, Duration limit, Consumer<String> log, Work<T> work)
            throws IOException {
        Turn turn = take(tags, limit, log);
        try {
            return work.during(turn);
        } finally {
            turn.end();
        }
    }

    private Turn take(Collection<ImageReference> tags, Duration limit, Consumer<String> log) throws IOException {
        Turn turn = new Turn();
        List<String> names = new ArrayList<>();
        tags.forEach(tag -> names.add(tag.toString()));
        long end = System.nanoTime() + limit.toNanos();
        try {
            // All in the same order, so that no two wait for each other.
            for (String name : new TreeSet<>(names)) {
                ReentrantLock lock = enter(name);
                boolean mine = false;
                try {
                    mine = lock.tryLock(0, TimeUnit.SECONDS);
                    if (!mine) {
                        log.accept("Waiting for another build that publishes " + name);
                        mine = lock.tryLock(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                    }
                } finally {
                    if (mine) {
                        turn.taken.add(name);
                    } else {
                        leave(name);
                    }
                }
                if (!mine) {
                    throw new IOException(
                            "Could not push the index " + name + " within the time limit: another build has"
                                    + " been publishing it all the time. Raise the time limit, or see what that build waits for.");
                }
            }
            return turn;
        } catch (InterruptedException e) {
            turn.end();
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for another build");
        } catch (IOException | RuntimeException e) {
            turn.end();
            throw e;
        }
    }

    private ReentrantLock enter(String name) {
        synchronized (places) {
            Place place = places.computeIfAbsent(name, key -> new Place());
            place.users++;
            return place.lock;
        }
    }

    private void leave(String name) {
        synchronized (places) {
            Place place = places.get(name);
            place.users--;
            if (place.users == 0) {
                places.remove(name);
            }
        }
    }

    /** How many tags are known at the moment. */
    int size() {
        synchronized (places) {
            return places.size();
        }
    }
}
