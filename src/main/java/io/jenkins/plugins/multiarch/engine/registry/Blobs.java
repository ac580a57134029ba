package io.jenkins.plugins.multiarch.engine.registry;

import io.jenkins.plugins.multiarch.engine.http.Answer;
import io.jenkins.plugins.multiarch.engine.http.Body;
import io.jenkins.plugins.multiarch.engine.http.Transport;
import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * Reads blobs, and brings them from one repository to another: mounted where both are in one registry, else streamed
 * through this process without being kept.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#pushing-blobs">OCI distribution
 *     specification, pushing blobs</a>
 */
final class Blobs {

    private static final String UPLOADS = "blobs/uploads/";

    /** The status of a request that was refused for its length. */
    private static final int TOO_LARGE = 413;

    private final RegistryClient client;
    private final Mirrors mirrors;

    Blobs(RegistryClient client, Mirrors mirrors) {
        this.client = client;
        this.mirrors = mirrors;
    }

    /**
     * Reads a blob of at most so many bytes, and verifies it.
     *
     * @param retryIfMissing whether it may only not have arrived yet
     */
    byte[] read(String purpose, ImageReference image, Digest digest, int maxBytes, boolean retryIfMissing)
            throws IOException {
        Optional<byte[]> mirrored = mirrors.read(
                image,
                copy -> verified(purpose, digest, client.ask(Call.get(purpose, copy, "blobs/" + digest, maxBytes))));
        return mirrored.isPresent()
                ? mirrored.get()
                : verified(
                        purpose,
                        digest,
                        client.succeed(Call.get(purpose, image, "blobs/" + digest, maxBytes)
                                .retryIfMissing(retryIfMissing)));
    }

    /**
     * Reads a blob of any size, from the registry's mirror if that has it.
     *
     * @return its content, which is verified when its end is reached; to be closed by the caller
     */
    InputStream open(ImageReference image, Blob blob) throws IOException {
        String purpose = "read blob " + blob.digest() + " of " + image.name();
        Call read = Call.get(purpose, image, "blobs/" + blob.digest(), 0);
        Optional<Answer> mirrored = openMirrored(purpose, image, blob);
        Answer answer = mirrored.isPresent() ? mirrored.get() : client.open(read);
        if (!answer.isSuccess()) {
            throw client.failures().refused(read, answer);
        }
        return new VerifiedStream(answer.stream(), purpose, blob.digest(), blob.size(), bytes -> {});
    }

    private Optional<Answer> openMirrored(String purpose, ImageReference image, Blob blob)
            throws InterruptedIOException {
        Optional<ImageReference> copy = mirrors.copyOf(image);
        if (copy.isEmpty()) {
            return Optional.empty();
        }
        try {
            Call read = Call.get(purpose, copy.get(), "blobs/" + blob.digest(), 0);
            Answer answer = client.open(read);
            if (answer.isSuccess()) {
                return Optional.of(answer);
            }
            if (answer.status() != 404) {
                mirrors.leave(image, client.failures().refused(read, answer).getMessage());
            }
        } catch (InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            mirrors.leave(image, ErrorMessages.brief(e));
        }
        return Optional.empty();
    }

    /** Content that is made only once it is needed. */
    interface Source {
        Content get() throws IOException;
    }

    /**
     * Makes some content a blob of a repository, unless it has it.
     *
     * @param source of exactly that content; not asked for it if the repository has it
     */
    void pushBlob(Blob blob, Source source, ImageReference to) throws IOException {
        Call start = Call.of(
                "push blob " + blob.digest() + " (" + blob.size() + " bytes) to " + to.name(),
                "POST",
                to,
                "pull,push",
                UPLOADS);
        Answer answer = client.repeat(start, () -> exists(blob.digest(), to), () -> upload(start, blob, source));
        if (!answer.isSuccess()) {
            throw client.failures().refused(start, answer);
        }
    }

    private Answer upload(Call start, Blob blob, Source source) throws IOException {
        ImageReference to = start.image();
        Answer there = client.once(Call.head(start.purpose(), to, "blobs/" + blob.digest()));
        if (there.isSuccess()) {
            return there;
        }
        Content content = source.get();
        if (isSentInPieces(blob, to)) {
            return inPieces(start, blob, content, bytes -> {});
        }
        Answer started = client.once(start);
        if (started.status() != 202) {
            return started;
        }
        Call finish = Call.of(start.purpose(), "PUT", to, "pull,push", session(start, started, blob));
        Answer answer = following(finish, call -> {
            try (VerifiedStream stream =
                    new VerifiedStream(content.open(), start.purpose(), blob.digest(), blob.size(), bytes -> {})) {
                return client.once(call.with(Body.of(stream, blob.size(), stream::count)));
            }
        });
        return answer.status() == TOO_LARGE ? inPieces(start, blob, content, bytes -> {}) : answer;
    }

    /** Whether one request would be refused: where some have been, or for registries that are configured so. */
    private boolean isSentInPieces(Blob blob, ImageReference to) {
        return blob.size() > PiecewiseUpload.LARGEST_PIECE && client.sendsInPieces(to.registry());
    }

    private interface Sending {
        Answer send(Call call) throws IOException;
    }

    /** Sends what is a stream, and so is opened anew wherever the registry redirects it to. */
    private Answer following(Call first, Sending sending) throws IOException {
        Call call = first;
        for (int redirects = 0; ; redirects++) {
            Answer answer = sending.send(call);
            Optional<Call> again = client.redirected(call, answer);
            if (again.isEmpty()) {
                return answer;
            }
            if (redirects == Transport.MAX_REDIRECTS) {
                throw Transport.tooManyRedirects();
            }
            call = again.get();
        }
    }

    /** What can be read from its beginning any number of times. */
    interface Content {
        InputStream open() throws IOException;
    }

    /**
     * Something before the registry takes nothing that large, so the blob is sent in pieces, each in a request of its own; and
     * so are all further ones.
     */
    private Answer inPieces(Call start, Blob blob, Content source, LongConsumer progress) throws IOException {
        client.sendInPieces(start.image().registry());
        Answer started = client.once(start);
        if (started.status() != 202) {
            return started;
        }
        try (InputStream content = source.open()) {
            return new PiecewiseUpload(client, start, started, blob).send(content, progress);
        }
    }

    /** The content of a blob of another repository, which is verified when its end is reached. */
    private InputStream content(Call start, Blob blob, ImageReference from, byte[] known) throws IOException {
        if (known != null) {
            return new ByteArrayInputStream(known);
        }
        Call read = Call.get(start.purpose(), from, "blobs/" + blob.digest(), 0);
        Answer source = client.open(read);
        if (!source.isSuccess()) {
            throw client.failures().refused(read, source);
        }
        return new VerifiedStream(source.stream(), start.purpose(), blob.digest(), blob.size(), bytes -> {});
    }

    private static byte[] verified(String purpose, Digest digest, Answer answer) throws RegistryException {
        byte[] content = answer.body();
        if (!digest.matches(content)) {
            throw ErrorMessages.unusable(
                    purpose,
                    "the registry answered " + content.length + " bytes that are not blob " + digest
                            + ". The registry or a proxy in between is broken or not to be trusted");
        }
        return content;
    }

    /**
     * Makes a blob of one repository part of another.
     *
     * @param known its content if that has been read already, so that it need not be read again; else null
     * @param progress is told of bytes that were copied, in numbers to be added up
     */
    void copyBlob(Blob blob, ImageReference from, ImageReference to, byte[] known, LongConsumer progress)
            throws IOException {
        String purpose =
                "copy blob " + blob.digest() + " (" + blob.size() + " bytes) from " + from.name() + " to " + to.name();
        Call start = Call.of(purpose, "POST", to, "pull,push", UPLOADS);
        // An upload is never sent again blindly: if the answer was lost, the blob may be there.
        Answer answer = client.repeat(
                start, () -> exists(blob.digest(), to), () -> attempt(start, blob, from, to, known, progress));
        if (!answer.isSuccess()) {
            throw client.failures().refused(start, answer);
        }
    }

    private Answer attempt(
            Call start, Blob blob, ImageReference from, ImageReference to, byte[] known, LongConsumer progress)
            throws IOException {
        Answer started;
        if (from.registry().equals(to.registry())) {
            started = mount(start, blob, from);
            if (started.status() == 201) {
                progress.accept(blob.size());
                return started;
            }
        } else {
            Answer there = client.once(Call.head(start.purpose(), to, "blobs/" + blob.digest()));
            if (there.isSuccess()) {
                progress.accept(blob.size());
                return there;
            }
            if (isSentInPieces(blob, to)) {
                return inPieces(start, blob, () -> content(start, blob, from, known), progress);
            }
            started = client.once(start);
        }
        if (started.status() != 202) {
            return started;
        }
        Call finish = Call.of(start.purpose(), "PUT", to, "pull,push", session(start, started, blob));
        Answer answer = inOneRequest(finish, blob, from, known, progress);
        return answer.status() == TOO_LARGE
                ? inPieces(start, blob, () -> content(start, blob, from, known), progress)
                : answer;
    }

    private Answer inOneRequest(Call finish, Blob blob, ImageReference from, byte[] known, LongConsumer progress)
            throws IOException {
        if (known != null) {
            Answer answer = client.once(finish.with(Body.of("application/octet-stream", known)));
            if (answer.isSuccess()) {
                progress.accept(known.length);
            }
            return answer;
        }
        return following(finish, call -> stream(call, blob, from, progress));
    }

    /** Asks for the blob to be mounted. A registry that does not do that starts an upload instead. */
    private Answer mount(Call start, Blob blob, ImageReference from) throws IOException {
        Call mount = Call.of(
                        start.purpose(),
                        "POST",
                        start.image(),
                        "pull,push",
                        UPLOADS + "?mount=" + blob.digest() + "&from=" + from.repository())
                .withScope(start.scope().andPull(from));
        Answer answer;
        try {
            answer = client.once(mount);
        } catch (RegistryException e) {
            return client.once(start); // There is no token for both repositories together.
        }
        boolean canBeMounted = answer.isSuccess() || RetryPolicy.isTransient(answer.status());
        return canBeMounted ? answer : client.once(start);
    }

    private Answer stream(Call finish, Blob blob, ImageReference from, LongConsumer progress) throws IOException {
        Optional<ImageReference> copy = mirrors.copyOf(from);
        if (copy.isPresent()) {
            try {
                Call read = Call.get(finish.purpose(), copy.get(), "blobs/" + blob.digest(), 0);
                Answer source = client.open(read);
                if (source.isSuccess()) {
                    return upload(finish, blob, source, progress);
                }
                if (source.status() != 404) {
                    mirrors.leave(from, client.failures().refused(read, source).getMessage());
                }
            } catch (InterruptedIOException e) {
                throw e;
            } catch (IOException e) {
                // Whichever of the two it was: an upload that has begun must begin anew, and then without the mirror.
                mirrors.leave(from, ErrorMessages.brief(e));
                throw new IOException(ErrorMessages.brief(e), e);
            }
        }
        Call read = Call.get(finish.purpose(), from, "blobs/" + blob.digest(), 0);
        Answer source = client.open(read);
        if (!source.isSuccess()) {
            if (RetryPolicy.isTransient(source.status())) {
                return source;
            }
            throw client.failures().refused(read, source);
        }
        return upload(finish, blob, source, progress);
    }

    private Answer upload(Call finish, Blob blob, Answer source, LongConsumer progress) throws IOException {
        try (VerifiedStream content =
                new VerifiedStream(source.stream(), finish.purpose(), blob.digest(), blob.size(), progress)) {
            Answer answer = client.once(finish.with(Body.of(content, blob.size(), content::count)));
            if (!answer.isSuccess()) {
                progress.accept(-content.count());
            }
            return answer;
        }
    }

    private boolean exists(Digest digest, ImageReference to) throws IOException {
        return client.once(Call.head("look for blob " + digest, to, "blobs/" + digest))
                .isSuccess();
    }

    /** Where the registry wants the content: an address of its own choice, completed by the digest. */
    private static String session(Call start, Answer started, Blob blob) throws IOException {
        return finished(session(start, started), blob);
    }

    /** Where the last request of an upload goes. */
    static String finished(String session, Blob blob) {
        return session + (session.contains("?") ? "&" : "?") + "digest=" + blob.digest();
    }

    /** Where the registry wants the content. */
    static String session(Call start, Answer started) throws IOException {
        String location = started.header("Location");
        if (location.isEmpty()) {
            throw ErrorMessages.unusable(
                    start.purpose(), "the registry starts an upload without saying where. It is broken");
        }
        boolean relative = !location.startsWith("/") && !location.contains("://");
        return (relative ? UPLOADS : "") + location;
    }

    /**
     * One blob of an image.
     *
     * @param size its length in bytes
     */
    record Blob(Digest digest, long size) {

        private static final List<String> ELSEWHERE = List.of("nondistributable", "foreign");

        /** Whether it is a non-distributable layer. */
        static boolean isNonDistributable(String mediaType) {
            return ELSEWHERE.stream().anyMatch(mediaType::contains);
        }
    }
}
