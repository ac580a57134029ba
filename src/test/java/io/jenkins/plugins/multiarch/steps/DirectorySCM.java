package io.jenkins.plugins.multiarch.steps;

import hudson.FilePath;
import hudson.Launcher;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.scm.NullSCM;
import hudson.scm.SCMDescriptor;
import hudson.scm.SCMRevisionState;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import jenkins.model.Jenkins;

/** Checks out by copying a directory of this machine. */
public final class DirectorySCM extends NullSCM {

    private final String directory;
    private final Map<String, String> environment;
    private final boolean moves;
    private int checkouts;

    /** @param environment what it tells the build of the commit */
    DirectorySCM(Path directory, Map<String, String> environment) {
        this(directory, environment, false);
    }

    /** @param moves whether a commit lands before every checkout, so that the build is told of another revision each time */
    DirectorySCM(Path directory, Map<String, String> environment, boolean moves) {
        this.directory = directory.toString();
        this.environment = new TreeMap<>(environment); // of a kind that Jenkins saves
        this.moves = moves;
    }

    @Override
    public void checkout(
            Run<?, ?> build,
            Launcher launcher,
            FilePath workspace,
            TaskListener listener,
            File changelog,
            SCMRevisionState baseline)
            throws IOException, InterruptedException {
        checkouts++;
        new FilePath(new File(directory)).copyRecursiveTo(workspace);
    }

    @Override
    public void buildEnvironment(Run<?, ?> build, Map<String, String> variables) {
        variables.putAll(environment);
        if (moves) {
            variables.put("SVN_REVISION", String.valueOf(checkouts));
        }
    }

    /** No form offers it, so it needs no descriptor of its own. */
    @Override
    public SCMDescriptor<?> getDescriptor() {
        return (SCMDescriptor<?>) Jenkins.get().getDescriptorOrDie(NullSCM.class);
    }
}
