package io.jenkins.plugins.multiarch.steps;

import hudson.model.Run;
import io.jenkins.plugins.multiarch.config.EffectiveConfiguration;
import io.jenkins.plugins.multiarch.credentials.CredentialLookup;
import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import io.jenkins.plugins.multiarch.engine.index.Descriptor;
import io.jenkins.plugins.multiarch.engine.index.IndexSource;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.forms.KeyValueRows;
import io.jenkins.plugins.multiarch.forms.MultilineList;
import io.jenkins.plugins.multiarch.report.PlatformImage;
import io.jenkins.plugins.multiarch.report.RunRecord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The {@code sources} of a {@code pushManifestList} as the engine takes them.
 *
 * @param sources where the members of the index come from
 * @param built the results of {@code multiArchBuild} among them
 * @param temporaryTags the tags under which {@code multiArchBuild} has pushed some of them, with the digest of each
 * @param credentials for the registry of a source, the id of the credential to read it with
 */
record IndexMembers(
        List<IndexSource> sources,
        List<PlatformImage> built,
        List<ImageReference> temporaryTags,
        Map<ImageReference, String> credentials) {

    /** No members at all, where platforms are only removed. */
    static final IndexMembers NONE = new IndexMembers(List.of(), List.of(), List.of(), Map.of());

    private static final Set<String> KEYS =
            Set.of("ref", "platform", "platforms", "osVersion", "osFeatures", "annotations", "credentialsId");

    /**
     * @param given platform images, references or maps; empty for what the run has recorded for the repository
     * @param configuration says what names without a registry mean
     * @throws IllegalArgumentException if one of them is something else, or none is given and none recorded
     */
    static IndexMembers of(
            List<Object> given, Run<?, ?> run, ImageReference image, EffectiveConfiguration configuration) {
        List<?> members = given.isEmpty() ? new RunRecord(run).imagesOrOriginal(image) : given;
        if (members.isEmpty()) {
            throw new IllegalArgumentException("No multiArchBuild of this build has pushed platform images to "
                    + image.name() + ". Run multiArchBuild for that repository first, without push: false, or name the"
                    + " sources.");
        }
        List<IndexSource> sources = new ArrayList<>();
        List<PlatformImage> collected = new ArrayList<>();
        List<ImageReference> temporaryTags = new ArrayList<>();
        Map<ImageReference, String> credentials = new LinkedHashMap<>();
        for (Object member : members) {
            if (member instanceof PlatformImage built) {
                sources.add(collected(built));
                collected.add(built);
                if (!built.getTemporaryTag().isEmpty()) {
                    ImageReference pushed = ImageReference.parse(built.getReference());
                    temporaryTags.add(new ImageReference(
                            pushed.registry(), pushed.repository(), built.getTemporaryTag(), built.getDigest()));
                }
            } else if (member instanceof Map<?, ?> map) {
                IndexSource source = described(map, configuration);
                sources.add(source);
                if (map.get("credentialsId") != null) {
                    credentials.put(source.reference(), map.get("credentialsId").toString());
                }
            } else if (member instanceof CharSequence reference) {
                sources.add(IndexSource.of(configuration.image(reference.toString())));
            } else {
                throw new IllegalArgumentException("'" + member + "' is no source of an index. Give a result of"
                        + " multiArchBuild, a reference, or a map with " + new TreeSet<>(KEYS) + ".");
            }
        }
        return new IndexMembers(sources, collected, temporaryTags, credentials);
    }

    /**
     * How a run reaches the registries of the sources.
     *
     * @param target how it reaches the registry of the index
     */
    RegistryAccess access(EffectiveConfiguration configuration, Run<?, ?> run, RegistryAccess target) {
        Map<String, String> named = new LinkedHashMap<>();
        credentials.forEach((reference, id) -> named.put(reference.registry(), id));
        RegistryAccess access = target;
        Set<String> registries =
                sources.stream().map(source -> source.reference().registry()).collect(Collectors.toSet());
        for (String registry : registries) {
            if (named.containsKey(registry) || access.credential(registry).isEmpty()) {
                Optional<String> id =
                        Optional.ofNullable(named.get(registry)).or(() -> configuration.entryCredentialsId(registry));
                access = configuration.with(access, CredentialLookup.in(run), registry, id);
            }
        }
        return access;
    }

    private static IndexSource collected(PlatformImage built) {
        if (built.getReference().isEmpty()) {
            throw new IllegalArgumentException("The image for " + built.getPlatform()
                    + " was built with push: false, so there is nothing to put into an index.");
        }
        return IndexSource.collected(
                ImageReference.parse(built.getReference()),
                Descriptor.of(
                        built.getMediaType(),
                        Digest.parse(built.getDigest()),
                        built.getSize(),
                        Platform.parse(built.getPlatform())));
    }

    private static IndexSource described(Map<?, ?> map, EffectiveConfiguration configuration) {
        for (Object key : map.keySet()) {
            if (!KEYS.contains(String.valueOf(key))) {
                throw new IllegalArgumentException(
                        "A source has no '" + key + "'. It has " + String.join(", ", new TreeSet<>(KEYS)) + ".");
            }
        }
        if (map.get("ref") == null) {
            throw new IllegalArgumentException("The source " + map + " names no image. Give it a ref.");
        }
        IndexSource source = IndexSource.of(configuration.image(map.get("ref").toString()));
        if (map.get("platform") != null) {
            source = source.as(Platform.parse(map.get("platform").toString()));
        }
        if (map.get("platforms") != null) {
            List<?> only = map.get("platforms") instanceof List<?> list ? list : List.of(map.get("platforms"));
            source = source.only(
                    MultilineList.strings(only).stream().map(Platform::parse).collect(Collectors.toSet()));
        }
        if (map.get("osVersion") != null || map.get("osFeatures") != null) {
            List<String> features =
                    map.get("osFeatures") instanceof List<?> list ? MultilineList.strings(list) : List.of();
            source = source.withOs(
                    map.get("osVersion") == null ? "" : map.get("osVersion").toString(), features);
        }
        if (map.get("annotations") instanceof Map<?, ?> annotations) {
            source = source.withAnnotations(KeyValueRows.strings(annotations));
        }
        return source;
    }
}
