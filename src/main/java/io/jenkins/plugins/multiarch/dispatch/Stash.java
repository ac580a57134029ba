package io.jenkins.plugins.multiarch.dispatch;

import hudson.EnvVars;
import hudson.FilePath;
import hudson.Launcher;
import hudson.model.Run;
import hudson.model.TaskListener;
import java.io.IOException;
import org.jenkinsci.plugins.workflow.flow.StashManager;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/**
 * Files that the controller keeps until the build is over, without a word in the log.
 *
 * @param context that of a step with a launcher
 * @param name tells it apart from the others of the build
 */
record Stash(StepContext context, String name) {

    /** @param patterns of the files, relative to the folder and separated by commas */
    void keep(FilePath folder, String patterns) throws IOException, InterruptedException {
        StashManager.stash(
                context.get(Run.class),
                name,
                folder,
                context.get(Launcher.class),
                context.get(EnvVars.class),
                TaskListener.NULL,
                patterns,
                null,
                false,
                false);
    }

    void fetch(FilePath folder) throws IOException, InterruptedException {
        StashManager.unstash(
                context.get(Run.class),
                name,
                folder,
                context.get(Launcher.class),
                context.get(EnvVars.class),
                TaskListener.NULL);
    }
}
