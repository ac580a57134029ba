package io.jenkins.plugins.multiarch.engine.build;

import io.jenkins.plugins.multiarch.engine.index.Descriptor;
import io.jenkins.plugins.multiarch.engine.index.ImageIndex;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.registry.Digest;
import io.jenkins.plugins.multiarch.engine.registry.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.Manifest;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import java.io.IOException;
import java.io.Serializable;

/**
 * A platform image as the registry has it, not as the build tool says it has.
 *
 * @param reference {@code registry/repository@digest}
 * @param descriptor its media type, digest, true size in bytes, and platform; of the index around it where the tool has
 *     pushed one, as BuildKit does to attach provenance
 */
public record PushedImage(ImageReference reference, Descriptor descriptor) implements Serializable {

    /**
     * Reads back what a build tool has pushed.
     *
     * @param image the image that was asked for
     * @param digest the digest that the tool has reported
     * @param platform the platform that was asked for
     * @throws IllegalStateException if the registry has an image for another platform under that digest
     * @throws IOException if the registry does not have it or cannot be reached
     */
    public static PushedImage read(Registry registry, ImageReference image, Digest digest, Platform platform)
            throws IOException {
        ImageReference reference = image.withDigest(digest);
        Manifest manifest = registry.pullJustPushed(reference);
        requirePlatform(registry, reference, manifest, platform);
        return new PushedImage(
                reference, Descriptor.of(manifest.mediaType(), manifest.digest(), manifest.size(), platform));
    }

    private static void requirePlatform(
            Registry registry, ImageReference reference, Manifest manifest, Platform platform) throws IOException {
        if (manifest.isIndex()) {
            boolean found = ImageIndex.parse(manifest).members().stream()
                    .filter(member -> !member.isAttestation())
                    .anyMatch(member ->
                            member.platform() != null && member.platform().equals(platform));
            if (!found) {
                throw new IllegalStateException(reference + " is an index without " + platform
                        + ". The builder on the agent was probably set up for other platforms.");
            }
        } else if (registry.config(reference, manifest).contradicts(platform)) {
            throw new IllegalStateException("The image built for " + platform + " is one for "
                    + registry.config(reference, manifest).platform()
                    + ". Check the --platform of the FROM lines in the Dockerfile and the base image.");
        }
    }
}
