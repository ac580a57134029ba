package io.jenkins.plugins.multiarch.engine.jib;

import com.google.cloud.tools.jib.blob.BlobDescriptor;
import com.google.cloud.tools.jib.hash.CountingDigestOutputStream;
import io.jenkins.plugins.multiarch.engine.reference.Digest;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.ExecutorService;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * Writes layers. The same nodes give the same bytes, on every machine.
 *
 * @param directory where they are written, under the digits of their digest
 * @param time when everything in them was changed last
 * @param threads compress
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.0/layer.md">OCI image specification, image layer
 *     filesystem changeset</a>
 */
record LayerWriter(Path directory, Instant time, ContentHashes contents, ExecutorService threads) {

    /** The most blocks of one layer that are compressed and wait for being written. */
    private static final int BLOCKS_AT_ONCE = 10;

    /** Where the compressed archive of a layer is, if it was written here. */
    Path archive(Layer layer) {
        return directory.resolve(layer.digest().hex());
    }

    /** @param nodes by path; the content of all files is on this machine */
    Layer write(SortedMap<String, Node> nodes) throws IOException {
        Path file = Files.createTempFile(directory, "layer-", ".tar.gz");
        CountingDigestOutputStream compressed =
                new CountingDigestOutputStream(Files.newOutputStream(file)); // counts what is on disk
        CountingDigestOutputStream plain;
        try (OutputStream gzip = new ParallelGzipStream(compressed, threads, BLOCKS_AT_ONCE)) {
            plain = new CountingDigestOutputStream(gzip);
            // The archive is written 512 bytes at a time.
            OutputStream buffered = new BufferedOutputStream(plain, 64 * 1024);
            TarArchiveOutputStream tar = new TarArchiveOutputStream(buffered, StandardCharsets.UTF_8.name());
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
            tar.setAddPaxHeadersForNonAsciiNames(true);
            for (Map.Entry<String, Node> node : nodes.entrySet()) {
                write(node.getKey(), node.getValue(), tar);
            }
            tar.finish();
            buffered.flush();
        }
        BlobDescriptor written = compressed.computeDigest();
        Layer layer = new Layer(digest(written), written.getSize(), digest(plain.computeDigest()));
        Files.move(file, archive(layer), StandardCopyOption.REPLACE_EXISTING);
        return layer;
    }

    private static Digest digest(BlobDescriptor descriptor) {
        return Digest.parse(descriptor.getDigest().toString());
    }

    private void write(String path, Node node, TarArchiveOutputStream tar) throws IOException {
        byte type =
                switch (node.type()) {
                    case DIRECTORY -> TarConstants.LF_DIR;
                    case LINK -> TarConstants.LF_SYMLINK;
                    case FILE -> TarConstants.LF_NORMAL;
                    case OTHER -> throw new IOException("/" + path + " is a device or a pipe and cannot be copied");
                };
        TarArchiveEntry entry = new TarArchiveEntry(node.isDirectory() ? path + "/" : path, type);
        entry.setMode(node.mode());
        entry.setUserId(node.uid());
        entry.setGroupId(node.gid());
        entry.setNames("", "");
        entry.setModTime(Date.from(time));
        entry.setLinkName(node.link());
        entry.setSize(node.size());
        tar.putArchiveEntry(entry);
        if (node.content() instanceof Node.LocalFile local) {
            contents.copy(local.path(), node.size(), tar);
        }
        if (node.content() instanceof Node.Text inline) {
            tar.write(inline.bytes());
        }
        tar.closeArchiveEntry();
    }
}
