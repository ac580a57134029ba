package io.jenkins.plugins.multiarch.engine.index;

import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.Manifest;
import io.jenkins.plugins.multiarch.engine.registry.ReadOption;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Something that can be signed of its own: an index, one of its platform images, or an image that is in no index.
 *
 * @param name for people: {@code index}, {@code image}, or the platform
 * @param image by digest
 */
public record ImagePart(String name, ImageReference image) {

    /**
     * What a reference stands for, as the registry itself says; never a mirror.
     *
     * @param platformImages whether the platform images of an index are wanted too
     * @return the index or image itself first
     */
    public static List<ImagePart> read(Registry registry, ImageReference reference, boolean platformImages)
            throws IOException {
        return of(reference, registry.pull(reference, ReadOption.FRESH, ReadOption.ANY_KIND), platformImages);
    }

    /**
     * The same of a manifest that is at hand.
     *
     * @param reference where it is
     */
    public static List<ImagePart> of(ImageReference reference, Manifest manifest, boolean platformImages) {
        ImageReference itself = reference.withDigest(manifest.digest());
        List<ImagePart> parts = new ArrayList<>(List.of(new ImagePart(manifest.isIndex() ? "index" : "image", itself)));
        if (platformImages && manifest.isIndex()) {
            Set<ImageReference> known = new LinkedHashSet<>();
            for (Descriptor member : ImageIndex.parse(manifest).members()) {
                ImageReference image = reference.withDigest(member.digest());
                if (member.platform().isPresent() && known.add(image)) {
                    parts.add(new ImagePart(member.label(), image));
                }
            }
        }
        return parts;
    }
}
