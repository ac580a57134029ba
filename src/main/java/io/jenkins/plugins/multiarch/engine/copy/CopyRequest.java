package io.jenkins.plugins.multiarch.engine.copy;

import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import java.io.Serializable;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What to copy, and where to.
 *
 * @param from an image or an index, by tag or digest
 * @param to the target, with a tag and without a digest
 * @param tags further tags of the target's repository, without the one of {@code to}
 * @param only which platforms of an index to copy; empty for all of it, with the same digest
 * @param attached whether to copy what is attached too: signatures, attestations and all else that refers to it
 * @param dryRun whether to copy nothing, and say what would be
 * @param time how long all of it may take; null for the time limit of the access to registries
 */
public record CopyRequest(
        ImageReference from,
        ImageReference to,
        List<String> tags,
        Set<Platform> only,
        boolean attached,
        boolean dryRun,
        Duration time)
        implements Serializable {

    /** @throws IllegalArgumentException if the target has no tag or has a digest, a tag is malformed, or the time is not positive */
    public CopyRequest {
        if (to.tag().isEmpty() || !to.digest().isEmpty()) {
            throw new IllegalArgumentException(
                    "'" + to + "' cannot be copied to; write registry/repository:tag, without a digest.");
        }
        if (time != null && (time.isZero() || time.isNegative())) {
            throw new IllegalArgumentException(
                    "A time limit of " + time.toMillis() + " ms leaves no time; give a longer one.");
        }
        Set<String> further = new LinkedHashSet<>(tags);
        further.forEach(to::withTag);
        further.remove(to.tag());
        tags = List.copyOf(further);
        only = Collections.unmodifiableSet(new TreeSet<>(only));
    }

    /** All of an image, with what is attached to it, within the usual time. */
    public static CopyRequest of(ImageReference from, ImageReference to) {
        return new CopyRequest(from, to, List.of(), Set.of(), true, false, null);
    }

    /** The same under these further tags. */
    public CopyRequest withTags(List<String> further) {
        return new CopyRequest(from, to, further, only, attached, dryRun, time);
    }

    /** The same, but only these platforms. */
    public CopyRequest withOnly(Set<Platform> platforms) {
        return new CopyRequest(from, to, tags, platforms, attached, dryRun, time);
    }

    /** The same, with or without what is attached. */
    public CopyRequest withAttached(boolean given) {
        return new CopyRequest(from, to, tags, only, given, dryRun, time);
    }

    /** The same, without copying anything if so. */
    public CopyRequest withDryRun(boolean given) {
        return new CopyRequest(from, to, tags, only, attached, given, time);
    }

    /** The same within this time; null for the usual one. */
    public CopyRequest withTime(Duration limit) {
        return new CopyRequest(from, to, tags, only, attached, dryRun, limit);
    }
}
