package io.jenkins.plugins.multiarch.engine.index;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.registry.Json;
import io.jenkins.plugins.multiarch.engine.registry.Manifest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * An OCI image index or Docker manifest list. Immutable; making one asks no registry.
 *
 * <p>An index that was read keeps everything that is not changed on purpose, byte for byte: unknown fields, unknown
 * entries, order, white space.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.0/image-index.md">OCI image index</a>
 */
public final class ImageIndex {

    /** How what is made anew is written; {@code manifests} is filled by {@link #withEntries}. */
    private static final String EMPTY = "{\n  \"schemaVersion\": 2,\n  \"mediaType\": \"\",\n  \"manifests\": []\n}";

    private static final Pattern MEDIA_TYPE =
            Pattern.compile("[A-Za-z0-9][\\w!#$&^.+-]{0,126}/[A-Za-z0-9][\\w!#$&^.+-]{0,126}");

    private final RawJson document;
    private final String mediaType;
    private final List<Descriptor> members;
    private final Map<String, String> annotations;
    private final String artifactType;
    private final String subject;

    /** @throws IllegalArgumentException if the document is no index; the message says why, as a rest of a sentence */
    private ImageIndex(RawJson document, String mediaType) {
        this.document = document;
        this.mediaType = mediaType;
        JsonNode json = Json.readObject(document.toString().getBytes(StandardCharsets.UTF_8));
        if (!json.path("manifests").isArray()) {
            throw new IllegalArgumentException("it has no list of 'manifests'");
        }
        List<Descriptor> read = new ArrayList<>();
        for (JsonNode entry : json.path("manifests")) {
            try {
                read.add(IndexEntry.read(entry));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("entry " + (read.size() + 1) + ": " + e.getMessage(), e);
            }
        }
        this.members = List.copyOf(read);
        this.annotations = new TreeMap<>(Json.strings(json, "annotations"));
        this.artifactType = Json.string(json, "artifactType");
        this.subject = Json.string(json.path("subject"), "digest");
    }

    /**
     * Assembles an index.
     *
     * @param members in the order they get in the index; at least one
     * @param annotations on the index itself
     * @throws IllegalArgumentException if there is no member, two members are for the same platform, an annotation has
     *     no proper key, or the format is docker and it cannot hold what is asked for; the message says which
     */
    public static ImageIndex of(IndexFormat format, List<Descriptor> members, Map<String, String> annotations) {
        return empty().amend(format, members, annotations);
    }

    /** What nothing has been put in yet, and cannot be published before something is. */
    static ImageIndex empty() {
        return new ImageIndex(RawJson.of(EMPTY), "");
    }

    /**
     * Reads an index.
     *
     * @throws IllegalArgumentException if the manifest is that of a single image, or malformed; the message says why
     */
    public static ImageIndex parse(Manifest manifest) {
        if (!manifest.isIndex()) {
            throw new IllegalArgumentException(manifest.digest() + " is the manifest of a single image ("
                    + manifest.mediaType() + "), not an index.");
        }
        try {
            Json.readObject(manifest.content()); // The raw text may only be taken apart if it is valid.
            return new ImageIndex(RawJson.of(Json.text(manifest.content())), manifest.mediaType());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "The index " + manifest.digest() + " is malformed: " + e.getMessage() + ". Push it anew.", e);
        }
    }

    /**
     * A new index with these members instead of those of the same platforms, in their places, and with the others
     * appended. Attestations go with the member they are about.
     *
     * @param format what the result shall be; {@code auto} keeps what it is as long as that can hold the additions
     * @param added annotations for those of the index; they win
     * @throws IllegalArgumentException as {@link #of} does
     */
    public ImageIndex amend(IndexFormat format, List<Descriptor> given, Map<String, String> added) {
        Annotations.require(added);
        given.forEach(member -> Annotations.require(member.annotations()));
        Map<String, Descriptor> byPlatform = byPlatform(given);

        List<Descriptor> result = new ArrayList<>();
        Set<String> replaced = new HashSet<>();
        Set<String> used = new HashSet<>();
        for (Descriptor existing : members) {
            Descriptor replacement = existing.isAttestation() ? null : byPlatform.get(existing.platformLabel());
            if (replacement != null && !replacement.digest().equals(existing.digest())) {
                replaced.add(existing.digest().toString());
            }
            boolean again = replacement != null && !used.add(replacement.platformLabel());
            result.add(again ? null : replacement == null || replacement.says(existing) ? existing : replacement);
        }
        for (int i = 0; i < members.size(); i++) {
            Descriptor kept = result.get(i);
            if (kept != null && kept.isAttestation() && replaced.contains(kept.attests())) {
                result.set(i, null);
            }
        }
        Set<String> present = new HashSet<>();
        result.stream()
                .filter(kept -> kept != null)
                .forEach(kept -> present.add(kept.digest().toString()));
        for (Descriptor member : given) {
            boolean known = member.isAttestation()
                    ? present.contains(member.digest().toString())
                    : used.contains(member.platformLabel());
            if (!known) {
                result.add(member);
            }
        }
        return withEntries(result).annotated(added).in(format, mediaType);
    }

    /** Whether it has an image for a platform that {@link #without} would remove. */
    boolean hasImageFor(Platform platform) {
        return members.stream().anyMatch(member -> isImageFor(member, List.of(platform)));
    }

    /**
     * A new index without the members for these platforms and the attestations about them.
     *
     * @throws IllegalArgumentException if it has no member for one of them, or none would be left
     */
    ImageIndex without(Collection<Platform> platforms) {
        for (Platform platform : platforms) {
            if (!hasImageFor(platform)) {
                throw new IllegalArgumentException("The index has no member for " + platform
                        + " that could be removed; it has " + platforms() + ".");
            }
        }
        Set<String> staying = members.stream()
                .filter(member -> !member.isAttestation() && !isImageFor(member, platforms))
                .map(member -> member.digest().toString())
                .collect(Collectors.toSet());
        Set<String> gone = members.stream()
                .filter(member -> isImageFor(member, platforms))
                .map(member -> member.digest().toString())
                .filter(digest -> !staying.contains(digest))
                .collect(Collectors.toSet());
        List<Descriptor> result = new ArrayList<>();
        for (Descriptor member : members) {
            boolean goes = member.isAttestation() ? gone.contains(member.attests()) : isImageFor(member, platforms);
            result.add(goes ? null : member);
        }
        return withEntries(result);
    }

    private static boolean isImageFor(Descriptor member, Collection<Platform> platforms) {
        return !member.isAttestation() && platforms.stream().anyMatch(member.platform()::satisfies);
    }

    /**
     * The same index with these entries.
     *
     * @param result for every member of this index what shall be in its place, null for nothing; then what is added
     */
    private ImageIndex withEntries(List<Descriptor> result) {
        String indentation = document.indentation();
        RawJson entries = RawJson.of(document.value("manifests"));
        List<Descriptor> added = result.subList(members.size(), result.size());
        RawJson edited = entries.edited(i -> {
            Descriptor descriptor = result.get(i);
            if (descriptor == null) {
                return null;
            }
            return descriptor.equals(members.get(i))
                    ? entries.pieces().get(i).value()
                    : RawJson.print(IndexEntry.write(descriptor), indentation, 2);
        });
        if (edited.pieces().isEmpty() && added.isEmpty()) {
            throw new IllegalArgumentException("An index needs at least one platform image; none is left or given.");
        }
        return withEntries(edited, added.stream().map(IndexEntry::write).toList());
    }

    private ImageIndex withEntries(RawJson entries, List<ObjectNode> added) {
        String indentation = document.indentation();
        String list;
        if (entries.pieces().isEmpty()) {
            list = RawJson.print(JsonNodeFactory.instance.arrayNode().addAll(added), indentation, 1);
        } else {
            RawJson all = entries;
            for (ObjectNode entry : added) {
                all = all.plus(RawJson.print(entry, indentation, 2));
            }
            list = all.toString();
        }
        return new ImageIndex(document.with("manifests", list), mediaType);
    }

    /** This OCI index with one more entry, which need not be an image for a platform. */
    ImageIndex plus(ObjectNode entry) {
        return withEntries(RawJson.of(document.value("manifests")), List.of(entry))
                .in(IndexFormat.OCI, mediaType);
    }

    /** The same index with these annotations added; they win over those it has. */
    private ImageIndex annotated(Map<String, String> added) {
        if (added.isEmpty()) {
            return this;
        }
        String indentation = document.indentation();
        String existing = document.value("annotations");
        String text;
        if (annotations.isEmpty()) {
            ObjectNode node = JsonNodeFactory.instance.objectNode();
            new TreeMap<>(added).forEach(node::put);
            text = RawJson.print(node, indentation, 1);
        } else {
            RawJson entries = RawJson.of(existing);
            for (Map.Entry<String, String> entry : new TreeMap<>(added).entrySet()) {
                if (!entry.getValue().equals(annotations.get(entry.getKey()))) {
                    entries = entries.with(entry.getKey(), RawJson.quoted(entry.getValue()));
                }
            }
            text = entries.toString();
        }
        return new ImageIndex(document.with("annotations", text), mediaType);
    }

    /**
     * The same index in this format.
     *
     * @param before the media type it came with; empty if it is new
     */
    private ImageIndex in(IndexFormat format, String before) {
        boolean plain = annotations.isEmpty() && artifactType.isEmpty() && subject.isEmpty();
        IndexFormat resolved = format == IndexFormat.AUTO && before.equals(Manifest.OCI_INDEX)
                ? IndexFormat.OCI
                : format.resolve(members, !plain);
        if (resolved == IndexFormat.DOCKER) {
            requireDocker();
        }
        String type = resolved.mediaType();
        // Optional in OCI; what came without it stays so.
        boolean written = document.value("mediaType") != null || !type.equals(Manifest.OCI_INDEX);
        boolean same = type.equals(mediaType);
        return new ImageIndex(written && !same ? document.with("mediaType", RawJson.quoted(type)) : document, type);
    }

    /** A Docker manifest list has no place for some things; they are not dropped silently. */
    private void requireDocker() {
        List<String> attestations = members.stream()
                .filter(Descriptor::isAttestation)
                .map(member -> member.digest().toString())
                .toList();
        if (!attestations.isEmpty()) {
            throw new IllegalArgumentException("A Docker manifest list cannot hold attestations (provenance, SBOM), but"
                    + " these come with the images: " + String.join(", ", attestations)
                    + ". Use the format oci, or leave attestations out.");
        }
        Set<String> keys = new TreeSet<>(annotations.keySet());
        members.forEach(member -> keys.addAll(member.annotations().keySet()));
        if (!keys.isEmpty()) {
            throw new IllegalArgumentException(
                    "A Docker manifest list cannot have annotations, but these are to be set: "
                            + String.join(", ", keys)
                            + ". Use the format oci, or leave them out.");
        }
        if (!artifactType.isEmpty() || !subject.isEmpty()) {
            throw new IllegalArgumentException("A Docker manifest list cannot have "
                    + (artifactType.isEmpty() ? "a subject" : "an artifact type") + ". Use the format oci, or leave it"
                    + " out.");
        }
    }

    /**
     * This index with those of the annotations whose keys it does not have yet. A Docker list stays as it is, because
     * it cannot hold any.
     */
    ImageIndex withDefaultAnnotations(Map<String, String> defaults) {
        Map<String, String> missing = new TreeMap<>(defaults);
        missing.keySet().removeAll(annotations.keySet());
        if (missing.isEmpty() || !mediaType.equals(Manifest.OCI_INDEX)) {
            return this;
        }
        Annotations.require(missing);
        return annotated(missing);
    }

    /**
     * This index as an artifact of a kind, in this format.
     *
     * @param type a media type; empty to leave it as it is
     * @throws IllegalArgumentException if it is no media type, or the format is docker, which has none
     */
    ImageIndex withArtifactType(String type, IndexFormat format) {
        if (type.isEmpty()) {
            return this;
        }
        if (!MEDIA_TYPE.matcher(type).matches()) {
            throw new IllegalArgumentException("'" + type
                    + "' is not an artifact type. Write a media type, for example application/vnd.example.app.v1.");
        }
        return new ImageIndex(document.with("artifactType", RawJson.quoted(type)), mediaType).in(format, mediaType);
    }

    /**
     * This index as one that is about another manifest, in this format.
     *
     * @param other what it is about; null to leave it as it is
     * @throws IllegalArgumentException if the format is docker, which has no subject
     */
    ImageIndex withSubject(Manifest other, IndexFormat format) {
        if (other == null) {
            return this;
        }
        String text = RawJson.print(IndexEntry.write(other), document.indentation(), 1);
        return new ImageIndex(document.with("subject", text), mediaType).in(format, mediaType);
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

    /**
     * The members in order, attestations included. The platform of a member that names none is
     * {@code unknown/unknown}.
     */
    public List<Descriptor> members() {
        return members;
    }

    /** The platforms of the images in it, sorted, for people to read. */
    String platforms() {
        return Descriptor.platforms(members);
    }

    /** The annotations on the index itself, by key; empty if there are none. */
    public Map<String, String> annotations() {
        return new TreeMap<>(annotations);
    }

    /** What kind of artifact it is; empty if it says nothing. */
    public String artifactType() {
        return artifactType;
    }

    /** The digest of the manifest that it is about; empty if there is none. */
    public String subject() {
        return subject;
    }

    /** {@link Manifest#OCI_INDEX} or {@link Manifest#DOCKER_LIST}. */
    public String mediaType() {
        return mediaType;
    }

    /** The exact bytes to publish; the same index always gives the same bytes, on every operating system. */
    public Manifest toManifest() {
        return Manifest.of(mediaType, document.toString().getBytes(StandardCharsets.UTF_8));
    }
}
