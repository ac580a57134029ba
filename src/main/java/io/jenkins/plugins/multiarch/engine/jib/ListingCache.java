package io.jenkins.plugins.multiarch.engine.jib;

import io.jenkins.plugins.multiarch.engine.jib.LayerListing.Entry;
import io.jenkins.plugins.multiarch.engine.jib.LayerListing.Kind;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * The listings of layers that builds of this user have seen. A layer never changes, so it is downloaded once to be listed,
 * and not again by the next build.
 *
 * @param directory need not exist
 */
record ListingCache(Path directory) {

    private static final int FORMAT = 2;
    private static final long MOST_BYTES = 64L * 1024 * 1024;

    /** What is known of a layer. */
    Optional<LayerListing> get(BaseLayer layer) {
        Optional<Path> file = folder().use(layer.digest().hex());
        if (file.isEmpty()) {
            return Optional.empty();
        }
        try (InputStream in = Files.newInputStream(file.get(), LinkOption.NOFOLLOW_LINKS);
                DataInputStream data = new DataInputStream(new GZIPInputStream(in, 64 * 1024))) {
            LayerListing listing = read(data);
            if (data.read() >= 0) { // Asked at the end, it compares its checksum.
                throw new IOException("it does not end");
            }
            return Optional.of(listing);
        } catch (IOException | RuntimeException e) {
            return Optional.empty(); // Half written, or by another version: the layer tells it anew.
        }
    }

    /** Keeps it, as far as there is room; a cache that cannot be written fails no build. */
    void put(BaseLayer layer, LayerListing listing) {
        try {
            folder().put(layer.digest().hex(), file -> {
                try (OutputStream out = Files.newOutputStream(file);
                        DataOutputStream data = new DataOutputStream(new GZIPOutputStream(out, 64 * 1024))) {
                    write(listing, data);
                }
            });
            folder().sweep();
        } catch (IOException e) {
            return;
        }
    }

    private BoundedFolder folder() {
        return new BoundedFolder(directory, MOST_BYTES);
    }

    private static void write(LayerListing listing, DataOutputStream out) throws IOException {
        out.writeInt(FORMAT);
        out.writeInt(listing.texts().size());
        for (Map.Entry<String, String> text : listing.texts().entrySet()) {
            write(text.getKey(), out);
            write(text.getValue(), out);
        }
        out.writeInt(listing.entries().size());
        for (Entry entry : listing.entries()) {
            out.writeByte(entry.kind().ordinal());
            write(entry.path(), out);
            out.writeInt(entry.mode());
            out.writeLong(entry.uid());
            out.writeLong(entry.gid());
            out.writeLong(entry.size());
            write(entry.link(), out);
        }
    }

    private static void write(String text, DataOutputStream out) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static LayerListing read(DataInputStream in) throws IOException {
        if (in.readInt() != FORMAT) {
            throw new IOException("another format");
        }
        Map<String, String> texts = new HashMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            texts.put(text(in), text(in));
        }
        int count = in.readInt();
        if (count > LayerListing.MOST_ENTRIES) {
            throw new IOException("too many entries");
        }
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            entries.add(new Entry(
                    Kind.values()[in.readByte()],
                    text(in),
                    in.readInt(),
                    in.readLong(),
                    in.readLong(),
                    in.readLong(),
                    text(in)));
        }
        return new LayerListing(entries, texts);
    }

    private static String text(DataInputStream in) throws IOException {
        int length = in.readInt();
        byte[] bytes = in.readNBytes(length);
        if (bytes.length != length) {
            throw new IOException("it ends too early");
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
