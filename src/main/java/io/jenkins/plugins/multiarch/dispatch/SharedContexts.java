package io.jenkins.plugins.multiarch.dispatch;

import io.jenkins.plugins.multiarch.leftovers.RemoveFolders;
import java.io.IOException;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The build contexts that targets of one {@code multiArchBake} have in common: each is packed once, kept by the controller once,
 * and sent to an agent once. What is known of them is not kept over a restart; then they are packed and sent again.
 */
final class SharedContexts {

    private static final Logger LOGGER = Logger.getLogger(SharedContexts.class.getName());

    private static final Map<String, SharedContexts> BY_BAKE = new ConcurrentHashMap<>();

    /** What tells contexts apart, to the name of the stash. */
    private final Map<String, String> stashes = new ConcurrentHashMap<>();

    /** Held while something is packed or sent. A thread that waits for it can be interrupted, by an abort. */
    private final Map<String, Lock> turns = new ConcurrentHashMap<>();

    /** Root directories of agents, by name, that have some. */
    private final Map<String, SentContexts> sent = new ConcurrentHashMap<>();

    private SharedContexts() {}

    /** @param bake identifier of the order */
    static SharedContexts of(String bake) {
        return BY_BAKE.computeIfAbsent(bake, id -> new SharedContexts());
    }

    /** Makes a stash. */
    interface Packing {
        void pack(String stash) throws Exception;
    }

    /**
     * The name of the stash with these contexts, which whoever asks first packs.
     *
     * @param key what tells contexts apart
     */
    String stash(String key, Packing packing) throws Exception {
        Lock turn = turn(key);
        turn.lockInterruptibly();
        try {
            String known = stashes.get(key);
            if (known != null) {
                return known;
            }
            // A new name after a restart: a branch may still be reading the old stash.
            String stash = "multiarch-shared-" + UUID.randomUUID().toString().substring(0, 8);
            packing.pack(stash);
            stashes.put(key, stash);
            return stash;
        } finally {
            turn.unlock();
        }
    }

    /** Brings a stash to an agent. */
    interface Sending {
        void send() throws Exception;
    }

    /**
     * Brings a stash to an agent, unless another branch has.
     *
     * @param contexts where it belongs
     */
    void send(SentContexts contexts, String stash, Sending sending) throws Exception {
        Lock turn = turn(contexts.agent() + " " + stash);
        turn.lockInterruptibly();
        try {
            if (!contexts.folder(stash).exists()) {
                sent.putIfAbsent(contexts.agent(), contexts);
                sending.send();
            }
        } finally {
            turn.unlock();
        }
    }

    private Lock turn(String name) {
        return turns.computeIfAbsent(name, key -> new ReentrantLock());
    }

    /** Removes them from all agents; from one that is not there, the sweeper will. */
    static void remove(String bake) throws InterruptedException {
        SharedContexts contexts = BY_BAKE.remove(bake);
        for (SentContexts each :
                contexts == null ? Map.<String, SentContexts>of().values() : contexts.sent.values()) {
            try {
                each.home().act(new RemoveFolders(each.entry()));
            } catch (IOException e) {
                LOGGER.log(Level.FINE, e, () -> "Build contexts stay on " + each.agent());
            }
        }
    }
}
