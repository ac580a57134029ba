package io.jenkins.plugins.multiarch.steps;

import java.nio.file.Path;

/** The processes on this machine that run the {@code test} of a platform. */
final class ImageTests {

    private ImageTests() {}

    /**
     * Kills those of the agents below a directory, and no others: other tests run at the same time.
     *
     * @return how many there were
     */
    static long kill(Path directory) {
        return ProcessHandle.allProcesses()
                .filter(process ->
                        isOfAgentIn(directory, process.info().commandLine().orElse("")))
                .filter(ProcessHandle::destroyForcibly)
                .count();
    }

    private static boolean isOfAgentIn(Path directory, String command) {
        return command.contains(directory + "/") && command.contains("/test.sh");
    }
}
