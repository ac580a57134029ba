package io.jenkins.plugins.multiarch.engine.index;

import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import java.io.Serializable;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Where a member of an index comes from: a reference, and what is known or wanted of it.
 *
 * @param reference the platform image, or an index whose members are to be taken over
 * @param collected what the build already told of it, so that the registry need not be asked; null if nothing
 * @param platform the platform it must be for, or, if {@code override}, the one it is published for whatever its
 *     configuration says; of an index, the member to take; null to take what there is
 * @param override whether {@code platform} wins over the image's configuration
 * @param osVersion {@code os.version} to publish; empty for that of the configuration
 * @param osFeatures {@code os.features} to publish; empty for those of the configuration
 * @param annotations for its descriptors, by key
 * @param only which members of an index to take; empty for all
 */
public record IndexSource(
        ImageReference reference,
        Descriptor collected,
        Platform platform,
        boolean override,
        String osVersion,
        List<String> osFeatures,
        Map<String, String> annotations,
        Set<Platform> only)
        implements Serializable {

    public IndexSource {
        Objects.requireNonNull(reference, "reference");
        Objects.requireNonNull(osVersion, "osVersion");
        osFeatures = List.copyOf(osFeatures);
        annotations = Collections.unmodifiableMap(new TreeMap<>(annotations));
        only = Collections.unmodifiableSet(new TreeSet<>(only));
    }

    /** A member known by its reference alone. */
    public static IndexSource of(ImageReference reference) {
        return new IndexSource(reference, null, null, false, "", List.of(), Map.of(), Set.of());
    }

    /** A member whose descriptor the build collected; the platform in it is the one that was requested. */
    public static IndexSource collected(ImageReference reference, Descriptor descriptor) {
        return new IndexSource(
                reference, descriptor, descriptor.platform().orElse(null), false, "", List.of(), Map.of(), Set.of());
    }

    /** The same source, which must be for this platform; anything else is an error. */
    public IndexSource expecting(Platform wanted) {
        return new IndexSource(reference, collected, wanted, false, osVersion, osFeatures, annotations, only);
    }

    /** The same source, published for this platform whatever its configuration says. */
    public IndexSource as(Platform other) {
        return new IndexSource(reference, collected, other, true, osVersion, osFeatures, annotations, only);
    }

    /** The same source with these as its {@code os.version} and {@code os.features}. */
    public IndexSource withOs(String version, List<String> features) {
        return new IndexSource(reference, collected, platform, override, version, features, annotations, only);
    }

    /** The same source with these annotations instead of its own. */
    public IndexSource withAnnotations(Map<String, String> others) {
        return new IndexSource(reference, collected, platform, override, osVersion, osFeatures, others, only);
    }

    /** The same source, which is an index of which only the members for these platforms are taken. */
    public IndexSource only(Set<Platform> platforms) {
        return new IndexSource(reference, collected, platform, override, osVersion, osFeatures, annotations, platforms);
    }
}
