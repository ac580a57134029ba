package io.jenkins.plugins.multiarch.engine.http;

import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.function.LongSupplier;

/**
 * What a request carries.
 *
 * @param publisher gives its bytes
 * @param once whether it can be sent only once, because it is a stream
 * @param moved how many bytes have been given so far; a request with a stream may take as long as it moves
 * @param length how many bytes it has
 * @param range the {@code Content-Range}, if it is a piece of something; empty if it is all of it
 */
public record Body(
        String mediaType, BodyPublisher publisher, boolean once, LongSupplier moved, long length, String range) {

    /** Bytes that can be sent again. */
    public static Body of(String mediaType, byte[] content) {
        return new Body(mediaType, BodyPublishers.ofByteArray(content), false, () -> 0, content.length, "");
    }

    boolean isStreamed() {
        return once && moved.getAsLong() >= length;
    }

    /**
     * A piece of a blob.
     *
     * @param content has the piece from {@code from}, of {@code length} bytes
     * @param offset where the piece is in the blob
     */
    public static Body piece(byte[] content, int from, int length, long offset) {
        return new Body(
                "application/octet-stream",
                BodyPublishers.ofByteArray(content, from, length),
                false,
                () -> 0,
                length,
                offset + "-" + (offset + length - 1));
    }

    /**
     * A stream, which can be sent only once.
     *
     * @param length how many bytes the stream has
     * @param moved how many of them have been read so far
     */
    public static Body of(InputStream stream, long length, LongSupplier moved) {
        BodyPublisher publisher = length == 0
                ? BodyPublishers.noBody()
                : BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(() -> stream), length);
        return new Body("application/octet-stream", publisher, true, moved, length, "");
    }
}
