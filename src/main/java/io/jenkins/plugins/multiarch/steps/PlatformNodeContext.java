package io.jenkins.plugins.multiarch.steps;

import com.google.common.util.concurrent.ListenableFuture;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Result;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import org.jenkinsci.plugins.workflow.steps.BodyInvoker;
import org.jenkinsci.plugins.workflow.steps.EnvironmentExpander;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/** The context of a {@code node} step that gives its body the variables of a platform, and is that step's own otherwise. */
final class PlatformNodeContext extends StepContext {

    private static final long serialVersionUID = 1L;

    private final StepContext context;
    private final String platform;

    PlatformNodeContext(StepContext context, Platform platform) {
        this.context = context;
        this.platform = platform.toString();
    }

    @Override
    public BodyInvoker newBodyInvoker() {
        try {
            return context.newBodyInvoker()
                    .withContext(EnvironmentExpander.merge(
                            get(EnvironmentExpander.class),
                            EnvironmentExpander.constant(PlatformEnvironment.of(Platform.parse(platform)))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while starting the block of platformNode", e);
        }
    }

    @Override
    public boolean hasBody() {
        return context.hasBody();
    }

    @Override
    public <T> T get(Class<T> key) throws IOException, InterruptedException {
        return context.get(key);
    }

    @Override
    public void onSuccess(Object result) {
        context.onSuccess(result);
    }

    @Override
    public void onFailure(@NonNull Throwable failure) {
        context.onFailure(failure);
    }

    @Override
    public boolean isReady() {
        return context.isReady();
    }

    @Override
    public ListenableFuture<Void> saveState() {
        return context.saveState();
    }

    @Override
    public void setResult(Result result) {
        context.setResult(result);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PlatformNodeContext that
                && context.equals(that.context)
                && platform.equals(that.platform);
    }

    @Override
    public int hashCode() {
        return Objects.hash(context, platform);
    }
}
