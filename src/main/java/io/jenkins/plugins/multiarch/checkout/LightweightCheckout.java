package io.jenkins.plugins.multiarch.checkout;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.model.Job;
import hudson.model.Run;
import hudson.scm.SCM;
import io.jenkins.plugins.multiarch.engine.http.Addresses;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import jenkins.scm.api.SCMFile;
import jenkins.scm.api.SCMFileSystem;
import jenkins.scm.api.SCMHead;
import jenkins.scm.api.SCMRevision;
import jenkins.scm.api.SCMRevisionAction;
import jenkins.scm.api.SCMSource;

/**
 * Reads single files of what the branches of a run are going to check out, on the controller and without a workspace, as
 * Pipeline reads a Jenkinsfile.
 *
 * @param scm that of the job
 * @param commit the commit that the branches check out; unknown in a multibranch project, which has chosen one itself
 */
public record LightweightCheckout(Run<?, ?> run, SCM scm, Commit commit) {

    private static final int MOST_BYTES = 1024 * 1024;
    private static final int LONGEST_REASON = 300;

    /**
     * The text of a file.
     *
     * @param path relative to the root of the checkout, with slashes
     * @throws IOException if it cannot be read before the checkout; the message is one sentence without its full stop
     */
    public String read(String path) throws IOException, InterruptedException {
        try (SCMFileSystem files = open()) {
            if (files == null) {
                throw new IOException("the SCM of this job has no lightweight checkout");
            }
            SCMFile file = files.child(path);
            if (!file.isFile()) {
                throw new IOException("the commit has no such file, or a link in its place");
            }
            try (InputStream content = file.content()) {
                byte[] bytes = content.readNBytes(MOST_BYTES + 1);
                if (bytes.length > MOST_BYTES) {
                    throw new IOException("the file has more than " + MOST_BYTES + " bytes");
                }
                return new String(bytes, StandardCharsets.UTF_8);
            }
        } catch (IOException | RuntimeException e) {
            // Plugins of other SCMs may throw anything.
            throw new IOException(reason(e), e);
        }
    }

    /** Null if the SCM has no lightweight checkout of the commit. */
    @CheckForNull
    private SCMFileSystem open() throws IOException, InterruptedException {
        Optional<CommitPin<SCM>> pin = CommitPin.of(scm);
        if (pin.isPresent() && pin.get().changesFiles(scm)) {
            throw new IOException("the checkout moves or merges files");
        }
        Job<?, ?> job = run.getParent();
        SCMSource source = SCMSource.SourceByItem.findSource(job);
        SCMHead head = SCMHead.HeadByItem.findHead(job);
        if (source != null && head != null) {
            SCMRevision chosen = SCMRevisionAction.getRevision(source, run);
            return chosen == null ? null : SCMFileSystem.of(source, head, chosen);
        }
        if (pin.isEmpty()) {
            // Of such an SCM every branch checks out the newest revision.
            return SCMFileSystem.of(job, scm, null, run);
        }
        Optional<SCMRevision> revision = pin.get().revision(run, scm, commit);
        if (revision.isEmpty()) {
            throw new IOException("the commit is not known before the first checkout");
        }
        return SCMFileSystem.of(job, scm, revision.get(), run);
    }

    /** In one line, without passwords in URLs. */
    private static String reason(Exception e) {
        // The Git plugin wraps what Git says without a message of its own.
        Throwable cause = e.getCause() != null && e.getCause().toString().equals(e.getMessage()) ? e.getCause() : e;
        String text = Addresses.redacted(cause.getMessage() == null ? cause.toString() : cause.getMessage())
                .replaceAll("\\s+", " ")
                .strip()
                .replaceFirst("\\.$", "");
        return text.length() > LONGEST_REASON ? text.substring(0, LONGEST_REASON) + "…" : text;
    }
}
