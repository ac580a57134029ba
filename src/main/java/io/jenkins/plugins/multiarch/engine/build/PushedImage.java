package io.jenkins.plugins.multiarch.engine.build;

import io.jenkins.plugins.multiarch.engine.index.Descriptor;
import io.jenkins.plugins.multiarch.engine.index.ImageIndex;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.provenance.ResolvedBaseImage;
import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.Manifest;
import io.jenkins.plugins.multiarch.engine.registry.ReadOption;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import io.jenkins.plugins.multiarch.engine.registry.RegistryException;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;

/**
 * A platform image as the registry has it, not as the build tool says it has.
 *
 * @param reference {@code registry/repository@digest}
 * @param descriptor its media type, digest, true size in bytes, and platform; of the index around it where the tool has
 *     pushed one, as BuildKit does to attach provenance
 * @param compressedSize what a client downloads for the image, in bytes: its configuration and its layers; 0 if the
 *     registry does not tell
 * @param bases what it says it was built on
 */
public record PushedImage(
        ImageReference reference, Descriptor descriptor, long compressedSize, List<ResolvedBaseImage> bases)
        implements Serializable {

    public PushedImage {
        bases = List.copyOf(bases);
    }

    /** An image by its manifest. */
    public static PushedImage of(ImageReference reference, Manifest manifest, Platform platform) throws IOException {
        return new PushedImage(
                reference,
                Descriptor.of(manifest.mediaType(), manifest.digest(), manifest.size(), platform),
                manifest.imageSize(),
                ResolvedBaseImage.ofManifest(manifest.json()).stream().toList());
    }

    /**
     * Reads back what a build tool has pushed.
     *
     * @param image the image that was asked for
     * @param digest the digest that the tool has reported
     * @param platform the platform that was asked for
     * @param tested digest of the configuration that the tested image has; empty if what was tested is what was pushed
     * @throws IllegalStateException if the registry has an image for another platform under that digest, or another one
     *     than was tested
     * @throws IOException if the registry does not have it or cannot be reached
     */
    public static PushedImage read(
            Registry registry, ImageReference image, Digest digest, Platform platform, Optional<Digest> tested)
            throws IOException {
        ImageReference reference = image.withDigest(digest);
        Manifest manifest = registry.pull(reference, ReadOption.JUST_PUSHED);
        Descriptor descriptor = Descriptor.of(manifest.mediaType(), manifest.digest(), manifest.size(), platform);
        if (manifest.isIndex()) {
            ImageReference member =
                    reference.withDigest(member(reference, manifest, platform).digest());
            if (tested.isPresent()) {
                requireTested(reference, registry.pull(member), tested.get());
            }
            return new PushedImage(reference, descriptor, imageSize(registry, member), List.of());
        }
        requirePlatform(registry, reference, manifest, platform);
        if (tested.isPresent()) {
            requireTested(reference, manifest, tested.get());
        }
        return of(reference, manifest, platform);
    }

    /**
     * As {@link #read(Registry, ImageReference, Digest, Platform, Optional)}, by what a build tool has reported. If the image does
     * not say what it was built on, the tool's word counts.
     */
    public static PushedImage read(Registry registry, ImageReference image, Platform platform, ReportedImage reported)
            throws IOException {
        PushedImage pushed =
                read(registry, image, reported.digest(), platform, Optional.ofNullable(reported.testedConfig()));
        return pushed.bases().isEmpty()
                ? new PushedImage(pushed.reference(), pushed.descriptor(), pushed.compressedSize(), reported.bases())
                : pushed;
    }

    private static Descriptor member(ImageReference reference, Manifest index, Platform platform) {
        Optional<Descriptor> found = ImageIndex.parse(index).members().stream()
                .filter(member -> member.platform().equals(Optional.of(platform)))
                .findFirst();
        return found.orElseThrow(() -> new IllegalStateException(reference + " is an index without " + platform
                + ". The builder on the agent was probably set up for other platforms."));
    }

    /** Only to be told to people: no reason for a build to fail. */
    private static long imageSize(Registry registry, ImageReference image) throws IOException {
        try {
            return registry.pull(image).imageSize();
        } catch (RegistryException e) {
            return 0;
        }
    }

    private static void requireTested(ImageReference reference, Manifest pushed, Digest tested) {
        String found = pushed.json().at("/config/digest").asText();
        if (!found.equals(tested.toString())) {
            throw new IllegalStateException("What was pushed as " + reference + " is not what was tested: its"
                    + " configuration is '" + found + "', not '" + tested + "'"
                    + ". The builder has dropped the tested image from its cache, or a base image has changed meanwhile."
                    + " Build again.");
        }
    }

    private static void requirePlatform(
            Registry registry, ImageReference reference, Manifest manifest, Platform platform) throws IOException {
        if (registry.config(reference, manifest).contradicts(platform)) {
            throw new IllegalStateException("The image built for " + platform + " is one for "
                    + registry.config(reference, manifest).platform()
                    + ". Check the --platform of the FROM lines in the Dockerfile and the base image.");
        }
    }
}
