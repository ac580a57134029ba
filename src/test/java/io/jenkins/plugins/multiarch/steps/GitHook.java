package io.jenkins.plugins.multiarch.steps;

import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.plugins.git.GitSCM;
import hudson.plugins.git.extensions.GitSCMExtension;
import hudson.plugins.git.extensions.GitSCMExtensionDescriptor;
import hudson.plugins.git.extensions.impl.CleanCheckout;
import io.jenkins.plugins.multiarch.engine.agent.LocalCommandRunner;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.gitclient.GitClient;

/** Runs a shell script on this machine before each checkout with Git, and writes a Dockerfile after it. */
public final class GitHook extends GitSCMExtension {

    private final String before;
    private final String dockerfile;

    /**
     * @param before the script; empty for none
     * @param dockerfile what replaces the Dockerfile of the checkout; empty for nothing
     */
    GitHook(String before, String dockerfile) {
        this.before = before;
        this.dockerfile = dockerfile;
    }

    @Override
    public void beforeCheckout(GitSCM scm, Run<?, ?> build, GitClient git, TaskListener listener)
            throws IOException, InterruptedException {
        if (!before.isEmpty()) {
            var result = new LocalCommandRunner().run(List.of("sh", "-ec", before), Duration.ofMinutes(1));
            if (!result.succeeded()) {
                throw new IOException(result.stderr());
            }
        }
    }

    @Override
    public void onCheckoutCompleted(GitSCM scm, Run<?, ?> build, GitClient git, TaskListener listener)
            throws IOException, InterruptedException {
        if (!dockerfile.isEmpty()) {
            git.getWorkTree().child("Dockerfile").write(dockerfile, "UTF-8");
        }
    }

    /** No form offers it, so it needs no descriptor of its own. */
    @Override
    public GitSCMExtensionDescriptor getDescriptor() {
        return (GitSCMExtensionDescriptor) Jenkins.get().getDescriptorOrDie(CleanCheckout.class);
    }
}
