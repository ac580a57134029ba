package io.jenkins.plugins.multiarch.engine.jib;

import io.jenkins.plugins.multiarch.engine.threads.SingleFlight;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Makes each layer of a build once, or recalls its digests if an earlier build has made it. A recalled layer needs its archive
 * only if a registry lacks it; then the archive is fetched from the cache, or made anew.
 */
final class LayerMaker {

    private final LayerReader reader;
    private final LayerWriter writer;
    private final LayerKeys keys;
    private final Optional<LayerCache> cache;
    private final SingleFlight<String, Layer> layers = new SingleFlight<>();
    private final SingleFlight<Layer, Path> archives = new SingleFlight<>();
    private final Map<Layer, Recalled> recalled = new ConcurrentHashMap<>();

    /** What a layer that was not made here is made of. */
    private record Recalled(String key, SortedMap<String, Node> nodes) {}

    LayerMaker(LayerReader reader, LayerWriter writer, Optional<LayerCache> cache) {
        this.reader = reader;
        this.writer = writer;
        this.keys = new LayerKeys(writer.time(), writer.contents());
        this.cache = cache;
    }

    Layer layer(SortedMap<String, Node> nodes) throws IOException {
        String key = keys.key(nodes);
        return layers.get(key, () -> {
            Optional<Layer> known = recall(key, nodes);
            return known.isPresent()
                    ? known.get()
                    : alone(key, () -> {
                        // Another builder may have made it while this one waited.
                        Optional<Layer> made = recall(key, nodes);
                        return made.isPresent() ? made.get() : make(key, nodes);
                    });
        });
    }

    private Optional<Layer> recall(String key, SortedMap<String, Node> nodes) {
        Optional<Layer> known = cache.flatMap(layers -> layers.get(key));
        known.ifPresent(layer -> recalled.put(layer, new Recalled(key, nodes)));
        return known;
    }

    private Layer make(String key, SortedMap<String, Node> nodes) throws IOException {
        Layer layer = writer.write(reader.local(nodes, writer.directory()));
        cache.ifPresent(layers -> layers.put(key, layer, writer.archive(layer)));
        return layer;
    }

    /** The compressed archive of a layer of this build. */
    Path archive(Layer layer) throws IOException {
        return archives.get(layer, () -> {
            Path archive = writer.archive(layer);
            if (Files.exists(archive) || cache.isPresent() && cache.get().fetch(layer, archive)) {
                return archive;
            }
            Recalled source = recalled.get(layer);
            Layer made = make(source.key(), source.nodes());
            if (!made.equals(layer)) {
                // The image already refers to the other archive. The next build finds this one in the cache.
                throw new IOException("Layer " + layer.digest() + " was made by another compressor, and is now "
                        + made.digest() + ". Build again.");
            }
            return archive;
        });
    }

    /** Does something that no other builder of this user does at the same time, if there is a cache. */
    <T> T alone(String key, SingleFlight.Source<T> work) throws IOException {
        return cache.isPresent() ? cache.get().alone(key, work) : work.get();
    }

    /** Brings the cache back within its limits. */
    void sweep() {
        cache.ifPresent(LayerCache::sweep);
    }
}
