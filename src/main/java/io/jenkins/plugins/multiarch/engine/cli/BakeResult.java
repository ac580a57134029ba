package io.jenkins.plugins.multiarch.engine.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.multiarch.engine.bake.PlannedTarget;
import io.jenkins.plugins.multiarch.engine.index.PublishedIndex;
import io.jenkins.plugins.multiarch.engine.json.Json;
import io.jenkins.plugins.multiarch.engine.registry.RegistryException;
import io.jenkins.plugins.multiarch.engine.threads.DependentWork;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What has become of the targets of a bake file.
 *
 * @param steps all of them, in the order of the plan
 * @param done the result of each that has not failed
 * @param failed why the others have; what was stopped or not begun is in neither
 */
record BakeResult(List<BakeStep> steps, Map<BakeStep, BakeStep.Result> done, Map<BakeStep, Exception> failed) {

    BakeResult(List<BakeStep> steps, DependentWork.Outcome<BakeStep, BakeStep.Result> outcome) {
        this(steps, outcome.done(), outcome.failed());
    }

    /** The same with further steps. */
    BakeResult and(List<BakeStep> more, DependentWork.Outcome<BakeStep, BakeStep.Result> outcome) {
        List<BakeStep> all = new ArrayList<>(steps);
        all.addAll(more);
        Map<BakeStep, BakeStep.Result> results = new LinkedHashMap<>(done);
        results.putAll(outcome.done());
        Map<BakeStep, Exception> failures = new LinkedHashMap<>(failed);
        failures.putAll(outcome.failed());
        return new BakeResult(all, results, failures);
    }

    boolean hasFailed() {
        return !failed.isEmpty();
    }

    private List<PublishedIndex> indexes(String target) {
        return done.entrySet().stream()
                .filter(entry -> entry.getKey().target().name().equals(target))
                .flatMap(entry -> entry.getValue().index().stream())
                .toList();
    }

    /** A target with its indexes and platform images; empty if none was pushed, or, after a failure, if none is published. */
    Optional<ObjectNode> json(String target) {
        List<PublishedIndex> published = indexes(target);
        ObjectNode json = Json.object().put("target", target);
        ArrayNode indexes = json.putArray("indexes");
        for (PublishedIndex index : published) {
            indexes.add(PublishOptions.json(index));
        }
        ArrayNode images = json.putArray("images");
        done.entrySet().stream()
                .filter(entry -> entry.getKey().target().name().equals(target))
                .forEach(entry -> entry.getValue().images().forEach(image -> images.add(image.json())));
        return published.isEmpty() && (hasFailed() || images.isEmpty()) ? Optional.empty() : Optional.of(json);
    }

    /** @throws IllegalStateException naming each target that has failed, and what is published and what is not */
    void requireSuccess() {
        if (!hasFailed()) {
            return;
        }
        List<String> sentences = new ArrayList<>();
        failed.forEach((step, failure) -> sentences.add(sentence(step, failure)));
        List<String> left = names(steps.stream()
                .filter(step -> step instanceof BakeStep.Build)
                .filter(step -> !done.containsKey(step) && !failed.containsKey(step))
                .toList());
        if (!left.isEmpty()) {
            sentences.add("Not built: " + String.join(", ", left) + ".");
        }
        List<String> published = steps.stream()
                .map(step -> step.target().name())
                .distinct()
                .filter(target -> !indexes(target).isEmpty())
                .toList();
        sentences.add(
                published.isEmpty() ? "No target was published." : "Published: " + String.join(", ", published) + ".");
        throw new IllegalStateException(
                String.join(" ", sentences), failed.values().iterator().next());
    }

    private static String sentence(BakeStep step, Exception failure) {
        String reason = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        if (failure instanceof RegistryException.NoCredential missing) {
            reason += " " + RegistryOptions.remedy(missing.registry());
        }
        return "Target '" + step.target().name() + "' "
                + (step instanceof BakeStep.Publication publication
                        ? "was not published as " + publication.index().image()
                        : "has failed")
                + ": " + reason + (reason.endsWith(".") ? "" : ".");
    }

    private static List<String> names(List<BakeStep> steps) {
        return steps.stream()
                .map(BakeStep::target)
                .map(PlannedTarget::name)
                .distinct()
                .toList();
    }
}
