package io.jenkins.plugins.multiarch.engine.provenance;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import java.io.Serializable;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An image that another one was built on.
 *
 * @param reference as the Dockerfile or the tool names it
 * @param digest what was used
 */
public record ResolvedBaseImage(String reference, Digest digest) implements Serializable {

    /** Name of the annotation with the reference, in a manifest. */
    public static final String NAME = "org.opencontainers.image.base.name";

    /** Name of the annotation with the digest. */
    public static final String DIGEST = "org.opencontainers.image.base.digest";

    private static final String PACKAGE = "pkg:docker/";

    /** As {@link #parse} reads it: {@code registry/repository:tag@digest}. */
    @Override
    public String toString() {
        return reference.replaceFirst("@.*", "") + "@" + digest;
    }

    /** @throws IllegalArgumentException if the text has no digest */
    public static ResolvedBaseImage parse(String text) {
        int at = text.lastIndexOf('@');
        return new ResolvedBaseImage(text.substring(0, Math.max(0, at)), Digest.parse(text.substring(at + 1)));
    }

    /**
     * What an image says of its base.
     *
     * @param manifest of the image
     * @return empty if it says nothing, or nothing that can be read
     */
    public static Optional<ResolvedBaseImage> ofManifest(JsonNode manifest) {
        JsonNode annotations = manifest.path("annotations");
        return of(annotations.path(NAME).asText(), annotations.path(DIGEST).asText());
    }

    /**
     * What BuildKit says it has built on.
     *
     * @param provenance a SLSA provenance predicate of version 0.2 or 1
     * @return in its order, without what are no images
     * @see <a href="https://slsa.dev/spec/v1.0/provenance">SLSA provenance, resolvedDependencies; in 0.2 materials</a>
     */
    public static List<ResolvedBaseImage> ofProvenance(JsonNode provenance) {
        JsonNode dependencies = provenance.at("/buildDefinition/resolvedDependencies");
        List<ResolvedBaseImage> images = new ArrayList<>();
        for (JsonNode each : dependencies.isArray() ? dependencies : provenance.path("materials")) {
            String uri = each.path("uri").asText();
            if (uri.startsWith(PACKAGE)) {
                ofPackage(uri, each.at("/digest/sha256").asText()).ifPresent(images::add);
            }
        }
        return images;
    }

    /** @see <a href="https://github.com/package-url/purl-spec">package URL, type docker</a> */
    private static Optional<ResolvedBaseImage> ofPackage(String uri, String digits) {
        String name = uri.substring(PACKAGE.length()).replaceFirst("[?#].*", "");
        try {
            return of(URLDecoder.decode(name.replace('@', ':'), StandardCharsets.UTF_8), "sha256:" + digits);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Optional<ResolvedBaseImage> of(String name, String digest) {
        try {
            return Optional.of(new ResolvedBaseImage(ImageReference.parse(name).toString(), Digest.parse(digest)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
