package io.jenkins.plugins.multiarch.engine.provenance;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.multiarch.engine.json.Json;
import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Writes what is known of a build as SLSA provenance. The same facts always give the same bytes.
 *
 * @see <a href="https://slsa.dev/spec/v1.0/provenance">SLSA provenance v1</a>
 */
public final class Provenance {

    /** The predicate type, which {@code cosign verify-attestation} calls {@code slsaprovenance1}. */
    public static final String PREDICATE_TYPE = "https://slsa.dev/provenance/v1";

    /** What the fields mean; {@code docs/build-type.md} defines it. */
    public static final String BUILD_TYPE =
            "https://github.com/jenkinsci/multiarch-build-plugin/blob/main/docs/build-type.md#v1";

    private Provenance() {}

    /**
     * The statement about one image of a build: the index, or a platform image.
     *
     * @param image by digest
     * @throws IllegalArgumentException if the reference has no digest
     */
    public static Statement of(BuildFacts facts, ImageReference image) {
        ObjectNode predicate = Json.object();
        ObjectNode definition = predicate.putObject("buildDefinition");
        definition.put("buildType", BUILD_TYPE);
        definition.set("externalParameters", externalParameters(facts));
        definition.set("internalParameters", internalParameters(facts));
        definition.set("resolvedDependencies", dependencies(facts));
        ObjectNode run = predicate.putObject("runDetails");
        ObjectNode builder = run.putObject("builder");
        builder.put("id", facts.jenkinsUrl());
        builder.putObject("version").put("multiarch-build", facts.pluginVersion());
        ObjectNode metadata = run.putObject("metadata");
        metadata.put("invocationId", invocation(facts));
        metadata.put("startedOn", time(facts.startedOn()));
        metadata.put("finishedOn", time(facts.finishedOn()));
        run.set("byproducts", byproducts(facts, image));
        return new Statement(List.of(Subject.of(image)), PREDICATE_TYPE, predicate);
    }

    private static ObjectNode externalParameters(BuildFacts facts) {
        ObjectNode external = Json.object();
        external.put("job", facts.job());
        if (facts.source() != null && !facts.source().claimed()) {
            ObjectNode source = external.putObject("source");
            source.put("repository", facts.source().repository());
            if (!facts.source().revision().isEmpty()) {
                source.put("revision", facts.source().revision());
            }
        }
        external.set("parameters", Json.of(facts.parameters()));
        return external;
    }

    private static ObjectNode internalParameters(BuildFacts facts) {
        ObjectNode internal = Json.object();
        ArrayNode platforms = internal.putArray("platforms");
        for (PlatformBuild build : facts.platforms()) {
            ObjectNode entry = platforms.addObject();
            entry.put("platform", build.platform().toString());
            entry.put("digest", build.digest().toString());
            entry.put("mode", build.mode().toString());
            entry.put("agent", build.agent());
            entry.put("startedOn", time(build.startedOn()));
            entry.put("finishedOn", time(build.finishedOn()));
            ObjectNode claims = entry.putObject("claimedByAgent");
            if (!build.claims().tool().isEmpty()) {
                claims.put("tool", build.claims().tool());
            }
            if (!build.claims().toolVersion().isEmpty()) {
                claims.put("toolVersion", build.claims().toolVersion());
            }
        }
        return internal;
    }

    private static ArrayNode dependencies(BuildFacts facts) {
        ArrayNode dependencies = Json.object().putArray("resolvedDependencies");
        SourceCode source = facts.source();
        if (source != null) {
            ObjectNode entry = dependencies.addObject();
            String revision = source.revision().isEmpty() ? "" : "@" + source.revision();
            entry.put("uri", "git+" + source.repository() + revision);
            entry.putObject("digest").put("gitCommit", source.commit());
            if (source.claimed()) {
                entry.putObject("annotations").put("claimedByAgent", true);
            }
        }
        Set<ResolvedBaseImage> bases = new LinkedHashSet<>();
        facts.platforms().forEach(build -> bases.addAll(build.claims().baseImages()));
        for (ResolvedBaseImage base : bases) {
            ObjectNode entry = dependencies.addObject();
            entry.put("uri", "docker://" + base.reference());
            putDigest(entry, base.digest());
            entry.putObject("annotations").put("claimedByAgent", true);
        }
        return dependencies;
    }

    /** The platform images of an index. */
    private static ArrayNode byproducts(BuildFacts facts, ImageReference image) {
        ArrayNode byproducts = Json.object().putArray("byproducts");
        for (PlatformBuild build : facts.platforms()) {
            if (!build.digest().toString().equals(image.digest())) {
                ObjectNode entry = byproducts.addObject();
                entry.put("name", build.platform().toString());
                entry.put("uri", "docker://" + image.withDigest(build.digest()));
                putDigest(entry, build.digest());
            }
        }
        return byproducts;
    }

    private static void putDigest(ObjectNode descriptor, Digest digest) {
        descriptor.putObject("digest").put(digest.algorithm(), digest.hex());
    }

    /** The address of the build's page. */
    private static String invocation(BuildFacts facts) {
        String path = "/job/" + facts.job().replace("/", "/job/") + "/" + facts.buildNumber() + "/";
        try {
            String encoded = new URI(null, null, path, null).toASCIIString();
            return facts.jenkinsUrl() + encoded.substring(1);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("'" + facts.job() + "' cannot be the name of a job.", e);
        }
    }

    /** RFC 3339, in whole seconds. */
    private static String time(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
