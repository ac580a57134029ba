package io.jenkins.plugins.multiarch.engine.jib;

import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.threads.SingleFlight;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;

/**
 * The SHA-256 of files on this machine. A build reads each file for it once. The content counts, because neither the age nor
 * the name of a file says what is in it.
 */
final class ContentHashes {

    private static final int BUFFER = 128 * 1024;

    private final SingleFlight<Path, byte[]> known = new SingleFlight<>();

    /**
     * @param size of the file when it was found, in bytes
     * @return not to be changed
     */
    byte[] of(Path file, long size) throws IOException {
        return known.get(file, () -> hash(file, size, OutputStream.nullOutputStream()));
    }

    /** Copies a file that is still as it was when its content was hashed. */
    void copy(Path file, long size, OutputStream out) throws IOException {
        byte[] expected = of(file, size);
        if (!MessageDigest.isEqual(hash(file, size, out), expected)) {
            throw changed(file);
        }
    }

    /** The SHA-256 of a file while it is copied. */
    static byte[] hash(Path file, long size, OutputStream out) throws IOException {
        MessageDigest hash = Digest.newSha256();
        byte[] buffer = new byte[BUFFER];
        long count = 0;
        // Not following links, should the file have become one since it was looked at.
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                count += read;
                if (count > size) {
                    throw changed(file);
                }
                hash.update(buffer, 0, read);
                out.write(buffer, 0, read);
            }
        }
        if (count != size) {
            throw changed(file);
        }
        return hash.digest();
    }

    private static IOException changed(Path file) {
        return new IOException("'" + file + "' changed while it was read. Build again.");
    }
}
