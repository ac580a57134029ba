package io.jenkins.plugins.multiarch.engine.jib;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarUtils;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;

/**
 * An archive that {@code ADD} unpacks: tar, as it is or compressed by gzip or bzip2.
 *
 * @see <a href="https://docs.docker.com/reference/dockerfile/#add">Dockerfile reference, ADD</a>
 */
final class Archive {

    private static final int BLOCK = 512;

    private Archive() {}

    /**
     * Whether a file is one, whatever its name.
     *
     * @throws IllegalArgumentException if it is an archive that cannot be unpacked here
     */
    static boolean is(Path file) throws IOException {
        byte[] start;
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            start = in.readNBytes(6);
        }
        if (start.length == 6
                && (start[0] == (byte) 0xfd && start[1] == '7' && start[2] == 'z'
                        || start[0] == 0x28 && start[1] == (byte) 0xb5 && start[2] == 0x2f)) {
            throw new IllegalArgumentException("adds '" + file.getFileName()
                    + "', which is compressed by xz or zstd, which cannot be unpacked here."
                    + " Compress it by gzip, or choose another builder");
        }
        try (InputStream in = open(file)) {
            byte[] block = in.readNBytes(BLOCK);
            // Older archives have no magic number, but all have a sum of their header.
            return block.length == BLOCK && TarUtils.verifyCheckSum(block);
        } catch (IOException | IllegalArgumentException e) {
            return false; // It only begins like one, or has no sum where an archive has it, and is copied.
        }
    }

    private static InputStream open(Path file) throws IOException {
        InputStream in = new BufferedInputStream(Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS));
        in.mark(4);
        byte[] start = in.readNBytes(3);
        in.reset();
        if (start.length == 3 && start[0] == 0x1f && start[1] == (byte) 0x8b) {
            return new GZIPInputStream(in);
        }
        return start.length == 3 && start[0] == 'B' && start[1] == 'Z' && start[2] == 'h'
                ? new BZip2CompressorInputStream(in, true)
                : in;
    }

    /**
     * What is in it.
     *
     * @param directory where its files are put, under names of their own
     */
    static FileTree read(Path file, Path directory) throws IOException {
        FileTree tree = new FileTree();
        try (TarArchiveInputStream tar = new TarArchiveInputStream(open(file), "UTF-8")) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                String path = tree.resolve(entry.getName(), false);
                Optional<Node> node = node(entry, tar, tree, directory);
                for (String parent = FileTree.parent(path);
                        !parent.isEmpty() && tree.get(parent).isEmpty();
                        parent = FileTree.parent(parent)) {
                    tree.put(parent, Node.directory(0755, 0, 0));
                }
                node.ifPresent(found -> tree.put(path, found));
            }
        }
        return tree;
    }

    private static Optional<Node> node(TarArchiveEntry entry, InputStream content, FileTree tree, Path directory)
            throws IOException {
        Owner owner = Owner.of(entry);
        int mode = entry.getMode() & 07777;
        if (entry.isLink()) {
            return tree.get(tree.resolve(entry.getLinkName(), false));
        }
        if (entry.isDirectory()) {
            return Optional.of(Node.directory(mode, owner.uid(), owner.gid()));
        }
        if (entry.isSymbolicLink()) {
            return Optional.of(Node.link(entry.getLinkName()).ownedBy(owner));
        }
        if (!entry.isFile() || entry.isFIFO() || entry.isBlockDevice() || entry.isCharacterDevice()) {
            throw new IllegalArgumentException("unpacks an archive with '" + entry.getName()
                    + "', a device or a pipe, which is not unpacked" + " here. Leave it out");
        }
        Path file = Files.createTempFile(directory, "added-", "");
        Files.copy(content, file, StandardCopyOption.REPLACE_EXISTING);
        return Optional.of(
                Node.file(mode, Files.size(file), new Node.LocalFile(file)).ownedBy(owner));
    }
}
