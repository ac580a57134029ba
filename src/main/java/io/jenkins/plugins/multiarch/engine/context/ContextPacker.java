package io.jenkins.plugins.multiarch.engine.context;

import io.jenkins.plugins.multiarch.engine.reference.Digest;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** One walk through a build context, for {@link ContextArchive#pack}. */
final class ContextPacker {

    /** As many links as Linux follows in one path before it gives up. */
    private static final int MOST_LINKS = 40;

    private final Path context;
    private final List<IgnoreFile> ignoreFiles;
    /** Paths that are packed even if they are ignored, and the directories they are in. */
    private final Set<Path> required = new HashSet<>();
    /** Directories on the way down that are ignored, and go in only if something below them does. */
    private final Deque<Directory> pending = new ArrayDeque<>();

    private long files;
    private long bytes;

    private record Directory(String name, BasicFileAttributes attributes) {}

    private ContextPacker(Path context, List<IgnoreFile> ignoreFiles) {
        this.context = context;
        this.ignoreFiles = ignoreFiles;
    }

    /** One without a Dockerfile. */
    ContextPacker(Path directory) throws IOException {
        context = existing(directory);
        ignoreFiles = IgnoreFile.readAll(context, "Dockerfile");
    }

    /** One that leaves nothing out. */
    static ContextPacker ofAll(Path directory) throws IOException {
        return new ContextPacker(existing(directory), List.of(IgnoreFile.none()));
    }

    ContextPacker(Path directory, String dockerfile) throws IOException {
        context = existing(directory);
        DockerfilePath path = new DockerfilePath(dockerfile);
        if (path.isOutside()) {
            path.read(context);
        } else {
            require(path.in(context));
        }
        ignoreFiles = IgnoreFile.readAll(context, path.slashes());
        for (IgnoreFile file : ignoreFiles) {
            if (file.name().isPresent() && !new DockerfilePath(file.name().get()).isOutside()) {
                require(context.resolve(file.name().get()));
            }
        }
    }

    /**
     * The key of the archive: equal keys mean equal archives, as long as no file changes. Two Dockerfiles in one context have the
     * same key, unless one of them is ignored or has an ignore file of its own.
     */
    String key() throws IOException {
        StringBuilder key = new StringBuilder(context.toString());
        for (IgnoreFile file : ignoreFiles) {
            if (file.name().isPresent()) {
                key.append('\n').append(file.name().get()).append('\n');
                key.append(Files.readString(context.resolve(file.name().get()), StandardCharsets.ISO_8859_1));
            }
        }
        required.stream()
                .map(path -> context.relativize(path).toString().replace('\\', '/'))
                .filter(path -> ignoreFiles.stream().anyMatch(file -> file.ignores(path)))
                .sorted()
                .forEach(path -> key.append("\nrequired ").append(path));
        return Digest.ofSha256(key.toString().getBytes(StandardCharsets.UTF_8)).hex();
    }

    private static Path existing(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            throw new FileNotFoundException(
                    "The build context '" + directory + "' does not exist. Give a directory of the workspace.");
        }
        if (!Files.isDirectory(directory)) {
            throw new NotDirectoryException("The build context '" + directory
                    + "' is not a directory. Give the directory that COPY reads from.");
        }
        return directory.toRealPath();
    }

    /** Notes a file that the build cannot do without; where links lead to it, those and what they lead to. */
    private void require(Path file) throws IOException {
        Path wanted = file;
        for (int links = 0; links <= MOST_LINKS; links++) {
            Path link = null;
            for (Path at = wanted; at != null && !at.equals(context); at = at.getParent()) {
                required.add(at);
                if (Files.isSymbolicLink(at)) {
                    link = at;
                }
            }
            if (link == null) {
                return;
            }
            Path target = link.resolveSibling(Files.readSymbolicLink(link));
            wanted = target.resolve(link.relativize(wanted)).normalize();
            if (!wanted.startsWith(context)) {
                throw new IOException("'" + link + "' is a link out of the build context '" + context
                        + "'. Put the file itself into the context.");
            }
        }
        throw new IOException("'" + file + "' is reached through too many links.");
    }

    ContextSummary pack(OutputStream out) throws IOException {
        TarArchiveOutputStream tar = new TarArchiveOutputStream(out, StandardCharsets.UTF_8.name());
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        tar.setAddPaxHeadersForNonAsciiNames(true);
        try {
            packChildren(context, "", Selection.root(ignoreFiles), tar);
        } catch (AccessDeniedException e) {
            throw new IOException(
                    "'" + e.getFile() + "' in the build context may not be read by this user."
                            + " Make it readable, or list it in .dockerignore.",
                    e);
        } catch (NoSuchFileException e) {
            throw new IOException("'" + e.getFile() + "' disappeared while the build context was packed.", e);
        }
        tar.finish();
        tar.flush();
        return new ContextSummary(files, bytes);
    }

    private void packChildren(Path directory, String prefix, Selection verdict, TarArchiveOutputStream tar)
            throws IOException {
        SortedMap<String, Path> children = new TreeMap<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            for (Path child : stream) {
                children.put(directory.relativize(child).toString(), child);
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        } catch (AccessDeniedException e) {
            if (verdict.ignored()) {
                return; // it was only searched for exceptions
            }
            throw e;
        }
        for (var child : children.entrySet()) {
            String name = child.getKey();
            packPath(child.getValue(), prefix + name, verdict.below(name), tar);
        }
    }

    private void packPath(Path path, String name, Selection verdict, TarArchiveOutputStream tar) throws IOException {
        boolean included = !verdict.ignored() || required.contains(path);
        BasicFileAttributes attributes = attributes(path);
        if (!attributes.isDirectory()) {
            if (included && !attributes.isOther()) {
                checkName(path);
                packPending(tar);
                packFile(path, name, attributes, tar);
            }
        } else if (!attributes.isOther() && (included || verdict.mayIncludeBelow())) {
            checkName(path);
            Directory entry = new Directory(name + "/", attributes);
            pending.addLast(entry);
            if (included) {
                packPending(tar);
            }
            packChildren(path, entry.name, verdict, tar);
            pending.removeLastOccurrence(entry);
        }
    }

    private void packPending(TarArchiveOutputStream tar) throws IOException {
        for (Directory directory; (directory = pending.pollFirst()) != null; ) {
            tar.putArchiveEntry(entry(directory.name, TarConstants.LF_DIR, directory.attributes));
            tar.closeArchiveEntry();
        }
    }

    private void packFile(Path path, String name, BasicFileAttributes attributes, TarArchiveOutputStream tar)
            throws IOException {
        files++;
        if (attributes.isSymbolicLink()) {
            TarArchiveEntry entry = entry(name, TarConstants.LF_SYMLINK, attributes);
            entry.setLinkName(slashes(Files.readSymbolicLink(path)));
            tar.putArchiveEntry(entry);
        } else {
            bytes += attributes.size();
            TarArchiveEntry entry = entry(name, TarConstants.LF_NORMAL, attributes);
            entry.setSize(attributes.size());
            // Not following links here either, should the file have become one since it was looked at.
            try (InputStream in = Files.newInputStream(path, LinkOption.NOFOLLOW_LINKS)) {
                tar.putArchiveEntry(entry);
                copy(in, attributes.size(), path, tar);
            }
        }
        tar.closeArchiveEntry();
    }

    private static void copy(InputStream in, long size, Path path, OutputStream out) throws IOException {
        byte[] buffer = new byte[64 * 1024];
        long left = size;
        while (left > 0) {
            int count = in.read(buffer, 0, (int) Math.min(left, buffer.length));
            if (count < 0) {
                throw new IOException("'" + path + "' became shorter while the build context was packed.");
            }
            out.write(buffer, 0, count);
            left -= count;
        }
        if (in.read() >= 0) {
            throw new IOException("'" + path + "' became longer while the build context was packed.");
        }
    }

    private static TarArchiveEntry entry(String name, byte type, BasicFileAttributes attributes) {
        TarArchiveEntry entry = new TarArchiveEntry(name, type);
        entry.setMode(mode(attributes));
        entry.setIds(0, 0);
        entry.setNames("", "");
        // In whole seconds: a fraction costs another kilobyte of header for each file, and no build tool looks at it.
        entry.setModTime(TimeUnit.SECONDS.toMillis(attributes.lastModifiedTime().to(TimeUnit.SECONDS)));
        return entry;
    }

    private static int mode(BasicFileAttributes attributes) {
        if (attributes.isSymbolicLink()) {
            return 0777;
        }
        if (!(attributes instanceof PosixFileAttributes posix)) {
            return 0755;
        }
        int mode = 0;
        for (PosixFilePermission permission : posix.permissions()) {
            // The constants are in the order of the bits, the owner's "read" first.
            mode |= 0400 >> permission.ordinal();
        }
        return mode;
    }

    private static BasicFileAttributes attributes(Path path) throws IOException {
        Class<? extends BasicFileAttributes> kind =
                path.getFileSystem().supportedFileAttributeViews().contains("posix")
                        ? PosixFileAttributes.class
                        : BasicFileAttributes.class;
        return Files.readAttributes(path, kind, LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * Refuses a name that Java cannot hold, rather than pack the file under another one. It happens with agents that
     * were started without a locale, as SSH does by default.
     */
    private static void checkName(Path path) throws IOException {
        boolean kept;
        try {
            kept = path.resolveSibling(String.valueOf(path.getFileName())).equals(path);
        } catch (InvalidPathException e) {
            kept = false;
        }
        if (!kept) {
            throw new IOException("The name of '" + path + "' cannot be read in this machine's character encoding, "
                    + System.getProperty("sun.jnu.encoding") + ". Start Java with LC_ALL=C.UTF-8, or rename the file.");
        }
    }

    private static String slashes(Path path) {
        return path.toString().replace(path.getFileSystem().getSeparator(), "/");
    }
}
