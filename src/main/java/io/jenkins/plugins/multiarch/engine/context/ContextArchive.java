package io.jenkins.plugins.multiarch.engine.context;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;

/**
 * A directory as a tar archive, for another machine. The build context is packed once and unpacked on every agent that
 * builds; the files of an image go the other way.
 *
 * <p>The archive is plain POSIX.1-2001 (pax) tar in UTF-8, not compressed, because what carries it compresses already.
 * The same tree gives the same bytes: entries are sorted, belong to nobody and have times in whole seconds.
 */
public final class ContextArchive {

    private ContextArchive() {}

    /**
     * Packs a directory, leaving out what its {@link IgnoreFile} says. The Dockerfile and the ignore file themselves
     * are always in, whatever the rules say: the build needs them, and applies the rules once more.
     *
     * <p>Symbolic links are packed as links and never followed. Of a file's mode the nine permission bits are kept;
     * where the file system has none (Windows), everything is {@code rwxr-xr-x}, as in Docker. Sockets, pipes and
     * devices are left out.
     *
     * @param context the directory
     * @param dockerfile path of the Dockerfile relative to the context, e.g. {@code docker/Dockerfile}; one that is outside, e.g.
     *     {@code ../Dockerfile}, is not packed, nor is the ignore file beside it, but its rules hold
     * @param out gets the archive; is neither closed nor compressed
     * @throws IllegalArgumentException if {@code dockerfile} is empty or no path, or if the ignore file is malformed
     * @throws IOException if context or Dockerfile do not exist or are not what they should be (checked before
     *     anything else is read), or if a file cannot be read or changes meanwhile; the message names the path
     */
    public static ContextSummary pack(Path context, String dockerfile, OutputStream out) throws IOException {
        return new ContextPacker(context, dockerfile).pack(out);
    }

    /** As {@link #pack(Path, String, OutputStream)}, for a further build context, which has no Dockerfile. */
    public static ContextSummary pack(Path context, OutputStream out) throws IOException {
        return new ContextPacker(context).pack(out);
    }

    /** As {@link #pack(Path, String, OutputStream)}, for a directory that is no build context: nothing of it is left out. */
    public static ContextSummary packAll(Path directory, OutputStream out) throws IOException {
        return ContextPacker.ofAll(directory).pack(out);
    }

    /**
     * The key of an archive, before it is packed: {@link #pack} makes equal archives of contexts with equal keys, unless a file has
     * changed.
     *
     * @throws IllegalArgumentException as {@code pack} does
     * @throws IOException if context, Dockerfile or ignore file cannot be read
     */
    public static String key(Path context, String dockerfile) throws IOException {
        return new ContextPacker(context, dockerfile).key();
    }

    /** As {@link #key(Path, String)}, for a further build context. */
    public static String key(Path context) throws IOException {
        return new ContextPacker(context).key();
    }

    /**
     * Checks what {@link #pack} would check before it reads anything else.
     *
     * @throws IllegalArgumentException as {@code pack} does
     * @throws IOException if context or Dockerfile do not exist or are not what they should be
     */
    public static void check(Path context, String dockerfile) throws IOException {
        new ContextPacker(context, dockerfile);
    }

    /**
     * Unpacks an archive into a directory, which is created if need be. Nothing is ever written outside of it, through
     * a link, or over a file that exists, whatever the archive says.
     *
     * @param in the archive, plain or compressed with gzip; is read to its end, but not closed
     * @param target the directory
     * @throws IOException if the archive is damaged, names a path outside the target, holds a hard link, a device, a
     *     pipe or the same path twice, or if a file cannot be written; the message names the path. What was unpacked
     *     until then stays.
     */
    public static void unpack(InputStream in, Path target) throws IOException {
        new ContextUnpacker(target).unpack(in);
    }
}
