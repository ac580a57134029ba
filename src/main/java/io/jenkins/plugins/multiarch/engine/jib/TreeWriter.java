package io.jenkins.plugins.multiarch.engine.jib;

import io.jenkins.plugins.multiarch.engine.context.FileName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * Writes what a container of an image sees to a directory, as {@code --output=type=local} of the build tools does: everything
 * belongs to the user who writes, and devices and pipes are left out.
 *
 * @param reader fetches files of base images
 * @param temporary an existing directory for these files, on their way
 */
record TreeWriter(LayerReader reader, Path temporary) {

    private static final Set<PosixFilePermission> OF_OWNER = EnumSet.of(
            PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE);

    /** The order of the bits of a mode, the lowest first. */
    private static final PosixFilePermission[] BITS = {
        PosixFilePermission.OTHERS_EXECUTE, PosixFilePermission.OTHERS_WRITE, PosixFilePermission.OTHERS_READ,
        PosixFilePermission.GROUP_EXECUTE, PosixFilePermission.GROUP_WRITE, PosixFilePermission.GROUP_READ,
        PosixFilePermission.OWNER_EXECUTE, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_READ
    };

    /** @param directory is created; whatever a layer says, nothing is written outside of it */
    void write(FileTree tree, Path directory) throws IOException {
        Files.createDirectories(directory);
        TreeMap<String, Node> places = new TreeMap<>();
        // By the real path of each: a layer may have put a file below a link of another one.
        reader.local(tree.below(""), temporary).forEach((path, node) -> places.put(tree.resolve(path, false), node));
        for (Map.Entry<String, Node> entry : places.entrySet()) {
            writeContent(directory, entry.getKey(), entry.getValue());
        }
        // Nothing is written after the links are there, so nothing is written through them.
        for (Map.Entry<String, Node> entry : places.entrySet()) {
            if (entry.getValue().isLink()) {
                Files.createDirectories(place(directory, FileTree.parent(entry.getKey())));
                Files.createSymbolicLink(
                        place(directory, entry.getKey()),
                        directory.getFileSystem().getPath(entry.getValue().link()));
            }
        }
        restrict(places.descendingMap(), directory);
    }

    private static void writeContent(Path directory, String path, Node node) throws IOException {
        Path place = place(directory, path);
        if (node.isDirectory()) {
            Files.createDirectories(place);
        } else if (node.isFile()) {
            Files.createDirectories(place(directory, FileTree.parent(path)));
            if (node.content() instanceof Node.LocalFile local) {
                Files.copy(local.path(), place, StandardCopyOption.REPLACE_EXISTING);
            } else if (node.content() instanceof Node.Text inline) {
                Files.write(place, inline.bytes());
            }
        }
    }

    private static Path place(Path directory, String path) throws IOException {
        Path place = directory;
        for (String name : FileTree.parts(path)) {
            try {
                place = FileName.in(place, name);
            } catch (IllegalArgumentException e) {
                throw new IOException("'/" + path + "' of the image cannot be exported: " + e.getMessage() + ".", e);
            }
        }
        return place;
    }

    /** Directories last, because one that may not be written to takes no more files. */
    private static void restrict(NavigableMap<String, Node> deepestFirst, Path directory) throws IOException {
        for (Map.Entry<String, Node> entry : deepestFirst.entrySet()) {
            Node node = entry.getValue();
            if (node.isDirectory() || node.isFile()) {
                PosixFileAttributeView view = Files.getFileAttributeView(
                        place(directory, entry.getKey()), PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
                if (view != null) {
                    view.setPermissions(permissions(node));
                }
            }
        }
    }

    /** Whoever gets the files must be able to read and remove them. */
    private static Set<PosixFilePermission> permissions(Node node) {
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        for (int bit = 0; bit < BITS.length; bit++) {
            if ((node.mode() & 1 << bit) != 0) {
                permissions.add(BITS[bit]);
            }
        }
        if (node.isDirectory()) {
            permissions.addAll(OF_OWNER);
        } else {
            permissions.add(PosixFilePermission.OWNER_READ);
        }
        return permissions;
    }
}
