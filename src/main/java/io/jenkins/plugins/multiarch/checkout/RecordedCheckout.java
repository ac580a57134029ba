package io.jenkins.plugins.multiarch.checkout;

import hudson.ExtensionList;
import hudson.ExtensionPoint;
import hudson.model.Run;
import io.jenkins.plugins.multiarch.engine.provenance.SourceCode;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** What a run has checked out, as an SCM plugin has recorded it. */
public abstract class RecordedCheckout implements ExtensionPoint {

    /** The commits that are recorded, each as the agent has told it; empty if there are none. */
    protected abstract Set<SourceCode> find(Run<?, ?> run);

    /** The one commit that the run has checked out; empty if there are none or several, as with a shared library. */
    public static Optional<SourceCode> only(Run<?, ?> run) {
        Set<SourceCode> all = new HashSet<>();
        ExtensionList.lookup(RecordedCheckout.class).forEach(recorded -> all.addAll(recorded.find(run)));
        return all.size() == 1 ? all.stream().findFirst() : Optional.empty();
    }
}
