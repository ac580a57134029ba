package io.jenkins.plugins.multiarch.steps;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.multiarch.engine.bake.BakePlan;
import io.jenkins.plugins.multiarch.engine.bake.BakeTarget;
import io.jenkins.plugins.multiarch.engine.bake.PlannedTarget;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.report.RecordedTarget;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The targets of a bake file in the words of {@code multiArchBuild} and {@code pushManifestList}: their arguments, as plain
 * lists, maps and text.
 */
public final class BakeArguments {

    private final BakeOrder order;
    private final BakePlan plan;
    private final Map<String, String> credentials;

    /**
     * @throws IllegalArgumentException if a target needs a secret or a key that the step does not give, or if it is open for
     *     which registry a credential is
     */
    public BakeArguments(BakeOrder order, BakePlan plan) {
        this.order = order;
        this.plan = plan;
        this.credentials = new LinkedHashMap<>(order.logins());
        addCredential();
        plan.targets().forEach(target -> requireSecrets(target.target()));
    }

    /** A credential never goes to a registry that it may not be for. */
    private void addCredential() {
        if (!order.push() || order.credentialsId() == null) {
            return;
        }
        Set<String> open = new LinkedHashSet<>();
        for (PlannedTarget target : plan.targets()) {
            if (!target.isPushed()) {
                continue;
            }
            open.add(plan.image(target).registry());
            target.references()
                    .forEach(reference ->
                            open.add(ImageReference.parse(reference).registry()));
        }
        open.removeAll(order.logins().keySet());
        if (open.size() > 1) {
            throw new IllegalArgumentException(
                    "The tags are in the registries " + String.join(", ", open)
                            + ", and credentialsId '" + order.credentialsId()
                            + "' is for one of them. Name the credentials of the others in logins: [[registry:, credentialsId:]].");
        }
        open.forEach(registry -> credentials.put(registry, order.credentialsId()));
    }

    private void requireSecrets(BakeTarget target) {
        for (String id : target.secrets()) {
            if (!order.secrets().containsKey(id)) {
                throw new IllegalArgumentException("Target '" + target.name() + "' needs the secret '" + id
                        + "'. Write secrets: ['" + id + "': '<id of the credential>'].");
            }
        }
        if (target.ssh() && order.sshCredentialsId() == null) {
            throw new IllegalArgumentException(
                    "Target '" + target.name() + "' needs SSH. Write sshCredentialsId: '<id of the credential>'.");
        }
    }

    /** The arguments of {@code multiArchBuild} for a target; it publishes nothing. */
    public Map<String, Object> build(PlannedTarget planned) {
        BakeTarget target = planned.target();
        ImageReference image = plan.image(planned);
        Map<String, Object> arguments = new HashMap<>();
        arguments.put("image", image.toString());
        arguments.put("platforms", new ArrayList<>(planned.platforms()));
        arguments.put("context", target.context());
        if (target.inlineDockerfile().isEmpty()) {
            arguments.put("dockerfile", target.dockerfile());
        }
        arguments.put("target", target.stage());
        arguments.put("buildArgs", new LinkedHashMap<>(target.args()));
        arguments.put("labels", new LinkedHashMap<>(target.labels()));
        arguments.put("noCache", target.noCache());
        arguments.put("pull", target.pull());
        arguments.put("push", order.push() && planned.isPushed());
        arguments.put("buildContexts", new LinkedHashMap<>(target.contexts()));
        arguments.put("sbom", target.sbom());
        arguments.put("options", new ArrayList<>(target.options()));
        arguments.put("failFast", order.failFast());
        arguments.put("agentRetries", order.agentRetries());
        arguments.put("secrets", secrets(target));
        arguments.put("logins", logins());
        if (order.cache() == null) {
            arguments.put("cacheFrom", new ArrayList<>(target.cacheFrom()));
            arguments.put("cacheTo", new ArrayList<>(order.push() ? target.cacheTo() : List.of()));
        }
        putIfGiven(arguments, "cache", order.cache() == null ? null : planned.cacheRepository(order.cache()));
        putIfGiven(arguments, "provenance", target.provenance());
        putIfGiven(arguments, "exportTo", target.exportTo());
        putIfGiven(arguments, "builder", order.builder());
        putIfGiven(arguments, "container", order.container());
        putIfGiven(arguments, "emulation", order.emulation());
        putIfGiven(arguments, "sshCredentialsId", order.sshCredentialsId());
        putIfGiven(arguments, "credentialsId", credentials.get(image.registry()));
        return arguments;
    }

    private static void putIfGiven(Map<String, Object> arguments, String name, @CheckForNull String value) {
        if (value != null && !value.isEmpty()) {
            arguments.put(name, value);
        }
    }

    private Map<String, String> secrets(BakeTarget target) {
        Map<String, String> secrets = new LinkedHashMap<>();
        target.secrets().forEach(id -> secrets.put(id, order.secrets().get(id)));
        return secrets;
    }

    private List<Map<String, String>> logins() {
        List<Map<String, String>> logins = new ArrayList<>();
        credentials.forEach(
                (registry, id) -> logins.add(new HashMap<>(Map.of("registry", registry, "credentialsId", id))));
        return logins;
    }

    /**
     * The arguments of {@code pushManifestList}, one map for each repository, without the sources. An image in another
     * registry than the first has {@code sourceCredentialsId} besides, if there is one.
     */
    public List<Map<String, Object>> publications(PlannedTarget planned) {
        List<Map<String, Object>> publications = new ArrayList<>();
        if (!order.push()) {
            return publications;
        }
        String first = plan.image(planned).registry();
        planned.indexes().forEach(index -> {
            String registry = index.image().registry();
            Map<String, Object> push = new HashMap<>();
            push.put("image", index.image().toString());
            push.put("tags", new ArrayList<>(index.tags()));
            push.put(
                    "annotations",
                    new LinkedHashMap<>(planned.target().annotations().index()));
            Map<String, Object> entries = new LinkedHashMap<>();
            planned.target()
                    .annotations()
                    .entries()
                    .forEach((platform, annotations) -> entries.put(platform, new LinkedHashMap<>(annotations)));
            push.put("platformAnnotations", entries);
            putIfGiven(push, "credentialsId", credentials.get(registry));
            putIfGiven(push, "sign", order.sign());
            putIfGiven(push, "provenance", order.provenance());
            Map<String, Object> publication = new HashMap<>();
            publication.put("push", push);
            if (!registry.equals(first)) {
                putIfGiven(publication, "sourceCredentialsId", credentials.get(first));
            }
            publications.add(publication);
        });
        return publications;
    }

    /** All tags that the targets are published under. */
    public List<ImageReference> references() {
        return plan.targets().stream()
                .filter(target -> order.push() && target.published())
                .flatMap(target -> target.references().stream())
                .map(ImageReference::parse)
                .toList();
    }

    /** The targets as the build keeps them. */
    public List<RecordedTarget> records() {
        return plan.targets().stream()
                .map(target -> new RecordedTarget(
                        target.name(),
                        target.platforms(),
                        order.push() && target.published() ? target.references() : List.of()))
                .toList();
    }

    /** What {@code dryRun} returns of a target, in the words of the bake file. */
    public Map<String, Object> summary(PlannedTarget planned) {
        BakeTarget target = planned.target();
        Map<String, String> contexts = new LinkedHashMap<>(target.contexts());
        target.bases().forEach((name, base) -> contexts.put(name, "target:" + base));
        Map<String, Object> summary = new LinkedHashMap<>();
        summary.put("platforms", new ArrayList<>(planned.platforms()));
        summary.put("tags", new ArrayList<>(planned.published() ? planned.references() : List.of()));
        summary.put("args", new LinkedHashMap<>(target.args()));
        summary.put("labels", new LinkedHashMap<>(target.labels()));
        summary.put("context", target.context());
        summary.put("contexts", contexts);
        summary.put("dockerfile", target.dockerfile());
        summary.put("target", target.stage());
        return summary;
    }
}
