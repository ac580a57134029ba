package io.jenkins.plugins.multiarch.dispatch;

import hudson.AbortException;
import hudson.EnvVars;
import hudson.FilePath;
import hudson.Launcher;
import io.jenkins.plugins.multiarch.engine.agent.CommandRunner;
import io.jenkins.plugins.multiarch.engine.bake.BakeFile;
import io.jenkins.plugins.multiarch.engine.bake.BakePrint;
import io.jenkins.plugins.multiarch.engine.bake.JsonBakeFiles;
import io.jenkins.plugins.multiarch.steps.BakeOrder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The bake files of an order, in the directory that it stands in: read by buildx where {@code sh} would find it, else the
 * JSON ones by the plugin.
 */
record BakeFiles(BakeOrder order, FilePath directory, Launcher launcher, EnvVars environment) {

    /** Bytes of the JSON that buildx prints; a target has one or two thousand. */
    private static final int MOST_OUTPUT = 8 * 1024 * 1024;

    BakeFile read() throws IOException, InterruptedException {
        CommandRunner machine =
                new LauncherCommandRunner(launcher, order.environment(environment), directory, MOST_OUTPUT);
        if (BakePrint.isPossible(machine)) {
            return BakeFile.read(order.print().run(machine));
        }
        return readJson();
    }

    private BakeFile readJson() throws IOException, InterruptedException {
        if (order.hasOverrides()) {
            throw new AbortException(
                    "'set' is resolved by buildx, which the agent does not have. Install the buildx plugin"
                            + " (docker-buildx-plugin) there, or leave 'set' out.");
        }
        List<String> names = order.files().isEmpty() ? present(JsonBakeFiles.DEFAULTS) : order.files();
        if (names.isEmpty()) {
            present(JsonBakeFiles.FOR_BUILDX).forEach(JsonBakeFiles::requireJson);
            throw new AbortException("There is no bake file in " + directory.getRemote()
                    + ". Name it with file:, or put multiArchBake behind the checkout.");
        }
        JsonBakeFiles files = new JsonBakeFiles();
        for (String name : names) {
            JsonBakeFiles.requireJson(name);
            FilePath file = directory.child(name);
            if (!file.exists()) {
                throw new AbortException("There is no bake file '" + name + "' in " + directory.getRemote()
                        + ". Its path is relative to the current directory.");
            }
            files.add(name, file.readToString());
        }
        return files.resolve();
    }

    private List<String> present(List<String> names) throws IOException, InterruptedException {
        List<String> present = new ArrayList<>();
        for (String name : names) {
            if (directory.child(name).exists()) {
                present.add(name);
            }
        }
        return present;
    }
}
