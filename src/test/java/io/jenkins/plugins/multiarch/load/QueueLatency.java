package io.jenkins.plugins.multiarch.load;

import hudson.model.Queue;
import hudson.model.queue.QueueListener;
import java.util.ArrayList;
import java.util.List;

/** How long pieces of Pipelines have waited for an executor since it was last asked, in milliseconds. */
final class QueueLatency extends QueueListener {

    private final List<Long> waits = new ArrayList<>();

    @Override
    public synchronized void onLeft(Queue.LeftItem item) {
        if (!item.isCancelled()) {
            waits.add(System.currentTimeMillis() - item.getInQueueSince());
        }
    }

    /** In ascending order; begins anew. */
    synchronized List<Long> take() {
        List<Long> sorted = waits.stream().sorted().toList();
        waits.clear();
        return sorted;
    }
}
