package io.jenkins.plugins.multiarch.engine.index;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.registry.Digest;
import io.jenkins.plugins.multiarch.engine.registry.Manifest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * An OCI image index or Docker manifest list. Immutable; making one asks no registry.
 *
 * <p>An index that was read keeps everything that is not changed on purpose: unknown fields, unknown entries, order.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.0/image-index.md">OCI image index</a>
 */
public final class ImageIndex {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Platform NO_PLATFORM = new Platform("unknown", "unknown", "");

    private final ObjectNode document;

    private ImageIndex(ObjectNode document) {
        this.document = document;
    }

    /**
     * Assembles an index.
     *
     * @param members in the order they get in the index; at least one
     * @param annotations on the index itself
     * @throws IllegalArgumentException if there is no member, two members are for the same platform, an annotation has
     *     no key, or the format is docker and something is annotated; the message says which
     */
    public static ImageIndex of(IndexFormat format, List<Descriptor> members, Map<String, String> annotations) {
        return empty().amend(format, members, annotations);
    }

    /** What nothing has been put in yet, and cannot be published before something is. */
    static ImageIndex empty() {
        ObjectNode document = JSON.createObjectNode();
        document.put("schemaVersion", 2);
        document.put("mediaType", "");
        document.putArray("manifests");
        return new ImageIndex(document);
    }

    /**
     * Reads an index.
     *
     * @throws IllegalArgumentException if the manifest is that of a single image
     */
    public static ImageIndex parse(Manifest manifest) {
        if (!manifest.isIndex()) {
            throw new IllegalArgumentException(manifest.digest() + " is the manifest of a single image ("
                    + manifest.mediaType() + "), not an index.");
        }
        ObjectNode document = (ObjectNode) manifest.json();
        if (!document.path("manifests").isArray()) {
            document.putArray("manifests");
        }
        if (!document.has("mediaType")) {
            // Optional in OCI; without it amend would not know what it has.
            document.put("mediaType", manifest.mediaType());
        }
        return new ImageIndex(document);
    }

    /**
     * A new index with these members instead of those of the same platforms, in their places, and with the others
     * appended. Attestations go with the member they are about.
     *
     * @param format what the result shall be; {@code auto} keeps what it is as long as that can hold the additions
     * @param annotations added to those of the index; they win
     * @throws IllegalArgumentException as {@link #of} does
     */
    public ImageIndex amend(IndexFormat format, List<Descriptor> members, Map<String, String> annotations) {
        requireKeys(annotations);
        members.forEach(member -> requireKeys(member.annotations()));
        Map<String, Descriptor> byPlatform = byPlatform(members);

        ObjectNode amended = document.deepCopy();
        ArrayNode entries = amended.putArray("manifests");
        Set<String> replaced = new HashSet<>();
        Set<String> used = new HashSet<>();
        for (JsonNode entry : document.path("manifests")) {
            Descriptor existing = descriptor(entry);
            Descriptor replacement = existing.isAttestation() ? null : byPlatform.get(existing.platformLabel());
            if (replacement == null) {
                entries.add(entry.deepCopy());
                continue;
            }
            if (!replacement.digest().equals(existing.digest())) {
                replaced.add(existing.digest().toString());
            }
            if (used.add(replacement.platformLabel())) {
                entries.add(entry(replacement));
            }
        }
        for (int i = entries.size() - 1; i >= 0; i--) {
            Descriptor kept = descriptor(entries.get(i));
            if (kept.isAttestation() && replaced.contains(kept.attests())) {
                entries.remove(i);
            }
        }
        Set<String> present = new HashSet<>();
        entries.forEach(entry -> present.add(entry.path("digest").asText()));
        for (Descriptor member : members) {
            boolean known = member.isAttestation()
                    ? present.contains(member.digest().toString())
                    : used.contains(member.platformLabel());
            if (!known) {
                entries.add(entry(member));
            }
        }
        if (entries.isEmpty()) {
            throw new IllegalArgumentException("An index needs at least one platform image; none was given.");
        }

        Map<String, String> all = new TreeMap<>(annotations());
        all.putAll(annotations);
        if (!all.isEmpty()) {
            ObjectNode node = amended.putObject("annotations");
            all.forEach(node::put);
        }
        ImageIndex result = new ImageIndex(amended);
        IndexFormat resolved = format.resolve(result.members(), !all.isEmpty());
        if (format == IndexFormat.AUTO && mediaType().equals(Manifest.OCI_INDEX)) {
            resolved = IndexFormat.OCI;
        }
        if (resolved == IndexFormat.DOCKER) {
            result.requireNoAnnotations();
        }
        amended.put("mediaType", resolved.mediaType());
        return result;
    }

    /**
     * This index with those of the annotations whose keys it does not have yet. A Docker list stays as it is, because it
     * cannot hold any.
     */
    ImageIndex withDefaultAnnotations(Map<String, String> defaults) {
        Map<String, String> all = new TreeMap<>(defaults);
        all.putAll(annotations());
        if (all.isEmpty() || !mediaType().equals(Manifest.OCI_INDEX)) {
            return this;
        }
        requireKeys(defaults);
        ObjectNode annotated = document.deepCopy();
        ObjectNode node = annotated.putObject("annotations");
        all.forEach(node::put);
        return new ImageIndex(annotated);
    }

    private static Map<String, Descriptor> byPlatform(List<Descriptor> members) {
        Map<String, Descriptor> byPlatform = new LinkedHashMap<>();
        for (Descriptor member : members) {
            if (member.isAttestation()) {
                continue;
            }
            Descriptor other = byPlatform.put(member.platformLabel(), member);
            if (other != null) {
                throw new IllegalArgumentException("Two members are for " + member.platformLabel() + ": "
                        + other.digest() + " and " + member.digest() + ". Leave one out, or correct its platform.");
            }
        }
        return byPlatform;
    }

    private static void requireKeys(Map<String, String> annotations) {
        annotations.forEach((key, value) -> {
            if (key == null || key.isBlank()) {
                throw new IllegalArgumentException("The annotation with value '" + value
                        + "' has no key. Write key=value, for example org.opencontainers.image.title=hello.");
            }
            if (value == null) {
                throw new IllegalArgumentException(
                        "The annotation '" + key + "' has no value. Write an empty one, or leave it out.");
            }
        });
    }

    private void requireNoAnnotations() {
        Set<String> keys = new TreeSet<>(annotations().keySet());
        members().forEach(member -> keys.addAll(member.annotations().keySet()));
        if (!keys.isEmpty()) {
            throw new IllegalArgumentException(
                    "A Docker manifest list cannot have annotations, but these are to be set: "
                            + String.join(", ", keys)
                            + ". Use the format oci, or leave them out.");
        }
    }

    private static ObjectNode entry(Descriptor member) {
        ObjectNode entry = JSON.createObjectNode();
        entry.put("mediaType", member.mediaType());
        entry.put("digest", member.digest().toString());
        entry.put("size", member.size());
        ObjectNode platform = entry.putObject("platform");
        platform.put("architecture", member.platform().architecture());
        platform.put("os", member.platform().os());
        if (!member.platform().variant().isEmpty()) {
            platform.put("variant", member.platform().variant());
        }
        if (!member.osVersion().isEmpty()) {
            platform.put("os.version", member.osVersion());
        }
        if (!member.osFeatures().isEmpty()) {
            ArrayNode features = platform.putArray("os.features");
            member.osFeatures().forEach(features::add);
        }
        if (!member.annotations().isEmpty()) {
            ObjectNode annotations = entry.putObject("annotations");
            member.annotations().forEach(annotations::put);
        }
        return entry;
    }

    private static Descriptor descriptor(JsonNode entry) {
        JsonNode platform = entry.path("platform");
        List<String> features = new ArrayList<>();
        platform.path("os.features").forEach(feature -> features.add(feature.asText()));
        return new Descriptor(
                entry.path("mediaType").asText(),
                Digest.parse(entry.path("digest").asText()),
                entry.path("size").asLong(),
                platform.isObject()
                        ? Platform.of(
                                platform.path("os").asText(),
                                platform.path("architecture").asText(),
                                platform.path("variant").asText(""))
                        : NO_PLATFORM,
                platform.path("os.version").asText(""),
                features,
                strings(entry.path("annotations")));
    }

    private static Map<String, String> strings(JsonNode object) {
        Map<String, String> strings = new LinkedHashMap<>();
        object.properties()
                .forEach(field -> strings.put(field.getKey(), field.getValue().asText()));
        return strings;
    }

    /**
     * The members in order, attestations included. The platform of a member that names none is
     * {@code unknown/unknown}.
     */
    public List<Descriptor> members() {
        List<Descriptor> members = new ArrayList<>();
        document.path("manifests").forEach(entry -> members.add(descriptor(entry)));
        return List.copyOf(members);
    }

    /** The annotations on the index itself, by key; empty if there are none. */
    public Map<String, String> annotations() {
        return new TreeMap<>(strings(document.path("annotations")));
    }

    /** {@link Manifest#OCI_INDEX} or {@link Manifest#DOCKER_LIST}. */
    public String mediaType() {
        return document.path("mediaType").asText();
    }

    /** The exact bytes to publish; the same index always gives the same bytes, on every operating system. */
    public Manifest toManifest() {
        DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
        DefaultPrettyPrinter printer =
                new DefaultPrettyPrinter().withObjectIndenter(indenter).withArrayIndenter(indenter);
        try {
            String json = JSON.writer(printer).writeValueAsString(document);
            return Manifest.of(mediaType(), json.getBytes(StandardCharsets.UTF_8));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A JSON tree can always be written", e);
        }
    }
}
