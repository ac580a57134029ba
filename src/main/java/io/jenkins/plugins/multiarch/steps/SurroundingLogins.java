package io.jenkins.plugins.multiarch.steps;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.model.Run;
import io.jenkins.plugins.multiarch.config.EffectiveConfiguration;
import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import java.io.IOException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jenkinsci.plugins.structs.describable.UninstantiatedDescribable;
import org.jenkinsci.plugins.workflow.actions.ArgumentsAction;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.graph.StepNode;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepDescriptor;

/**
 * The registries of {@code withDockerRegistry}, and of {@code docker.withRegistry}, around a step, each with the
 * credential that the author names there. That step logs in on the agent it stands on; platforms are built on others.
 */
final class SurroundingLogins {

    private static final String STEP = "withDockerRegistry";
    private static final String DOCKER_HUB = "docker.io";

    private SurroundingLogins() {}

    /** @return for each registry, {@code host[:port]}, the ID of a credential; the nearest counts */
    static Map<String, String> of(StepContext context) throws IOException, InterruptedException {
        Map<String, String> logins = new LinkedHashMap<>();
        FlowNode node = context.get(FlowNode.class);
        if (node == null) {
            return logins;
        }
        for (FlowNode block : node.iterateEnclosingBlocks()) {
            StepDescriptor descriptor = block instanceof StepNode step ? step.getDescriptor() : null;
            if (descriptor != null && STEP.equals(descriptor.getFunctionName())) {
                Map<?, ?> arguments = endpoint(ArgumentsAction.getArguments(block));
                if (arguments.get("credentialsId") instanceof String id && !id.isBlank()) {
                    logins.putIfAbsent(registry(arguments.get("url")), id);
                }
            }
        }
        return logins;
    }

    /**
     * The credential for the registry of an image, if a step names none.
     *
     * @param given the ID that the step names; null for none
     * @return null if nothing around the step names one either
     */
    @CheckForNull
    static String credentialsId(@CheckForNull String given, StepContext context, ImageReference image)
            throws IOException, InterruptedException {
        return given == null ? of(context).get(image.registry()) : given;
    }

    /**
     * How a step reaches the registry of an image: with the credential that it names, that of a step around it, that of the
     * registry's entry, or the default one.
     *
     * @param given the ID that the step names; null for none
     */
    static RegistryAccess access(
            @CheckForNull String given, StepContext context, EffectiveConfiguration configuration, ImageReference image)
            throws IOException, InterruptedException {
        return configuration.access(
                context.get(Run.class),
                image.registry(),
                configuration.credentialsId(credentialsId(given, context, image), image.registry()));
    }

    /** Either both of them stand there, or they are in an endpoint of their own. */
    private static Map<?, ?> endpoint(Map<String, Object> arguments) {
        Object registry = arguments.get("registry");
        if (registry instanceof UninstantiatedDescribable described) {
            return described.getArguments();
        }
        return registry instanceof Map<?, ?> map ? map : arguments;
    }

    /** @param url as Docker Commons takes it: with scheme, perhaps with a path; nothing for Docker Hub */
    static String registry(Object url) {
        String text = url == null ? "" : url.toString().trim();
        if (text.isEmpty()) {
            return DOCKER_HUB;
        }
        try {
            String authority = URI.create(text).getAuthority();
            return ImageReference.requireRegistry(authority == null ? text : authority);
        } catch (IllegalArgumentException e) {
            return text; // No image can be there, so nobody will ask for it.
        }
    }
}
