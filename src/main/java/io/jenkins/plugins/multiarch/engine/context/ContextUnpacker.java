package io.jenkins.plugins.multiarch.engine.context;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * One pass through an archive, for {@link ContextArchive#unpack}. The archive is not trusted.
 *
 * <p>Links are made last, when everything else is in place. So no entry can lead another one astray; a link that was
 * there before is found by looking at every directory on the way.
 */
final class ContextUnpacker {

    private final Path target;
    /** Directories known to be directories, not links. */
    private final Set<Path> real = new HashSet<>();

    private final List<Link> links = new ArrayList<>();
    /** Inner ones first: a directory that may not be written gets its mode only when it is complete. */
    private final Deque<Directory> directories = new ArrayDeque<>();

    private record Link(Path path, String target) {}

    private record Directory(Path path, int mode, FileTime modified) {}

    ContextUnpacker(Path target) throws IOException {
        if (!Files.isDirectory(target)) {
            Files.createDirectories(target);
        }
        this.target = target.toRealPath();
        real.add(this.target);
    }

    void unpack(InputStream in) throws IOException {
        TarArchiveInputStream tar = new TarArchiveInputStream(plain(in), StandardCharsets.UTF_8.name());
        try {
            for (TarArchiveEntry entry; (entry = tar.getNextEntry()) != null; ) {
                unpack(entry, tar);
            }
        } catch (IllegalArgumentException e) {
            // What the tar reader makes of some broken headers.
            throw new IOException("The build context's archive is damaged: " + e.getMessage(), e);
        }
        for (Link link : links) {
            create(link);
        }
        for (Directory directory : directories) {
            restore(directory.path, directory.mode, directory.modified);
        }
    }

    private static InputStream plain(InputStream in) throws IOException {
        BufferedInputStream buffered = new BufferedInputStream(in, 64 * 1024);
        buffered.mark(2);
        boolean gzip = buffered.read() == 0x1f && buffered.read() == 0x8b;
        buffered.reset();
        return gzip ? new GZIPInputStream(buffered, 64 * 1024) : buffered;
    }

    private void unpack(TarArchiveEntry entry, InputStream content) throws IOException {
        if (entry.isSymbolicLink()) {
            Path path = resolve(entry);
            createParents(path, entry);
            links.add(new Link(path, entry.getLinkName()));
        } else if (entry.getLinkFlag() == TarConstants.LF_DIR) {
            Path path = resolve(entry);
            createDirectory(path, entry);
            if (!path.equals(target)) {
                directories.addFirst(new Directory(path, entry.getMode(), entry.getLastModifiedTime()));
            }
        } else if (!entry.isSparse()
                && (entry.getLinkFlag() == TarConstants.LF_NORMAL || entry.getLinkFlag() == TarConstants.LF_OLDNORM)) {
            Path path = resolve(entry);
            createParents(path, entry);
            try (OutputStream out = Files.newOutputStream(
                    path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
                content.transferTo(out);
            } catch (FileAlreadyExistsException e) {
                throw refused(entry, "that path exists already");
            }
            restore(path, entry.getMode(), entry.getLastModifiedTime());
        } else {
            throw refused(entry, "it is neither a file nor a directory nor a symbolic link");
        }
    }

    /** Where an entry goes: below the target by the text of its name. */
    private Path resolve(TarArchiveEntry entry) throws IOException {
        String name = entry.getName();
        if (name.startsWith("/")) {
            throw refused(entry, "the path is absolute");
        }
        Path path = target;
        for (String part : name.split("/")) {
            if (part.isEmpty() || part.equals(".")) {
                continue;
            }
            if (part.equals("..")) {
                throw refused(entry, "the path contains '..'");
            }
            try {
                path = FileName.in(path, part);
            } catch (IllegalArgumentException e) {
                throw refused(entry, e.getMessage());
            }
        }
        if (path.equals(target) && entry.getLinkFlag() != TarConstants.LF_DIR) {
            throw refused(entry, "it has no name");
        }
        return path;
    }

    private void createParents(Path path, TarArchiveEntry entry) throws IOException {
        createDirectory(path.getParent(), entry);
    }

    private void createDirectory(Path path, TarArchiveEntry entry) throws IOException {
        if (real.contains(path)) {
            return;
        }
        createParents(path, entry);
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectory(path);
        } else if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            throw refused(entry, "'" + path + "' is a file or a link, not a directory");
        }
        real.add(path);
    }

    private void create(Link link) throws IOException {
        try {
            Files.createSymbolicLink(link.path, target.getFileSystem().getPath(link.target));
        } catch (FileAlreadyExistsException e) {
            throw new IOException(
                    "Refusing to unpack the link '" + target.relativize(link.path) + "': that path exists already.", e);
        } catch (InvalidPathException | UnsupportedOperationException e) {
            throw new IOException(
                    "Cannot make '" + link.path + "' a symbolic link to '" + link.target + "': " + e.getMessage(), e);
        }
    }

    private static void restore(Path path, int mode, FileTime modified) throws IOException {
        Files.setLastModifiedTime(path, modified);
        PosixFileAttributeView view =
                Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        if (view == null) {
            return; // Windows: every file can be executed
        }
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        for (PosixFilePermission permission : PosixFilePermission.values()) {
            if ((mode & 0400 >> permission.ordinal()) != 0) {
                permissions.add(permission);
            }
        }
        Files.setPosixFilePermissions(path, permissions);
    }

    private static IOException refused(TarArchiveEntry entry, String reason) {
        return new IOException("Refusing to unpack '" + entry.getName() + "': " + reason);
    }
}
