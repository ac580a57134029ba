package io.jenkins.plugins.multiarch.engine.registry;

import io.jenkins.plugins.multiarch.engine.http.Answer;
import io.jenkins.plugins.multiarch.engine.http.Body;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongConsumer;

/**
 * Uploads a blob in several requests, for registries behind something that takes no large one. Where a piece is too large
 * as well, the next ones are smaller.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#pushing-a-blob-in-chunks">OCI
 *     distribution specification, pushing a blob in chunks</a>
 */
final class PiecewiseUpload {

    /** Several blobs are copied at the same time, and a piece of each is in memory. */
    static final int LARGEST_PIECE = 8 * 1024 * 1024;

    private static final int SMALLEST_PIECE = 64 * 1024;

    /** What a registry may ask for at most. */
    private static final int LARGEST_LEAST = 64 * 1024 * 1024;

    /** A registry may say how large a piece has to be. */
    private static final String LEAST = "OCI-Chunk-Min-Length";

    private final RegistryClient client;
    private final Call start;
    private final Blobs.Blob blob;
    private final int buffer;
    private int piece;
    private Answer last;

    /** @param started the answer that has begun the upload */
    PiecewiseUpload(RegistryClient client, Call start, Answer started, Blobs.Blob blob) {
        this.client = client;
        this.start = start;
        this.blob = blob;
        this.last = started;
        String least = started.header(LEAST);
        int asked = least.matches("[0-9]{1,9}") ? Integer.parseInt(least) : 0;
        this.piece = Math.max(LARGEST_PIECE, Math.min(asked, LARGEST_LEAST));
        this.buffer = piece;
    }

    /**
     * Sends the blob.
     *
     * @param progress is told of bytes that were sent, in numbers to be added up
     * @return the answer to the last request: of the whole upload, or of what was refused
     */
    Answer send(InputStream content, LongConsumer progress) throws IOException {
        long sent = 0;
        for (byte[] bytes = content.readNBytes(buffer); bytes.length > 0; bytes = content.readNBytes(buffer)) {
            for (int from = 0; from < bytes.length; ) {
                int length = Math.min(piece, bytes.length - from);
                Call patch =
                        call("PATCH", Blobs.session(start, last)).with(Body.piece(bytes, from, length, sent + from));
                Answer answer = client.once(patch);
                if (answer.status() == 413 && length > SMALLEST_PIECE) {
                    piece = Math.max(SMALLEST_PIECE, length / 4);
                } else if (answer.isSuccess()) {
                    last = answer;
                    from += length;
                } else {
                    progress.accept(-sent);
                    return answer;
                }
            }
            sent += bytes.length;
            progress.accept(bytes.length);
        }
        Answer answer = client.once(call("PUT", Blobs.finished(Blobs.session(start, last), blob)));
        if (!answer.isSuccess()) {
            progress.accept(-sent);
        }
        return answer;
    }

    private Call call(String method, String path) {
        return Call.of(start.purpose(), method, start.image(), "pull,push", path);
    }
}
