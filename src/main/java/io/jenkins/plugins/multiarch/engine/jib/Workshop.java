package io.jenkins.plugins.multiarch.engine.jib;

import io.jenkins.plugins.multiarch.engine.context.IgnoreFile;
import io.jenkins.plugins.multiarch.engine.dockerfile.Instruction;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import io.jenkins.plugins.multiarch.engine.threads.SingleFlight;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * What all platforms of a build share: the context, base images, and layers that are the same for several of them are looked
 * at, or made, once. Safe for use by several threads.
 */
final class Workshop {

    private static final double MEGABYTE = 1_000_000;

    private final Recipe recipe;
    private final Registry registry;
    private final LayerReader reader;
    private final LayerWriter writer;
    private final LayerMaker maker;
    private final Optional<ListingCache> cache;
    private final Consumer<String> log;
    private final SingleFlight<String, FileTree> trees = new SingleFlight<>();
    private final SingleFlight<Digest, LayerListing> listings = new SingleFlight<>();
    private final SingleFlight<String, BaseImage> images = new SingleFlight<>();

    /**
     * @param reader of the same registry
     * @param cache of what is in layers of base images, if it is kept
     * @param log is told, in one line each, what is downloaded
     */
    Workshop(
            Recipe recipe,
            Registry registry,
            LayerReader reader,
            LayerWriter writer,
            LayerMaker maker,
            Optional<ListingCache> cache,
            Consumer<String> log) {
        this.recipe = recipe;
        this.registry = registry;
        this.reader = reader;
        this.writer = writer;
        this.maker = maker;
        this.cache = cache;
        this.log = log;
    }

    /** Where files are put that are needed for a while. */
    Path directory() {
        return writer.directory();
    }

    Instant time() {
        return writer.time();
    }

    /** The build context; not to be changed. */
    FileTree context() throws IOException {
        return trees.get(
                "context", () -> ContextFiles.read(recipe.context(), IgnoreFile.read(recipe.context(), recipe.path())));
    }

    BaseImage image(ImageReference name, Platform platform, Instruction instruction) throws IOException {
        return images.get(name + " " + platform, () -> BaseImage.read(registry, name, platform, instruction));
    }

    /** What a container of an image with these layers sees; not to be changed. */
    FileTree tree(List<BaseLayer> base) throws IOException {
        String key = base.stream().map(layer -> layer.digest().toString()).collect(Collectors.joining(" "));
        return trees.get(key, () -> {
            FileTree tree = new FileTree();
            for (BaseLayer layer : base) {
                listing(layer).applyTo(tree, layer);
            }
            return tree;
        });
    }

    private LayerListing listing(BaseLayer layer) throws IOException {
        return listings.get(layer.digest(), () -> list(layer));
    }

    private LayerListing list(BaseLayer layer) throws IOException {
        Optional<LayerListing> known = cache.flatMap(listings -> listings.get(layer));
        if (known.isPresent()) {
            return known.get();
        }
        log.accept(String.format(
                Locale.ROOT,
                "Reading which files are in layer %s of %s (%.1f MB)%s",
                layer.digest(),
                layer.image().name(),
                layer.size() / MEGABYTE,
                cache.isPresent() ? ", which the next build will know" : ""));
        LayerListing listing = reader.list(layer);
        cache.ifPresent(listings -> listings.put(layer, listing));
        return listing;
    }

    /** What is in an archive of the context; not to be changed. */
    FileTree archive(Path file) throws IOException {
        return trees.get("archive " + file, () -> Archive.read(file, directory()));
    }

    /** The content of a file as text; empty if there is none. */
    String text(FileTree tree, String path) throws IOException {
        Node node = tree.get(tree.resolve(path, true)).filter(Node::isFile).orElse(null);
        if (node == null) {
            return "";
        }
        if (node.content() instanceof Node.Text inline) {
            return inline.text();
        }
        if (node.content() instanceof Node.InLayer file) {
            String known = listing(file.layer()).texts().get(file.path());
            if (known != null) {
                return known;
            }
        }
        TreeMap<String, Node> one = new TreeMap<>(Map.of("file", node));
        Node.LocalFile file =
                (Node.LocalFile) reader.local(one, directory()).get("file").content();
        return new String(Files.readAllBytes(file.path()), StandardCharsets.UTF_8);
    }

    Layer layer(SortedMap<String, Node> nodes) throws IOException {
        return maker.layer(nodes);
    }
}
