package io.jenkins.plugins.multiarch.engine.jib;

import io.jenkins.plugins.multiarch.engine.jib.LayerListing.Entry;
import io.jenkins.plugins.multiarch.engine.jib.LayerListing.Kind;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import io.jenkins.plugins.multiarch.engine.registry.RegistryException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * Reads layers of base images as they come from their registry. Nothing but what is asked for is kept.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.0/layer.md#applying-changesets">OCI image
 *     specification, applying changesets</a>
 */
final class LayerReader {

    private static final String WHITEOUT = ".wh.";
    private static final String OPAQUE = ".wh..wh..opq";
    private static final int ATTEMPTS = 3;
    private static final long LARGEST_TEXT = 256 * 1024;

    private final Registry registry;

    LayerReader(Registry registry) {
        this.registry = registry;
    }

    /** What a container of an image with these layers sees. */
    FileTree tree(List<BaseLayer> layers) throws IOException {
        FileTree tree = new FileTree();
        for (BaseLayer layer : layers) {
            list(layer).applyTo(tree, layer);
        }
        return tree;
    }

    private interface Visit {
        /** @param content of a file; it is gone after the call */
        void at(String path, TarArchiveEntry entry, InputStream content) throws IOException;
    }

    /** What a layer does to a file system; all of it is read for that, and nothing of it kept. */
    LayerListing list(BaseLayer layer) throws IOException {
        return again(() -> listOnce(layer));
    }

    private interface Reading<T> {
        T read() throws IOException;
    }

    /** Begins anew where the connection is lost on the way; what the registry refuses, it refuses for good. */
    private static <T> T again(Reading<T> reading) throws IOException {
        for (int left = ATTEMPTS - 1; ; left--) {
            try {
                return reading.read();
            } catch (RegistryException | InterruptedIOException e) {
                throw e;
            } catch (IOException e) {
                if (left == 0) {
                    throw e;
                }
            }
        }
    }

    private LayerListing listOnce(BaseLayer layer) throws IOException {
        List<Entry> entries = new ArrayList<>();
        Map<String, String> texts = new HashMap<>();
        visit(layer, (path, entry, content) -> {
            if (path.isEmpty()) {
                return;
            }
            if (entries.size() == LayerListing.MOST_ENTRIES) {
                throw new IllegalArgumentException("Layer " + layer.digest() + " of " + layer.image()
                        + " has more than " + LayerListing.MOST_ENTRIES
                        + " files, which are not read. Use another base image, or another builder");
            }
            entries.add(entry(path, entry));
            if (LayerListing.READ.contains(path) && isPlain(entry) && entry.getSize() <= LARGEST_TEXT) {
                byte[] bytes = content.readNBytes((int) LARGEST_TEXT);
                try {
                    texts.put(
                            path,
                            StandardCharsets.UTF_8
                                    .newDecoder()
                                    .decode(ByteBuffer.wrap(bytes))
                                    .toString());
                } catch (CharacterCodingException e) {
                    // Then it cannot be kept as text, and is fetched should anyone want it.
                }
            }
        });
        return new LayerListing(entries, texts);
    }

    private static boolean isPlain(TarArchiveEntry entry) {
        return entry.isFile() && !entry.isLink() && !entry.isSymbolicLink();
    }

    private static Entry entry(String path, TarArchiveEntry entry) {
        String name = FileTree.name(path);
        String parent = FileTree.parent(path);
        Owner owner = Owner.of(entry);
        if (name.equals(OPAQUE)) {
            return new Entry(Kind.CLEARING, parent, 0, 0, 0, 0, "");
        }
        if (name.startsWith(WHITEOUT)) {
            return new Entry(Kind.REMOVAL, FileTree.child(parent, name.substring(WHITEOUT.length())), 0, 0, 0, 0, "");
        }
        Kind kind = entry.isLink()
                ? Kind.HARD_LINK
                : entry.isSymbolicLink()
                        ? Kind.LINK
                        : entry.isDirectory() ? Kind.DIRECTORY : isRegular(entry) ? Kind.FILE : Kind.OTHER;
        String link = kind == Kind.HARD_LINK
                ? String.join("/", FileTree.parts(entry.getLinkName()))
                : kind == Kind.LINK ? entry.getLinkName() : "";
        return new Entry(
                kind,
                path,
                entry.getMode() & 07777,
                owner.uid(),
                owner.gid(),
                kind == Kind.FILE ? entry.getSize() : 0,
                link);
    }

    private static boolean isRegular(TarArchiveEntry entry) {
        return isPlain(entry) && !entry.isBlockDevice() && !entry.isCharacterDevice() && !entry.isFIFO();
    }

    /**
     * Fetches files; every layer that has some of them is read once.
     *
     * @param directory where they are put, under names of their own
     */
    Map<Node.InLayer, Path> fetch(Set<Node.InLayer> wanted, Path directory) throws IOException {
        Map<BaseLayer, Set<String>> byLayer = new HashMap<>();
        wanted.forEach(file ->
                byLayer.computeIfAbsent(file.layer(), layer -> new HashSet<>()).add(file.path()));
        Map<Node.InLayer, Path> fetched = new HashMap<>();
        for (Map.Entry<BaseLayer, Set<String>> files : byLayer.entrySet()) {
            fetched.putAll(again(() -> fetchOnce(files.getKey(), files.getValue(), directory)));
        }
        return fetched;
    }

    /** The same nodes, with the content of all files on this machine. */
    SortedMap<String, Node> local(SortedMap<String, Node> nodes, Path directory) throws IOException {
        Map<Node.InLayer, Path> files = fetch(
                nodes.values().stream()
                        .filter(node -> node.content() instanceof Node.InLayer)
                        .map(node -> (Node.InLayer) node.content())
                        .collect(Collectors.toSet()),
                directory);
        SortedMap<String, Node> local = new TreeMap<>();
        nodes.forEach((path, node) -> local.put(
                path,
                node.content() instanceof Node.InLayer content
                        ? node.at(new Node.LocalFile(files.get(content)))
                        : node));
        return local;
    }

    private Map<Node.InLayer, Path> fetchOnce(BaseLayer layer, Set<String> paths, Path directory) throws IOException {
        Map<Node.InLayer, Path> fetched = new HashMap<>();
        visit(layer, (path, entry, content) -> {
            if (paths.contains(path) && isPlain(entry)) {
                Path target = Files.createTempFile(directory, "file-", "");
                Files.copy(content, target, StandardCopyOption.REPLACE_EXISTING);
                fetched.put(new Node.InLayer(layer, path), target);
            }
        });
        return fetched;
    }

    private void visit(BaseLayer layer, Visit visit) throws IOException {
        if (layer.isElsewhere() || layer.mediaType().endsWith("zstd")) {
            throw new IllegalArgumentException("Layer " + layer.digest() + " of " + layer.image() + " is of type "
                    + layer.mediaType() + ", which cannot be read here. Use another base image, or another builder");
        }
        try (InputStream blob =
                new BufferedInputStream(registry.open(layer.image(), layer.digest(), layer.size()), 64 * 1024)) {
            blob.mark(2);
            boolean isGzip = blob.read() == 0x1f && blob.read() == 0x8b;
            blob.reset();
            TarArchiveInputStream tar =
                    new TarArchiveInputStream(isGzip ? new GZIPInputStream(blob, 64 * 1024) : blob, "UTF-8");
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                visit.at(String.join("/", FileTree.parts(entry.getName())), entry, tar);
            }
            // Whether it is what its digest says is known at its end.
            blob.transferTo(OutputStream.nullOutputStream());
        }
    }
}
