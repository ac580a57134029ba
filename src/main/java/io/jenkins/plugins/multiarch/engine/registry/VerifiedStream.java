package io.jenkins.plugins.multiarch.engine.registry;

import io.jenkins.plugins.multiarch.engine.reference.Digest;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.function.LongConsumer;

/** A blob while it flows: it fails at its end, or where it gets too long, if it is not what its digest says. */
final class VerifiedStream extends FilterInputStream {

    private final String purpose;
    private final Digest digest;
    private final long size;
    private final LongConsumer progress;
    private final MessageDigest hash;
    private volatile long count;

    /** @param progress is told of every bytes read, in numbers to be added up */
    VerifiedStream(InputStream in, String purpose, Digest digest, long size, LongConsumer progress) {
        super(in);
        this.purpose = purpose;
        this.digest = digest;
        this.size = size;
        this.progress = progress;
        this.hash = digest.newHash();
    }

    /** How many bytes have been read. */
    long count() {
        return count;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int read = super.read(buffer, offset, length);
        if (read > 0) {
            hash.update(buffer, offset, read);
            count += read;
            progress.accept(read);
        }
        boolean over = read < 0 || count >= size;
        if (over && (count != size || read >= 0 && !digestMatches())) {
            throw wrong();
        }
        return read;
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    /** Only asked when all is read; a hash can be taken once. */
    private boolean digestMatches() {
        return digest.isHash(hash.digest());
    }

    private RegistryException wrong() {
        return ErrorMessages.unusable(
                purpose,
                "after " + count + " bytes it is not blob " + digest + " of " + size
                        + " bytes. The registry or a proxy in between is broken or not to be trusted");
    }
}
