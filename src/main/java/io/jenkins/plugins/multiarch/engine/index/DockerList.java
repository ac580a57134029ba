package io.jenkins.plugins.multiarch.engine.index;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What a Docker manifest list has no place for. It is never dropped silently.
 *
 * @see <a href="https://distribution.github.io/distribution/spec/manifest-v2-2/#manifest-list">distribution, manifest
 *     list</a>
 */
final class DockerList {

    private DockerList() {}

    /** @throws IllegalArgumentException if the index has something that would be lost; the message names it and the remedy */
    static void require(ImageIndex index) {
        List<String> attestations = index.members().stream()
                .filter(Descriptor::isAttestation)
                .map(member -> member.digest().toString())
                .toList();
        if (!attestations.isEmpty()) {
            throw new IllegalArgumentException("A Docker manifest list cannot hold attestations (provenance, SBOM), but"
                    + " these come with the images: " + String.join(", ", attestations)
                    + ". Use the format oci, or leave attestations out.");
        }
        String others = index.members().stream()
                .filter(member -> !IndexFormat.isDockerMember(member))
                .map(member -> member.digest() + " " + member.label() + ", " + member.mediaType())
                .collect(Collectors.joining("; "));
        if (!others.isEmpty()) {
            throw new IllegalArgumentException("A Docker manifest list has images for platforms only, but these are no"
                    + " such images: " + others + ". Use the format oci, or leave them out.");
        }
        Set<String> keys = new TreeSet<>(index.annotations().keySet());
        index.members().forEach(member -> keys.addAll(member.annotations().keySet()));
        if (!keys.isEmpty()) {
            throw new IllegalArgumentException(
                    "A Docker manifest list cannot have annotations, but these are to be set: "
                            + String.join(", ", keys)
                            + ". Use the format oci, or leave them out.");
        }
        if (!index.artifactType().isEmpty() || !index.subject().isEmpty()) {
            throw new IllegalArgumentException("A Docker manifest list cannot have "
                    + (index.artifactType().isEmpty() ? "a subject" : "an artifact type")
                    + ". Use the format oci, or leave it"
                    + " out.");
        }
    }
}
