package io.jenkins.plugins.multiarch.engine.provenance;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.multiarch.engine.json.Json;
import java.io.Serializable;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Where an image comes from, as provenance of any builder says.
 *
 * @param builder the builder's id; empty if it names none
 * @param job the full name of the job in Jenkins; empty if the build was not made by this plugin
 * @param repositories the source repositories, sorted; in this plugin's provenance the one that the job was given, else
 *     those that the builder has resolved
 */
public record BuildOrigin(String builder, String job, Set<String> repositories) implements Serializable {

    /** A URL, its path, and the revision behind it. */
    private static final Pattern WITH_REVISION = Pattern.compile("([^:]+://[^/]*/[^@]*)@.*");

    public BuildOrigin {
        repositories = Collections.unmodifiableSet(new TreeSet<>(repositories));
    }

    /**
     * Reads it out of a statement.
     *
     * @throws IllegalArgumentException if a field that is read is of another type; the message is the rest of a sentence
     */
    public static BuildOrigin of(Statement provenance) {
        JsonNode definition = provenance.predicate().path("buildDefinition");
        JsonNode builder = provenance.predicate().path("runDetails").path("builder");
        boolean isOurs = Json.string(definition, "buildType").equals(Provenance.BUILD_TYPE);
        Set<String> repositories = new TreeSet<>();
        if (isOurs) {
            JsonNode external = definition.path("externalParameters");
            String repository = Json.string(external.path("source"), "repository");
            if (!repository.isEmpty()) {
                repositories.add(normalized(repository));
            }
            return new BuildOrigin(Json.string(builder, "id"), Json.string(external, "job"), repositories);
        }
        for (JsonNode dependency : Json.list(definition, "resolvedDependencies")) {
            String uri = Json.string(dependency, "uri");
            if (uri.startsWith("git+")) {
                repositories.add(normalized(WITH_REVISION.matcher(uri).replaceFirst("$1")));
            }
        }
        return new BuildOrigin(Json.string(builder, "id"), "", repositories);
    }

    /** Whether it names this repository, however its URL is written. */
    public boolean isFrom(String repository) {
        return repositories.contains(normalized(repository));
    }

    /** A URL of a repository as it is compared: without {@code git+}, and without {@code .git} and slashes at its end. */
    private static String normalized(String repository) {
        return repository.replaceFirst("^git\\+", "").replaceFirst("/*(\\.git)?/*$", "");
    }
}
