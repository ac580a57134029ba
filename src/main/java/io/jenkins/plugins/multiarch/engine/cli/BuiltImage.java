package io.jenkins.plugins.multiarch.engine.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.multiarch.engine.build.PushedImage;
import io.jenkins.plugins.multiarch.engine.index.IndexSource;
import io.jenkins.plugins.multiarch.engine.json.Json;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import java.util.Optional;

/**
 * A platform image that was built on this machine and pushed.
 *
 * @param platformTag the tag that only served to push it; empty if it was pushed by digest
 */
record BuiltImage(PushedImage image, String platformTag) {

    /** What it is to an index. */
    IndexSource source() {
        return IndexSource.collected(image.reference(), image.descriptor());
    }

    /** Where the tag points that only served to push it; empty if it was pushed by digest. */
    Optional<ImageReference> platformReference() {
        ImageReference pushed = image.reference();
        return platformTag.isEmpty()
                ? Optional.empty()
                : Optional.of(new ImageReference(
                        pushed.registry(),
                        pushed.repository(),
                        platformTag,
                        image.descriptor().digest().toString()));
    }

    /** As {@link CollectedImages} reads it. */
    ObjectNode json() {
        ObjectNode json = Json.object()
                .put("platform", image.descriptor().label())
                .put("reference", image.reference().toString())
                .put("digest", image.descriptor().digest().toString())
                .put("size", image.descriptor().size())
                .put("mediaType", image.descriptor().mediaType());
        return platformTag.isEmpty() ? json : json.put("platformTag", platformTag);
    }
}
