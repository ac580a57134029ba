package io.jenkins.plugins.multiarch.engine.jib;

import io.jenkins.plugins.multiarch.engine.context.IgnoreFile;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayDeque;
import java.util.Deque;

/** Looks at a build context, without what its ignore file leaves out. No link is followed. */
final class ContextFiles extends SimpleFileVisitor<Path> {

    private final Path root;
    private final IgnoreFile.Verdict top;
    private final Deque<IgnoreFile.Verdict> verdicts = new ArrayDeque<>();
    private final FileTree tree = new FileTree();

    private ContextFiles(Path root, IgnoreFile ignored) {
        this.root = root;
        this.top = ignored.root();
    }

    /**
     * @param context the directory
     * @param ignored what is left out of it
     */
    static FileTree read(Path context, IgnoreFile ignored) throws IOException {
        Path root = context.toRealPath();
        ContextFiles visitor = new ContextFiles(root, ignored);
        Files.walkFileTree(root, visitor);
        return visitor.tree;
    }

    private String name(Path path) {
        return root.relativize(path).toString().replace(path.getFileSystem().getSeparator(), "/");
    }

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) throws IOException {
        if (directory.equals(root)) {
            verdicts.push(top);
            return FileVisitResult.CONTINUE;
        }
        IgnoreFile.Verdict verdict = verdicts.element().below(String.valueOf(directory.getFileName()));
        if (verdict.ignored() && !verdict.mayIncludeBelow()) {
            return FileVisitResult.SKIP_SUBTREE;
        }
        verdicts.push(verdict);
        if (!verdict.ignored()) {
            tree.put(name(directory), Node.directory(mode(directory, 0755), 0, 0));
        }
        return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, IOException e) throws IOException {
        verdicts.pop();
        return super.postVisitDirectory(directory, e);
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
        if (verdicts.element().below(String.valueOf(file.getFileName())).ignored()) {
            return FileVisitResult.CONTINUE;
        }
        Node node;
        if (attributes.isSymbolicLink()) {
            Path target = Files.readSymbolicLink(file);
            node = Node.link(target.toString().replace(file.getFileSystem().getSeparator(), "/"));
        } else if (attributes.isRegularFile()) {
            node = Node.file(mode(file, 0755), attributes.size(), new Node.LocalFile(file));
        } else {
            return FileVisitResult.CONTINUE; // A socket or a pipe, which build tools leave out as well.
        }
        // Directories that are ignored are there for what is not ignored in them.
        for (String parent = FileTree.parent(name(file));
                !parent.isEmpty() && tree.get(parent).isEmpty();
                parent = FileTree.parent(parent)) {
            tree.put(parent, Node.directory(mode(root.resolve(parent), 0755), 0, 0));
        }
        tree.put(name(file), node);
        return FileVisitResult.CONTINUE;
    }

    /** @param otherwise where the file system has no such thing, as on Windows; then everything may be run, as with docker */
    private static int mode(Path path, int otherwise) throws IOException {
        if (!path.getFileSystem().supportedFileAttributeViews().contains("unix")) {
            return path.getFileSystem().supportedFileAttributeViews().contains("posix")
                    ? posix(Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS))
                    : otherwise;
        }
        return (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) & 07777;
    }

    private static int posix(PosixFileAttributes attributes) {
        int mode = 0;
        for (PosixFilePermission permission : attributes.permissions()) {
            // The constants are in the order of the bits, the owner's "read" first.
            mode |= 0400 >> permission.ordinal();
        }
        return mode;
    }
}
