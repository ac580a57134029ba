package io.jenkins.plugins.multiarch.engine.index;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.multiarch.engine.json.Json;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.registry.Manifest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An OCI image index or Docker manifest list. Immutable; making one asks no registry.
 *
 * <p>It is kept as the JSON that it is. What is not changed on purpose stays: unknown fields, entries of any kind, their
 * order. As long as nothing at all has changed, so do its bytes, and its digest.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.0/image-index.md">OCI image index</a>
 */
public final class ImageIndex {

    private static final String MANIFESTS = "manifests";

    private static final Pattern MEDIA_TYPE =
            Pattern.compile("[A-Za-z0-9][\\w!#$&^.+-]{0,126}/[A-Za-z0-9][\\w!#$&^.+-]{0,126}");

    /** What stands before the first field, on a line of its own. */
    private static final Pattern INDENTATION = Pattern.compile("\\{\r?\n([ \t]{1,16})\"");

    private final ObjectNode document;
    private final String mediaType;
    private final Origin origin;
    private final List<Descriptor> members;
    private final Map<String, String> annotations;
    private final String artifactType;
    private final String subject;

    /**
     * What an index was read from.
     *
     * @param manifest its exact bytes; null if it is new
     * @param indentation the white space by which it is indented; empty if it is not
     */
    private record Origin(Manifest manifest, ObjectNode document, String indentation) {}

    /** @throws IllegalArgumentException if the document is no index; the message says why, as a rest of a sentence */
    private ImageIndex(ObjectNode document, String mediaType, Origin origin) {
        this.document = document;
        this.mediaType = mediaType;
        this.origin = origin;
        if (!document.path(MANIFESTS).isArray()) {
            throw new IllegalArgumentException("it has no list of 'manifests'");
        }
        List<Descriptor> read = new ArrayList<>();
        for (JsonNode entry : document.path(MANIFESTS)) {
            try {
                read.add(Descriptor.read(entry));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("entry " + (read.size() + 1) + ": " + e.getMessage(), e);
            }
        }
        this.members = List.copyOf(read);
        this.annotations = new TreeMap<>(Json.strings(document, "annotations"));
        this.artifactType = Json.string(document, "artifactType");
        this.subject = Json.string(document.path("subject"), "digest");
    }

    private ImageIndex changed(ObjectNode changed) {
        return new ImageIndex(changed, mediaType, origin);
    }

    /**
     * Assembles an index.
     *
     * @param members in the order they get in the index; at least one
     * @param annotations on the index itself
     * @throws IllegalArgumentException if there is no member, an annotation has no proper key, or the format is docker
     *     and it cannot hold what is asked for; the message says which
     */
    public static ImageIndex of(IndexFormat format, List<Descriptor> members, Map<String, String> annotations) {
        return empty().amend(format, members, annotations);
    }

    /** What nothing has been put in yet, and cannot be published before something is. */
    static ImageIndex empty() {
        ObjectNode document = Json.object();
        document.put("schemaVersion", 2);
        document.put("mediaType", "");
        document.putArray(MANIFESTS);
        return new ImageIndex(document, "", new Origin(null, document, "  "));
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
        byte[] content = manifest.content();
        try {
            ObjectNode document = (ObjectNode) Json.readObject(content);
            Matcher indentation = INDENTATION.matcher(Json.text(content));
            Origin origin = new Origin(manifest, document, indentation.lookingAt() ? indentation.group(1) : "");
            return new ImageIndex(document, manifest.mediaType(), origin);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "The index " + manifest.digest() + " is malformed: " + e.getMessage() + ". Push it anew.", e);
        }
    }

    /**
     * A new index with these members instead of those of the same platforms, in their places, and with the others
     * appended. Several given ones for one platform replace, together, all that the index has for it. Attestations go with
     * the member they are about; what is for no platform replaces nothing but the same manifest.
     *
     * @param format what the result shall be; {@code auto} keeps what it is as long as that can hold the additions
     * @param added annotations for those of the index; they win
     * @throws IllegalArgumentException as {@link #of} does
     */
    public ImageIndex amend(IndexFormat format, List<Descriptor> given, Map<String, String> added) {
        Annotations.require(added);
        return withEntries(new MemberList(members).with(given)).annotated(added).in(format, mediaType);
    }

    /** Whether it has a member for a platform that {@link #without} would remove. */
    boolean hasMemberFor(Platform platform) {
        return new MemberList(members).hasFor(platform);
    }

    /**
     * A new index without the members for these platforms and the attestations about them.
     *
     * @throws IllegalArgumentException if it has no member for one of them, or none would be left
     */
    ImageIndex without(Collection<Platform> platforms) {
        return withEntries(new MemberList(members).without(platforms));
    }

    private ImageIndex withEntries(List<Descriptor> result) {
        if (result.isEmpty()) {
            throw new IllegalArgumentException("An index needs at least one member; none is left or given.");
        }
        if (result.equals(members)) {
            return this;
        }
        ObjectNode changed = document.deepCopy();
        ArrayNode entries = changed.withArrayProperty(MANIFESTS);
        entries.removeAll();
        result.forEach(member -> entries.add(member.json()));
        return changed(changed);
    }

    /** This OCI index with one more entry. */
    ImageIndex plus(Descriptor entry) {
        List<Descriptor> more = new ArrayList<>(members);
        more.add(entry);
        return withEntries(more).in(IndexFormat.OCI, mediaType);
    }

    /** The same index with these annotations added; they win over those it has. */
    private ImageIndex annotated(Map<String, String> added) {
        if (annotations.entrySet().containsAll(added.entrySet())) {
            return this;
        }
        ObjectNode changed = document.deepCopy();
        ObjectNode all = changed.withObjectProperty("annotations");
        new TreeMap<>(added).forEach(all::put);
        return changed(changed);
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
            DockerList.require(this);
        }
        String type = resolved.mediaType();
        if (type.equals(mediaType)) {
            return this;
        }
        ObjectNode changed = document.deepCopy();
        // Optional in OCI; what came without it stays so.
        if (changed.has("mediaType") || !type.equals(Manifest.OCI_INDEX)) {
            changed.put("mediaType", type);
        }
        return new ImageIndex(changed, type, origin);
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
        return changed(document.deepCopy().put("artifactType", type)).in(format, mediaType);
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
        ObjectNode changed = document.deepCopy();
        changed.set("subject", Descriptor.of(other).json());
        return changed(changed).in(format, mediaType);
    }

    /** The members in order, whatever they are: images, attestations, artifacts, indexes. */
    public List<Descriptor> members() {
        return members;
    }

    /** The platforms of the images in it, and what else there is, sorted, for people to read. */
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

    /**
     * The exact bytes to publish: those it was read from if it says the same, else written anew. The same index always
     * gives the same bytes, on every operating system.
     */
    public Manifest toManifest() {
        boolean unchanged = origin.manifest() != null
                && origin.manifest().mediaType().equals(mediaType)
                && origin.document().equals(document);
        return unchanged ? origin.manifest() : Manifest.of(mediaType, Json.write(document, origin.indentation()));
    }

    /** Whether a manifest is one of the members. */
    boolean has(Digest digest) {
        return members.stream().anyMatch(member -> member.digest().equals(digest));
    }
}
