package io.jenkins.plugins.multiarch.engine.jib;

import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.threads.SingleFlight;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * The layers that builds of this user have made. The digests of a layer are kept longer than its archive, which is large: if
 * the registry has the layer, a build needs the digests alone.
 *
 * @param names by the key of a layer: its digests and size
 * @param archives by the digest of a layer
 * @param locks for what is done by one builder at a time
 */
record LayerCache(BoundedFolder names, BoundedFolder archives, FolderLocks locks) {

    static final long MOST_BYTES = 1024L * 1024 * 1024;

    private static final long MOST_BYTES_OF_NAMES = 4L * 1024 * 1024;

    /** @param mostBytes of all archives together, in bytes */
    static LayerCache in(Path folder, long mostBytes) {
        return new LayerCache(
                new BoundedFolder(folder.resolve("names"), MOST_BYTES_OF_NAMES),
                new BoundedFolder(folder.resolve("archives"), mostBytes),
                new FolderLocks(new BoundedFolder(folder.resolve("locks"), MOST_BYTES_OF_NAMES)));
    }

    /** The layer of this key; empty if it has to be made. */
    Optional<Layer> get(String key) {
        try {
            Optional<Path> file = names.use(key);
            return file.isEmpty() ? Optional.empty() : parse(key, Files.readString(file.get()));
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty(); // Cut off, or written by another version: it is made anew.
        }
    }

    private static Optional<Layer> parse(String key, String text) {
        String[] words = text.split(" ");
        if (words.length != 4) {
            return Optional.empty();
        }
        Layer layer = new Layer(Digest.parse(words[0]), Long.parseLong(words[1]), Digest.parse(words[2]));
        return text.equals(text(key, layer)) ? Optional.of(layer) : Optional.empty();
    }

    /** With a digest of its own at the end: a wrong digest of a layer would become part of an image. */
    private static String text(String key, Layer layer) {
        String text = layer.digest() + " " + layer.size() + " " + layer.diffId() + " ";
        return text + Digest.ofSha256((key + " " + text).getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Keeps a layer. A cache that cannot be written fails no build.
     *
     * @param archive with its content; stays where it is
     */
    void put(String key, Layer layer, Path archive) {
        try {
            if (layer.size() <= archives.mostBytes()) {
                archives.put(layer.digest().hex(), file -> link(archive, file));
            }
            names.put(key, file -> Files.writeString(file, text(key, layer)));
        } catch (IOException e) {
            return;
        }
    }

    /**
     * Gets the archive of a layer, if it is here and intact.
     *
     * @param target what is put there stays, whatever becomes of the cache
     */
    boolean fetch(Layer layer, Path target) throws IOException {
        Optional<Path> file = archives.use(layer.digest().hex());
        if (file.isEmpty()) {
            return false;
        }
        try {
            link(file.get(), target);
            if (isIntact(layer, target)) {
                return true;
            }
            Files.deleteIfExists(file.get());
        } catch (IOException e) {
            // Swept meanwhile, or not to be read: it is made anew.
        }
        Files.deleteIfExists(target);
        return false;
    }

    /** A second name for a file, or a copy where that is impossible. */
    private static void link(Path existing, Path target) throws IOException {
        Files.deleteIfExists(target);
        try {
            Files.createLink(target, existing);
        } catch (IOException | UnsupportedOperationException e) {
            // It is on another file system, or on one without hard links.
            Files.copy(existing, target, LinkOption.NOFOLLOW_LINKS, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static boolean isIntact(Layer layer, Path file) throws IOException {
        return Files.size(file) == layer.size()
                && layer.digest().isHash(ContentHashes.hash(file, layer.size(), OutputStream.nullOutputStream()));
    }

    /** Does something that no other builder of this user does at the same time. */
    <T> T alone(String key, SingleFlight.Source<T> work) throws IOException {
        return locks.hold(key, work);
    }

    /** Brings it back within its limits. */
    void sweep() {
        try {
            names.sweep();
            archives.sweep();
        } catch (IOException e) {
            return; // The next build tries again.
        }
    }
}
