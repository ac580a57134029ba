package io.jenkins.plugins.multiarch.engine.cli;

/**
 * Threads that wait for the network in a system call, as those of Java's HTTP client do for as long as there is a client.
 * A JVM that ends waits 300 ms for them.
 */
final class WaitingThreads {

    /** How long to wait for one of them, in milliseconds; the end of the JVM ends it in any case. */
    private static final int PATIENCE = 100;

    private WaitingThreads() {}

    /** Ends them, when nothing is sent or received any more. */
    static void end() {
        Thread[] threads = new Thread[Thread.activeCount() + 8];
        int found = Thread.enumerate(threads);
        for (int i = 0; i < found; i++) {
            if (threads[i].isDaemon()) {
                threads[i].interrupt();
            }
        }
        try {
            for (int i = 0; i < found; i++) {
                if (threads[i].isDaemon() && threads[i].getName().startsWith("HttpClient-")) {
                    threads[i].join(PATIENCE);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
