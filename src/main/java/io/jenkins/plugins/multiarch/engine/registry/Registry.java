package io.jenkins.plugins.multiarch.engine.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.api.client.http.HttpContent;
import com.google.api.client.http.InputStreamContent;
import com.google.cloud.tools.jib.http.Authorization;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;

/**
 * Reads and writes manifests in registries, over the distribution API. Safe for use by several threads.
 *
 * <p>Every method throws {@link RegistryException} where the registry refuses, cannot be reached, or answers what
 * cannot be true; {@link RegistryException.NotFound} where it does not have what was asked for. Requests that may be
 * repeated are, a few times, after 429, 5xx and lost connections.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md">OCI distribution
 *     specification</a>
 */
public final class Registry {

    /** What the specification asks registries to accept as a manifest, and so what one has at most, in bytes. */
    static final int MAX_MANIFEST_BYTES = 4 * 1024 * 1024;

    private static final int MAX_ANSWER_BYTES = 1024 * 1024;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final RegistryAccess access;
    private final Consumer<String> log;
    private final RetryPolicy retryPolicy;
    private final Transport transport = new Transport();
    private final Authenticator authenticator;

    /** Access to registries, without a word on repeated requests. */
    public Registry(RegistryAccess access) {
        this(access, line -> {});
    }

    /** @param log is told, in one line each, of requests that are repeated */
    public Registry(RegistryAccess access, Consumer<String> log) {
        this(access, log, RetryPolicy.DEFAULT);
    }

    Registry(RegistryAccess access, Consumer<String> log, RetryPolicy retryPolicy) {
        this.access = access;
        this.log = log;
        this.retryPolicy = retryPolicy;
        this.authenticator = new Authenticator(access, transport);
    }

    /**
     * One call of the API.
     *
     * @param purpose for messages, e.g. {@code pull the manifest of localhost:5000/hello:1}
     * @param actions what the call does in the repository, e.g. {@code pull,push}
     * @param path below {@code /v2/<repository>/}
     * @param awaited whether what is missing may only not have arrived yet
     */
    private record Call(
            String purpose,
            String method,
            ImageReference image,
            String actions,
            String path,
            List<String> accept,
            Manifest body,
            int maxBytes,
            boolean awaited) {

        HttpContent content() {
            if (body == null) {
                return null;
            }
            // Cannot be sent twice by the HTTP client, so a redirect never takes it anywhere else.
            return new InputStreamContent(body.mediaType(), new ByteArrayInputStream(body.content()))
                    .setLength(body.size());
        }
    }

    /**
     * Reads a manifest as it is, of any kind but Docker schema 1.
     *
     * @param image what to read: by digest if the reference has one, else by tag
     * @return the manifest; its digest is verified if asked for by digest, else compared with what the registry says
     * @throws RegistryException.NotFound if the registry does not have it; the message names it
     */
    public Manifest pull(ImageReference image) throws IOException {
        return pull(image, false);
    }

    /** As {@link #pull}, for what was just pushed: a registry that does not have it yet is asked again for a while. */
    public Manifest pullJustPushed(ImageReference image) throws IOException {
        return pull(image, true);
    }

    private Manifest pull(ImageReference image, boolean awaited) throws IOException {
        Call call = new Call(
                "pull the manifest of " + image,
                "GET",
                image,
                "pull",
                "manifests/" + image.identifier(),
                Manifest.MEDIA_TYPES,
                null,
                MAX_MANIFEST_BYTES,
                awaited);
        Transport.Answer answer = succeed(call);
        byte[] content = answer.body();
        String mediaType;
        try {
            mediaType = Manifest.mediaType(answer.header("Content-Type"), content);
        } catch (IllegalArgumentException e) {
            throw unusable(call, "the answer is not a manifest: " + e.getMessage() + ". Check the name");
        }
        if (mediaType.equals(Manifest.DOCKER_SCHEMA_1) || mediaType.equals(Manifest.DOCKER_SCHEMA_1_SIGNED)) {
            throw unusable(
                    call,
                    "it is a Docker schema 1 manifest (" + mediaType
                            + "), which is obsolete and cannot be in an index. Build and push the image anew");
        }
        Manifest manifest = new Manifest(mediaType, content, digest(call, answer, content));
        if (!manifest.isImage() && !manifest.isIndex()) {
            throw unusable(
                    call,
                    "its media type " + mediaType + " is neither an image nor an index of images. Check the name");
        }
        return manifest;
    }

    private static Digest digest(Call call, Transport.Answer answer, byte[] content) throws RegistryException {
        String asked = call.image().digest();
        Digest digest = asked.isEmpty() ? Digest.ofSha256(content) : Digest.parse(asked);
        String answered = answer.header("Docker-Content-Digest");
        boolean lied = answered.startsWith("sha256:") && asked.isEmpty() && !answered.equals(digest.toString());
        if (lied || !digest.matches(content)) {
            throw unusable(
                    call,
                    "the registry answered " + content.length + " bytes with digest " + Digest.ofSha256(content)
                            + (lied ? " and called it " + answered : "")
                            + ". The registry or a proxy in between is broken or not to be trusted");
        }
        return digest;
    }

    /**
     * Reads the platform of a single image from its configuration.
     *
     * @param image where the manifest came from
     * @param manifest the manifest of a single image
     * @throws RegistryException if the configuration is missing, or names no platform
     */
    public ImageConfig config(ImageReference image, Manifest manifest) throws IOException {
        String purpose = "read the configuration of " + image;
        String digest = manifest.json().path("config").path("digest").asText();
        try {
            return ImageConfig.parse(blob(purpose, image, Digest.parse(digest), MAX_MANIFEST_BYTES));
        } catch (IllegalArgumentException e) {
            throw new RegistryException(
                    "Could not " + purpose + ": " + e.getMessage() + ". Name its platform explicitly.", 0, e);
        }
    }

    /**
     * Reads a blob and verifies it.
     *
     * @param repository any reference in the repository that has the blob
     * @param maxBytes the most it may have, in bytes
     */
    public byte[] blob(ImageReference repository, Digest digest, int maxBytes) throws IOException {
        return blob("read blob " + digest + " of " + repository.name(), repository, digest, maxBytes);
    }

    private byte[] blob(String purpose, ImageReference image, Digest digest, int maxBytes) throws IOException {
        Call call = new Call(purpose, "GET", image, "pull", "blobs/" + digest, List.of(), null, maxBytes, false);
        byte[] content = succeed(call).body();
        if (!digest.matches(content)) {
            throw unusable(
                    call,
                    "the registry answered " + content.length + " bytes that are not blob " + digest
                            + ". The registry or a proxy in between is broken or not to be trusted");
        }
        return content;
    }

    /**
     * Writes a manifest under the reference's tag, or its digest if it has one.
     *
     * <p>A registry that does not yet have what an index refers to is given some time to get it.
     *
     * @return the digest under which it can be pulled, verified against what the registry says
     */
    public Digest push(ImageReference image, Manifest manifest) throws IOException {
        Call call = new Call(
                "push " + (manifest.isIndex() ? "the index " : "the manifest ") + image,
                "PUT",
                image,
                "pull,push",
                "manifests/" + image.identifier(),
                List.of(),
                manifest,
                MAX_ANSWER_BYTES,
                true);
        Transport.Answer answer = succeed(call);
        String answered = answer.header("Docker-Content-Digest");
        if (!answered.isEmpty() && !answered.equals(manifest.digest().toString())) {
            throw unusable(
                    call,
                    "the registry stored it as " + answered + " instead of " + manifest.digest()
                            + ". The registry or a proxy in between changes manifests");
        }
        return manifest.digest();
    }

    /**
     * Removes a tag and leaves what it points at alone.
     *
     * @param image a reference with a tag; its digest, if any, is ignored
     * @return whether the tag is gone; false if this registry cannot remove tags (distribution before 3.0 cannot)
     */
    public boolean deleteTag(ImageReference image) throws IOException {
        if (image.tag().isEmpty()) {
            throw new IllegalArgumentException("'" + image + "' has no tag to remove; name one.");
        }
        ImageReference tagged = image.withTag(image.tag());
        Call call = new Call(
                "remove the tag " + tagged,
                "DELETE",
                tagged,
                "delete",
                "manifests/" + tagged.tag(),
                List.of(),
                null,
                MAX_ANSWER_BYTES,
                false);
        Transport.Answer answer = send(call);
        if (answer.isSuccess() || answer.status() == 404) {
            return true;
        }
        if (answer.status() == 405 || answer.status() == 400 || answer.status() == 501) {
            return false;
        }
        throw refused(call, answer);
    }

    private Transport.Answer succeed(Call call) throws IOException {
        Transport.Answer answer = send(call);
        if (answer.isSuccess()) {
            return answer;
        }
        throw refused(call, answer);
    }

    private Transport.Answer send(Call call) throws IOException {
        for (int attempt = 1; ; attempt++) {
            Optional<Duration> delay;
            String reason;
            try {
                Transport.Answer answer = sendAuthorized(call);
                boolean missing = call.awaited() && isMissing(answer);
                if (!missing && !RetryPolicy.isTransient(answer.status())) {
                    return answer;
                }
                delay = retryPolicy.delay(attempt, answer.header("Retry-After"));
                if (delay.isEmpty()) {
                    return answer;
                }
                reason = describe(answer);
            } catch (RegistryException e) {
                // The token server's answer; what it refuses now it refuses again, unless it is merely busy.
                delay = RetryPolicy.isTransient(e.status()) ? retryPolicy.delay(attempt) : Optional.empty();
                if (delay.isEmpty()) {
                    throw e;
                }
                reason = e.getMessage();
            } catch (IOException e) {
                delay = RetryPolicy.isTransient(e) ? retryPolicy.delay(attempt) : Optional.empty();
                if (delay.isEmpty()) {
                    throw unreachable(call, e);
                }
                reason = e.getMessage();
            }
            log.accept("Registry " + call.image().registry() + ": " + reason + "; will try again to " + call.purpose()
                    + " in " + delay.get().toMillis() + " ms");
            retryPolicy.sleep(delay.get());
        }
    }

    private Transport.Answer sendAuthorized(Call call) throws IOException {
        Authorization known = authenticator.known(call.image(), call.actions());
        Transport.Answer answer = sendOnce(call, known);
        if (answer.status() != 401) {
            return answer;
        }
        Optional<Authorization> better =
                authenticator.answer(answer.headers().apply("WWW-Authenticate"), call.image(), call.actions(), known);
        return better.isEmpty() ? answer : sendOnce(call, better.get());
    }

    private Transport.Answer sendOnce(Call call, Authorization authorization) throws IOException {
        String url =
                access.endpoint(call.image().registry()) + "/v2/" + call.image().repository() + "/" + call.path();
        return transport.send(
                call.method(), URI.create(url).toURL(), authorization, call.accept(), call.content(), call.maxBytes());
    }

    /** Whether the registry lacks the manifest itself, or one that the index to be written refers to. */
    private static boolean isMissing(Transport.Answer answer) {
        return answer.status() == 404 && errors(answer).stream().noneMatch(error -> error.startsWith("NAME_UNKNOWN"))
                || answer.status() == 400
                        && errors(answer).stream().anyMatch(error -> error.startsWith("MANIFEST_BLOB_UNKNOWN"));
    }

    private RegistryException refused(Call call, Transport.Answer answer) {
        String registry = call.image().registry();
        String refusal = "Could not " + call.purpose() + ": the registry answered " + describe(answer) + ".";
        Optional<RegistryCredential> given = access.credential(registry);
        if (given.isEmpty() && (answer.status() == 401 || answer.status() == 403)) {
            return new RegistryException.NoCredential(refusal, answer.status(), registry);
        }
        String credential = given.map(known -> "the credential for " + registry + " (user '" + known.username() + "')")
                .orElse("");
        String remedy =
                switch (answer.status()) {
                    case 401 -> "Check " + credential + ".";
                    case 403 ->
                        "Check that " + credential + " may " + call.actions() + " in "
                                + call.image().repository() + ".";
                    case 404 -> "Check the name, and that it was pushed.";
                    case 429 ->
                        answer.header("Retry-After").isEmpty()
                                ? "Try again later."
                                : "Try again after " + answer.header("Retry-After") + ".";
                    case 400 ->
                        isMissing(answer)
                                ? "The index refers to a manifest that this repository does not have; push every"
                                        + " platform image to " + call.image().name() + " first."
                                : "Check that the registry supports this kind of manifest.";
                    default ->
                        answer.status() >= 500
                                ? "The registry has a problem; its own log says which."
                                : answer.status() >= 300 && answer.status() < 400
                                        ? "Use the address it redirects to: " + answer.header("Location") + "."
                                        : "Check the name, and that " + registry + " is a registry.";
                };
        String message = refusal + " " + remedy;
        return answer.status() == 404
                ? new RegistryException.NotFound(message)
                : new RegistryException(message, answer.status(), null);
    }

    private static RegistryException unusable(Call call, String reason) {
        return new RegistryException("Could not " + call.purpose() + ": " + reason + ".", 0, null);
    }

    private RegistryException unreachable(Call call, IOException failure) {
        String registry = call.image().registry();
        String reason = failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        String remedy;
        if (failure instanceof UnknownHostException) {
            reason = "unknown host " + reason;
            remedy = "Check the name of the registry.";
        } else if (failure instanceof ConnectException) {
            remedy = "Check host and port, and that the registry is running.";
        } else if (failure instanceof SSLException && reason.contains("plain HTTP")) {
            remedy = "Name the registry by an address that stays on TLS.";
        } else if (failure instanceof SSLException && reason.contains("SSL message")) {
            remedy = "It does not speak TLS; if it is meant to be plain HTTP, name " + registry + " as insecure.";
        } else if (failure instanceof SSLException) {
            remedy = "Give the registry a certificate that this Java trusts, or add its authority to the trust store.";
        } else if (failure instanceof Transport.TooLarge) {
            remedy = "Check the name; this is not what a registry keeps there.";
        } else {
            remedy = "Check that " + registry + " is a registry, that it is running, and any proxy in between.";
        }
        return new RegistryException("Could not " + call.purpose() + ": " + reason + ". " + remedy, 0, failure);
    }

    private static String describe(Transport.Answer answer) {
        List<String> errors = errors(answer);
        return answer.status() + (errors.isEmpty() ? "" : " (" + String.join("; ", errors) + ")");
    }

    /** The registry's own words: {@code CODE: message} each. */
    private static List<String> errors(Transport.Answer answer) {
        List<String> errors = new ArrayList<>();
        try {
            for (JsonNode error : JSON.readTree(new String(answer.body(), StandardCharsets.UTF_8))
                    .path("errors")) {
                errors.add(error.path("code").asText() + ": "
                        + error.path("message").asText());
            }
        } catch (IOException e) {
            return List.of(); // Not every proxy answers with JSON.
        }
        return errors;
    }
}
