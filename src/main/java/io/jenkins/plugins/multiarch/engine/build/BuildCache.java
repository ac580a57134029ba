package io.jenkins.plugins.multiarch.engine.build;

import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A repository that keeps what builds may use again. Each platform has a tag of its own in it, {@code linux-arm64}; so has
 * each branch but the default one, {@code feature-linux-arm64}. podman and buildah name what they keep by its content, and
 * no tag is given.
 *
 * @param repository {@code registry/repository}, without a tag; empty for no cache
 * @param branches the names of the branches to read from, in this order; the first is written to. The empty name is the
 *     default branch.
 */
public record BuildCache(String repository, List<String> branches) implements Serializable {

    /** No cache in a registry. */
    public static final BuildCache NONE = new BuildCache("", List.of(""));

    /** What remains of the 128 characters of a tag for a branch, beside the longest platform. */
    private static final int LONGEST_BRANCH = 80;

    private static final int DIGITS = 8;

    public BuildCache {
        branches = List.copyOf(branches);
    }

    /**
     * @param image the repository, as the author names it
     * @param branches the branches to read from, in this order: that of the build, and the one it is to be merged into. The
     *     default branch comes last without being named.
     * @throws IllegalArgumentException if the repository has a tag or a digest
     */
    public static BuildCache of(ImageReference image, List<String> branches) {
        if (!image.tag().equals("latest") || !image.digest().isEmpty()) {
            throw new IllegalArgumentException("The cache '" + image
                    + "' has a tag or digest. Name the repository alone: each platform has a tag of its own in it.");
        }
        return new BuildCache(
                image.name(),
                Stream.concat(branches.stream().filter(name -> !name.isBlank()).map(BuildCache::tagPart), Stream.of(""))
                        .distinct()
                        .toList());
    }

    /** Two branches never share a tag, whatever their names. */
    private static String tagPart(String branch) {
        String valid = branch.replaceAll("[^A-Za-z0-9_.-]", "-").replaceFirst("^[.-]+", "");
        if (valid.equals(branch) && valid.length() <= LONGEST_BRANCH) {
            return valid;
        }
        String hash =
                Digest.ofSha256(branch.getBytes(StandardCharsets.UTF_8)).hex().substring(0, DIGITS);
        String start = valid.substring(0, Math.min(valid.length(), LONGEST_BRANCH - DIGITS - 1));
        return start.isEmpty() ? hash : start + "-" + hash;
    }

    /** Whether there is one. */
    public boolean isUsed() {
        return !repository.isEmpty();
    }

    /** The registry that needs a login; empty without a cache. */
    public Optional<String> registry() {
        return isUsed() ? Optional.of(ImageReference.parse(repository).registry()) : Optional.empty();
    }

    /** Where the cache of a platform is read, in this order. */
    List<String> sources(Platform platform) {
        List<String> sources = new ArrayList<>();
        branches.forEach(branch ->
                sources.add(repository + ":" + (branch.isEmpty() ? "" : branch + "-") + platform.tagSuffix()));
        return sources;
    }

    /** Where it is written. */
    String target(Platform platform) {
        return sources(platform).get(0);
    }
}
