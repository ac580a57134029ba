package io.jenkins.plugins.multiarch.checkout;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.AbortException;
import hudson.Extension;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.plugins.git.GitSCM;
import hudson.plugins.git.Revision;
import hudson.plugins.git.extensions.GitSCMExtension;
import hudson.plugins.git.extensions.GitSCMExtensionDescriptor;
import java.io.IOException;
import java.util.Objects;
import org.eclipse.jgit.lib.ObjectId;
import org.jenkinsci.plugins.gitclient.GitClient;

/**
 * Has a Git checkout get this commit of its branch instead of the newest one. Unlike a build chooser it leaves polling as
 * it is, so that a newer commit starts the next build.
 */
public final class PinnedCommit extends GitSCMExtension {

    private final String hash;

    PinnedCommit(String hash) {
        this.hash = hash;
    }

    @Override
    public Revision decorateRevisionToBuild(
            GitSCM scm, Run<?, ?> build, GitClient git, TaskListener listener, Revision marked, Revision newest)
            throws IOException, InterruptedException {
        if (newest.getSha1String().equals(hash)) {
            return newest;
        }
        if (!git.isCommitInRepo(ObjectId.fromString(hash))) {
            throw new AbortException("Commit " + hash + ", which the other platforms are built from, is not in what was"
                    + " fetched: meanwhile " + newest.getSha1String()
                    + " is the newest. Build again; if the checkout is a shallow clone, give it a larger depth.");
        }
        return new Revision(ObjectId.fromString(hash), newest.getBranches());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PinnedCommit that && hash.equals(that.hash);
    }

    @Override
    public int hashCode() {
        return Objects.hash(hash);
    }

    /** No form offers it. */
    @Extension(optional = true)
    public static final class DescriptorImpl extends GitSCMExtensionDescriptor {

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.PinnedCommit_displayName();
        }

        @Override
        public boolean isApplicable(Class<? extends GitSCM> type) {
            return false;
        }
    }
}
