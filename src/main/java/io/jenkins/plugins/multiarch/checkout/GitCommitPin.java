package io.jenkins.plugins.multiarch.checkout;

import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.common.StandardUsernameCredentials;
import com.cloudbees.plugins.credentials.domains.URIRequirementBuilder;
import hudson.EnvVars;
import hudson.Extension;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.plugins.git.GitException;
import hudson.plugins.git.GitSCM;
import hudson.plugins.git.GitTool;
import hudson.plugins.git.UserRemoteConfig;
import hudson.plugins.git.extensions.GitSCMExtension;
import hudson.plugins.git.extensions.impl.BuildChooserSetting;
import hudson.plugins.git.extensions.impl.PreBuildMerge;
import hudson.plugins.git.extensions.impl.RelativeTargetDirectory;
import hudson.scm.SCM;
import io.jenkins.plugins.multiarch.engine.http.Addresses;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jenkins.plugins.git.AbstractGitSCMSource;
import jenkins.scm.api.SCMHead;
import jenkins.scm.api.SCMRevision;
import org.eclipse.jgit.lib.ObjectId;
import org.jenkinsci.plugins.gitclient.Git;
import org.jenkinsci.plugins.gitclient.GitClient;

/** One commit for all, with Git. */
@Extension(optional = true)
public final class GitCommitPin extends CommitPin<GitSCM> {

    private static final String HEADS = "refs/heads/";

    /** Names of one branch; others are patterns, or names of something else. */
    private static final Pattern BRANCH = Pattern.compile("(?:refs/heads/|\\*/)([^*?:$]+)|([^*?:$/]+)");

    public GitCommitPin() {
        super(GitSCM.class);
    }

    @Override
    public Commit find(Run<?, ?> run, GitSCM scm) throws IOException, InterruptedException {
        if (isBound(scm)
                || scm.getUserRemoteConfigs().size() != 1
                || scm.getBranches().size() != 1) {
            return Commit.UNKNOWN;
        }
        UserRemoteConfig remote = scm.getUserRemoteConfigs().get(0);
        EnvVars environment = run.getEnvironment(TaskListener.NULL);
        Optional<String> branch = branch(scm, environment);
        String url = environment.expand(remote.getUrl());
        if (branch.isEmpty() || url == null) {
            return Commit.UNKNOWN;
        }
        String name = HEADS + branch.get();
        try {
            ObjectId newest = client(run, scm, remote, url)
                    .getRemoteReferences(url, name, true, false)
                    .get(name);
            return newest == null ? Commit.UNKNOWN : Commit.ofGit(newest.name());
        } catch (GitException e) {
            // It quotes the command, and a password may stand in the URL.
            throw new IOException(Addresses.redacted(String.valueOf(e.getMessage())), e);
        }
    }

    /** The name of the only branch; empty if it may be several, or something else. */
    private static Optional<String> branch(GitSCM scm, EnvVars environment) {
        Matcher branch =
                BRANCH.matcher(environment.expand(scm.getBranches().get(0).getName()));
        return branch.matches()
                ? Optional.of(branch.group(1) == null ? branch.group(2) : branch.group(1))
                : Optional.empty();
    }

    private static GitClient client(Run<?, ?> run, GitSCM scm, UserRemoteConfig remote, String url)
            throws IOException, InterruptedException {
        Git git = Git.with(TaskListener.NULL, new EnvVars(EnvVars.masterEnvVars));
        GitTool tool = scm.resolveGitTool(TaskListener.NULL);
        GitClient client = (tool == null ? git : git.using(tool.getGitExe())).getClient();
        Optional.ofNullable(remote.getCredentialsId())
                .map(id -> CredentialsProvider.findCredentialById(
                        id,
                        StandardUsernameCredentials.class,
                        run,
                        URIRequirementBuilder.fromUri(url).build()))
                .filter(GitClient.CREDENTIALS_MATCHER::matches)
                .ifPresent(client::addDefaultCredentials);
        return client;
    }

    @Override
    public SCM bind(GitSCM scm, Commit commit) {
        if (commit.gitHash().isEmpty() || isBound(scm)) {
            return scm;
        }
        List<GitSCMExtension> extensions = new ArrayList<>(scm.getExtensions());
        extensions.add(new PinnedCommit(commit.gitHash()));
        return new GitSCM(
                scm.getUserRemoteConfigs(), scm.getBranches(), scm.getBrowser(), scm.getGitTool(), extensions);
    }

    @Override
    public boolean changesFiles(GitSCM scm) {
        return scm.getExtensions().get(RelativeTargetDirectory.class) != null
                || scm.getExtensions().get(PreBuildMerge.class) != null;
    }

    @Override
    public Optional<SCMRevision> revision(Run<?, ?> run, GitSCM scm, Commit commit)
            throws IOException, InterruptedException {
        return commit.gitHash().isEmpty() || isBound(scm)
                ? Optional.empty()
                : branch(scm, run.getEnvironment(TaskListener.NULL))
                        .map(name -> new AbstractGitSCMSource.SCMRevisionImpl(new SCMHead(name), commit.gitHash()));
    }

    /** Whether it does not simply take the newest commit, as in a multibranch project, which binds it to one. */
    private static boolean isBound(GitSCM scm) {
        return scm.getExtensions().get(BuildChooserSetting.class) != null;
    }
}
