package io.jenkins.plugins.multiarch.report;

import hudson.ExtensionList;
import hudson.ExtensionPoint;
import hudson.model.Run;
import java.util.Optional;

/** Tells the run that another one continues, without having run all of it again. */
public abstract class OriginalRun implements ExtensionPoint {

    /** Empty if this run has begun at the beginning, or the other one is gone. */
    protected abstract Optional<Run<?, ?>> of(Run<?, ?> run);

    /** The run that this one continues, whatever knows of it. */
    static Optional<Run<?, ?>> find(Run<?, ?> run) {
        return ExtensionList.lookup(OriginalRun.class).stream()
                .flatMap(original -> original.of(run).stream())
                .findFirst();
    }
}
