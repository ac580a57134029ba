package io.jenkins.plugins.multiarch.engine.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import io.jenkins.plugins.multiarch.engine.index.IndexPublisher;
import io.jenkins.plugins.multiarch.engine.index.IndexRequest;
import io.jenkins.plugins.multiarch.engine.index.IndexSource;
import io.jenkins.plugins.multiarch.engine.index.PublishedIndex;
import io.jenkins.plugins.multiarch.engine.json.Json;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/** Options to publish what was built as one index, without another command. */
final class PublishOptions {

    @Option(
            names = "--publish",
            description =
                    "Then publish the images as one index, under the tag of --image, and print it as one more JSON"
                            + " object.")
    private boolean publish;

    @Option(names = "--tag", paramLabel = "TAG", description = "A further tag of the index; repeatable.")
    private List<String> tags = new ArrayList<>();

    @Option(names = "--annotation", paramLabel = "KEY=VALUE", description = "Annotates the index; repeatable.")
    private Map<String, String> annotations = new LinkedHashMap<>();

    @Option(
            names = "--remove-platform-tags",
            description = "Once the index is published, remove the tags that only served to push its images.")
    private boolean removePlatformTags;

    boolean isWanted() {
        return publish;
    }

    /**
     * Checks what can be checked before anything is built.
     *
     * @param push whether the images are pushed
     * @throws IllegalArgumentException naming the option and the remedy
     */
    void require(ImageReference image, boolean push) {
        if (!publish) {
            if (!tags.isEmpty() || !annotations.isEmpty() || removePlatformTags) {
                throw new IllegalArgumentException(
                        "--tag, --annotation and --remove-platform-tags are about the index. Add --publish, or give them to"
                                + " 'multiarch push'.");
            }
            return;
        }
        if (!push) {
            throw new IllegalArgumentException("--publish needs the images in the registry. Leave --no-push out.");
        }
        request(image, List.of(IndexSource.of(image)));
    }

    private IndexRequest request(ImageReference image, List<IndexSource> sources) {
        return IndexRequest.builder(image)
                .tags(tags)
                .annotations(annotations)
                .sources(sources)
                .build();
    }

    /** Publishes the index. */
    PublishedIndex publish(ImageReference image, List<BuiltImage> built, RegistryAccess access, Consumer<String> log)
            throws IOException {
        IndexPublisher publisher = new IndexPublisher(new Registry(access, log), log);
        PublishedIndex published = publisher.publish(
                request(image, built.stream().map(BuiltImage::source).toList()));
        if (removePlatformTags) {
            publisher.removeTags(
                    built.stream()
                            .flatMap(one -> one.platformReference().stream())
                            .toList(),
                    published);
        }
        return published;
    }

    /** The index as {@code multiarch bake} prints those of a target. */
    static ObjectNode json(PublishedIndex index) {
        ObjectNode json = Json.object()
                .put("reference", index.reference())
                .put("digest", index.digest().toString())
                .put("size", index.size())
                .put("mediaType", index.mediaType());
        index.tags().forEach(json.putArray("tags")::add);
        return json;
    }
}
