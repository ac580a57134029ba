package io.jenkins.plugins.multiarch.checkout;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.ExtensionList;
import hudson.ExtensionPoint;
import hudson.model.Run;
import hudson.scm.SCM;
import java.io.IOException;
import java.util.Optional;
import jenkins.scm.api.SCMRevision;

/**
 * Has several checkouts get the same commit.
 *
 * @param <S> the SCM for which it knows how
 */
public abstract class CommitPin<S extends SCM> implements ExtensionPoint {

    private final Class<S> type;

    protected CommitPin(Class<S> type) {
        this.type = type;
    }

    /**
     * The commit that a checkout would get now. It may take seconds.
     *
     * @return unknown if only a checkout can tell
     * @throws IOException if the SCM's server cannot be asked from here
     */
    public abstract Commit find(Run<?, ?> run, S scm) throws IOException, InterruptedException;

    /** An SCM that checks out a commit; the same SCM if it is already bound to one. */
    public abstract SCM bind(S scm, Commit commit);

    /** Whether files are elsewhere in a checkout than in the repository, or differ from those of the commit. */
    public abstract boolean changesFiles(S scm);

    /**
     * A commit in the terms of the SCM API.
     *
     * @return empty if the commit is unknown, or not the one that the SCM checks out
     */
    public abstract Optional<SCMRevision> revision(Run<?, ?> run, S scm, Commit commit)
            throws IOException, InterruptedException;

    /**
     * The commit that the branches of a run are to check out.
     *
     * @return unknown if only a checkout can tell
     * @throws IOException if the SCM's server cannot be asked from here
     */
    public static Commit resolve(Run<?, ?> run, SCM scm) throws IOException, InterruptedException {
        Optional<CommitPin<SCM>> pin = of(scm);
        return pin.isPresent() ? pin.get().find(run, scm) : Commit.UNKNOWN;
    }

    /**
     * An SCM that checks out the commit.
     *
     * @param commit null or unknown as long as no branch has one
     * @return the same SCM if there is no commit yet, or if it can only do the newest one
     */
    public static SCM pin(SCM scm, @CheckForNull Commit commit) {
        return commit == null || !commit.isKnown()
                ? scm
                : of(scm).map(pin -> pin.bind(scm, commit)).orElse(scm);
    }

    @SuppressWarnings("unchecked") // the type is compared
    static Optional<CommitPin<SCM>> of(SCM scm) {
        for (CommitPin<?> pin : ExtensionList.lookup(CommitPin.class)) {
            if (pin.type.isInstance(scm)) {
                return Optional.of((CommitPin<SCM>) pin);
            }
        }
        return Optional.empty();
    }
}
