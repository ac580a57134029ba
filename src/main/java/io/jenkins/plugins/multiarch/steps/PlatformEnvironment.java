package io.jenkins.plugins.multiarch.steps;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.EnvVars;
import hudson.Extension;
import hudson.model.TaskListener;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.io.IOException;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepEnvironmentContributor;

/**
 * The platform of the innermost {@code platformNode} as the tools know it: for Dockerfiles as BuildKit sets it, for Go's
 * cross-compiler, and for docker's commands.
 */
@Extension
public final class PlatformEnvironment extends StepEnvironmentContributor {

    @Override
    public void buildEnvironmentFor(
            @NonNull StepContext context, @NonNull EnvVars environment, @NonNull TaskListener listener)
            throws IOException, InterruptedException {
        FlowNode step = context.get(FlowNode.class);
        if (step == null) {
            return;
        }
        for (FlowNode block : step.getEnclosingBlocks()) {
            PlatformAction action = block.getAction(PlatformAction.class);
            if (action != null) {
                set(environment, Platform.parse(action.platform()));
                return;
            }
        }
    }

    private static void set(EnvVars environment, Platform platform) {
        environment.put("TARGETPLATFORM", platform.toString());
        environment.put("TARGETOS", platform.os());
        environment.put("TARGETARCH", platform.architecture());
        environment.put("TARGETVARIANT", platform.variant());
        environment.put("GOOS", platform.os());
        environment.put("GOARCH", platform.architecture());
        if (platform.architecture().equals("arm")) {
            environment.put("GOARM", platform.variant().substring(1));
        }
        environment.put("DOCKER_DEFAULT_PLATFORM", platform.toString());
    }
}
