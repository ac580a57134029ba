package io.jenkins.plugins.multiarch.report;

import hudson.Extension;
import hudson.model.Run;
import java.util.Optional;
import org.jenkinsci.plugins.pipeline.modeldefinition.causes.RestartDeclarativePipelineCause;

/** A Declarative Pipeline that was restarted from a stage: what the stages before it have built is in another run. */
@Extension(optional = true)
public final class RestartedStage extends OriginalRun {

    @Override
    protected Optional<Run<?, ?>> of(Run<?, ?> run) {
        return Optional.ofNullable(run.getCause(RestartDeclarativePipelineCause.class))
                .flatMap(RestartedStage::original);
    }

    /** By what it takes, Jenkins sees that this class is of no use without the plugin for Declarative Pipelines. */
    private static Optional<Run<?, ?>> original(RestartDeclarativePipelineCause cause) {
        return Optional.ofNullable(cause.getOriginal());
    }
}
