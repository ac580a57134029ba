package io.jenkins.plugins.multiarch.engine.registry;

import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import io.jenkins.plugins.multiarch.engine.http.Addresses;
import io.jenkins.plugins.multiarch.engine.http.Answer;
import io.jenkins.plugins.multiarch.engine.http.Body;
import io.jenkins.plugins.multiarch.engine.http.Deadline;
import io.jenkins.plugins.multiarch.engine.json.Json;
import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads and writes manifests in registries, over the distribution API. Safe for use by several threads. Connections and
 * tokens are kept and used again for as long as the object lives; it needs no closing.
 *
 * <p>Every method throws {@link RegistryException} where the registry refuses, cannot be reached, or answers what
 * cannot be true; {@link RegistryException.NotFound} where it does not have what was asked for. Requests that may be
 * repeated are, a few times, after 408, 429, 5xx and lost connections.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md">OCI distribution
 *     specification</a>
 */
public final class Registry {

    /** What the specification asks registries to accept as a manifest, and so what one has at most, in bytes. */
    public static final int MAX_MANIFEST_BYTES = 4 * 1024 * 1024;

    private static final String DIGEST_HEADER = "Docker-Content-Digest";

    /** Of a list of what is about a manifest; registries have hundreds of entries on one. */
    private static final int MOST_PAGES = 100;

    /** RFC 8288, as the distribution specification uses it. */
    private static final Pattern NEXT_PAGE = Pattern.compile("<([^<>]+)>\\s*;\\s*rel=\"?next\"?");

    private static final int MAX_REMEMBERED_BYTES = 256 * 1024;

    private final RegistryAccess access;
    private final RegistryClient client;
    private final Mirrors mirrors;
    private final Blobs blobs;

    /** Small blobs that have been read. A digest never changes its meaning. */
    private final Map<Digest, byte[]> remembered;

    /** Access to registries, without a word on repeated requests. */
    public Registry(RegistryAccess access) {
        this(access, line -> {});
    }

    /** @param log is told, in one line each, of requests that are repeated; by several threads at the same time */
    public Registry(RegistryAccess access, Consumer<String> log) {
        this(access, log, RetryPolicy.retrying(access.limits().retries()));
    }

    Registry(RegistryAccess access, Consumer<String> log, RetryPolicy retryPolicy) {
        this(
                access,
                new RegistryClient(access, redacting(log), retryPolicy, Deadline.none()),
                new Mirrors(access, redacting(log)),
                new ConcurrentHashMap<>());
    }

    private static Consumer<String> redacting(Consumer<String> log) {
        return line -> log.accept(Addresses.redacted(line));
    }

    private Registry(RegistryAccess access, RegistryClient client, Mirrors mirrors, Map<Digest, byte[]> remembered) {
        this.access = access;
        this.client = client;
        this.mirrors = mirrors;
        this.blobs = new Blobs(client, mirrors);
        this.remembered = remembered;
    }

    /**
     * The same registries, over the same connections, for one operation that must be over in time.
     *
     * @param time from now; what has not succeeded by then fails, and its message names this limit
     */
    public Registry within(Duration time) {
        return new Registry(access, client.until(Deadline.in(time)), mirrors, remembered);
    }

    /** As {@link #within(Duration)}, with the time limit that the access to registries has. */
    public Registry withinTimeLimit() {
        return within(access.limits().timeLimit());
    }

    /** From now on asks for what a push needs as well when this image's repository is read: one token serves for both. */
    public void willPush(ImageReference image) {
        client.willPush(image);
    }

    /**
     * Reads a manifest as it is: that of an image or an index, from the registry's mirror if that has it.
     *
     * @param image what to read: by digest if the reference has one, else by tag
     * @return the manifest; its digest is verified if asked for by digest, else compared with what the registry says
     * @throws RegistryException.NotFound if the registry does not have it; the message names it
     */
    public Manifest pull(ImageReference image, ReadOption... options) throws IOException {
        List<ReadOption> wanted = List.of(options);
        boolean retryIfMissing = wanted.contains(ReadOption.JUST_PUSHED);
        boolean fresh = retryIfMissing || wanted.contains(ReadOption.FRESH);
        boolean any = wanted.contains(ReadOption.ANY_KIND);
        Optional<Manifest> mirrored =
                fresh ? Optional.empty() : mirrors.read(image, copy -> read(copy, any, client::ask));
        Manifest manifest = mirrored.isPresent()
                ? mirrored.get()
                : read(image, any, call -> client.succeed(call.retryIfMissing(retryIfMissing)));
        if (manifest.isSchema1() && !any) {
            throw ErrorMessages.unusable(
                    purpose(image),
                    "it is a Docker schema 1 manifest (" + manifest.mediaType()
                            + "), which is obsolete and cannot be in an index. Build and push the image anew");
        }
        return manifest;
    }

    /** Whether this is also asked for elsewhere than in its own registry. */
    public boolean isMirrored(ImageReference image) {
        return access.mirror(image.registry()).isPresent();
    }

    private interface Sending {
        Answer send(Call call) throws IOException;
    }

    private static String purpose(ImageReference image) {
        return "pull the manifest of " + image;
    }

    private static Manifest read(ImageReference image, boolean any, Sending sending) throws IOException {
        String purpose = purpose(image);
        Call call = manifest(purpose, "GET", image);
        Answer answer = sending.send(any ? call.accepting(Manifest.ANY_MEDIA_TYPE) : call);
        byte[] content = answer.body();
        String contentType = answer.header("Content-Type");
        // The digest of a signed schema 1 manifest leaves out its signatures.
        boolean signed = contentType.contains(Manifest.DOCKER_SCHEMA_1_SIGNED);
        Digest digest = signed ? Digest.ofSha256(content) : verified(purpose, image, answer);
        String mediaType;
        try {
            mediaType = any && !image.digest().isEmpty()
                    ? Manifest.anyMediaType(contentType, content)
                    : Manifest.mediaType(contentType, content);
        } catch (IllegalArgumentException e) {
            throw ErrorMessages.unusable(
                    purpose, "the answer is not a manifest: " + e.getMessage() + ". Check the name");
        }
        Manifest manifest = new Manifest(mediaType, content, digest);
        if (!any && !manifest.isImage() && !manifest.isIndex() && !manifest.isSchema1()) {
            throw ErrorMessages.unusable(
                    purpose,
                    "its media type " + mediaType + " is neither an image nor an index of images. Check the name");
        }
        return manifest;
    }

    private static Call manifest(String purpose, String method, ImageReference image) {
        String path = "manifests/" + image.identifier();
        Call call = method.equals("HEAD")
                ? Call.head(purpose, image, path)
                : Call.get(purpose, image, path, MAX_MANIFEST_BYTES);
        return call.accepting(Manifest.MEDIA_TYPES);
    }

    private static Digest verified(String purpose, ImageReference image, Answer answer) throws RegistryException {
        byte[] content = answer.body();
        String asked = image.digest();
        Digest digest = asked.isEmpty() ? Digest.ofSha256(content) : Digest.parse(asked);
        Optional<Digest> answered = asked.isEmpty() ? answered(purpose, image, answer) : Optional.empty();
        boolean lied = answered.isPresent() && !answered.get().matches(content);
        if (lied || !digest.matches(content)) {
            throw ErrorMessages.unusable(
                    purpose,
                    "the registry answered " + content.length + " bytes with digest " + Digest.ofSha256(content)
                            + (lied ? " and called it " + answered.get() : "")
                            + ". The registry or a proxy in between is broken or not to be trusted");
        }
        return digest;
    }

    /**
     * What the registry calls what it has answered, or stored; empty if it does not say.
     *
     * @throws RegistryException if it is no digest
     */
    private static Optional<Digest> answered(String purpose, ImageReference image, Answer answer)
            throws RegistryException {
        String header = answer.header(DIGEST_HEADER);
        try {
            return header.isEmpty() ? Optional.empty() : Optional.of(Digest.parse(header));
        } catch (IllegalArgumentException e) {
            throw ErrorMessages.unusable(
                    purpose,
                    "registry " + image.registry() + " answered the header " + DIGEST_HEADER + " with '" + header
                            + "', which is no digest. The registry or a proxy in between is broken");
        }
    }

    /** Whether the registry has a manifest; nothing of it is read. */
    public boolean has(ImageReference image) throws IOException {
        Call call = manifest("look for " + image, "HEAD", image);
        Answer answer = client.send(call, RegistryClient.Settled.NEVER);
        if (answer.isSuccess() || answer.status() == 404) {
            return answer.isSuccess();
        }
        throw client.failures().refused(call, answer);
    }

    /**
     * What a tag points at now, never told by a mirror.
     *
     * @return its digest; empty if there is no such tag
     */
    public Optional<Digest> digestOf(ImageReference tag) throws IOException {
        Call call = manifest("look where " + tag + " points", "HEAD", tag);
        Answer answer = client.send(call, RegistryClient.Settled.NEVER);
        if (answer.status() == 404) {
            return Optional.empty();
        }
        if (!answer.isSuccess()) {
            throw client.failures().refused(call, answer);
        }
        Optional<Digest> digest = answered(call.purpose(), tag, answer);
        // Not every registry says it, or by the same hash as everybody else.
        return digest.isPresent() && digest.get().algorithm().equals("sha256")
                ? digest
                : Optional.of(pull(tag, ReadOption.FRESH, ReadOption.ANY_KIND).digest());
    }

    /** How much time is left, if this is {@link #within} a limit; else so much that it does not matter. */
    public Duration timeLeft() {
        return client.timeLeft();
    }

    /**
     * Reads the platform of a single image from its configuration.
     *
     * @param image where the manifest came from
     * @param manifest the manifest of a single image
     * @throws RegistryException if the configuration is missing, or names no platform
     */
    public ImageConfig config(ImageReference image, Manifest manifest, ReadOption... options) throws IOException {
        boolean retryIfMissing = List.of(options).contains(ReadOption.JUST_PUSHED);
        String purpose = "read the configuration of " + image;
        try {
            Digest digest = Digest.parse(Json.string(manifest.json().path("config"), "digest"));
            return ImageConfig.parse(blob(purpose, image, digest, MAX_MANIFEST_BYTES, retryIfMissing));
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
        return blob("read blob " + digest + " of " + repository.name(), repository, digest, maxBytes, false);
    }

    private byte[] blob(String purpose, ImageReference image, Digest digest, int maxBytes, boolean retryIfMissing)
            throws IOException {
        byte[] known = remembered.get(digest);
        if (known != null && known.length <= maxBytes) {
            return known.clone();
        }
        byte[] content = blobs.read(purpose, image, digest, maxBytes, retryIfMissing);
        if (content.length <= MAX_REMEMBERED_BYTES) {
            remembered.put(digest, content.clone());
        }
        return content;
    }

    /**
     * Reads a blob of any size, from the registry's mirror if that has it.
     *
     * @param repository any reference in the repository that has the blob
     * @param size its length in bytes
     * @return its content, to be closed; reading fails where it turns out to be another
     */
    public InputStream open(ImageReference repository, Digest digest, long size) throws IOException {
        return blobs.open(repository, new Blobs.Blob(digest, size));
    }

    /**
     * Brings a blob from one repository into another: it is left alone where it is there, mounted within one registry, else
     * streamed through this process.
     *
     * @param size its length in bytes
     */
    public void copyBlob(ImageReference from, Digest digest, long size, ImageReference to) throws IOException {
        if (!from.name().equals(to.name())) {
            copyBlob(new Blobs.Blob(digest, size), from, to, bytes -> {});
        }
    }

    /**
     * Pushes a file as a blob, unless the repository has it.
     *
     * @param file of that digest and size; it must not change meanwhile
     * @param size its length in bytes
     */
    public void pushBlob(ImageReference to, Digest digest, long size, Path file) throws IOException {
        pushBlob(to, digest, size, () -> file);
    }

    /** Where the content of a blob is, once it is needed. */
    public interface BlobFile {
        Path get() throws IOException;
    }

    /** As {@link #pushBlob(ImageReference, Digest, long, Path)}, with a file that is made only if the repository lacks it. */
    public void pushBlob(ImageReference to, Digest digest, long size, BlobFile file) throws IOException {
        blobs.pushBlob(
                new Blobs.Blob(digest, size),
                () -> {
                    Path made = file.get();
                    return () -> Files.newInputStream(made);
                },
                to);
    }

    /**
     * Pushes a small blob, unless the repository has it.
     *
     * @return its digest
     */
    public Digest pushBlob(ImageReference to, byte[] content) throws IOException {
        byte[] copy = content.clone();
        Digest digest = Digest.ofSha256(copy);
        blobs.pushBlob(new Blobs.Blob(digest, copy.length), () -> () -> new ByteArrayInputStream(copy), to);
        return digest;
    }

    /** Makes a blob of one repository part of another; see {@link Blobs}. */
    void copyBlob(Blobs.Blob blob, ImageReference from, ImageReference to, LongConsumer progress) throws IOException {
        blobs.copyBlob(blob, from, to, remembered.get(blob.digest()), progress);
    }

    /**
     * Writes a manifest under the reference's tag, or its digest if it has one.
     *
     * <p>A registry that does not yet have what an index refers to is given some time to get it. Where the answer is
     * lost, the manifest is read back before it is sent again.
     *
     * @return with the digest under which it can be pulled, verified against what the registry says; one that says nothing
     *     is asked for what has this digest
     * @throws RegistryException also if the manifest is larger than {@link #MAX_MANIFEST_BYTES}; then nothing is sent
     */
    public PushReceipt push(ImageReference image, Manifest manifest) throws IOException {
        String purpose = "push " + (manifest.isIndex() ? "the index " : "the manifest ") + image;
        if (manifest.size() > MAX_MANIFEST_BYTES) {
            throw ErrorMessages.unusable(
                    purpose,
                    "it has " + manifest.size() + " bytes, but registries take no more than " + MAX_MANIFEST_BYTES
                            + ". Leave out annotations or members");
        }
        Call call = Call.of(purpose, "PUT", image, "pull,push", "manifests/" + image.identifier())
                .with(Body.of(manifest.mediaType(), manifest.content()))
                .retryIfMissing(true);
        AtomicBoolean isRead = new AtomicBoolean();
        Answer answer = client.succeed(call, () -> {
            isRead.set(isThere(image, manifest));
            return isRead.get();
        });
        Optional<Digest> answered = answered(purpose, image, answer);
        if (answered.isEmpty() && !isRead.get()) {
            requireStored(purpose, image.withDigest(manifest.digest()));
        }
        if (answered.isPresent() && !answered.get().matches(manifest.content())) {
            throw ErrorMessages.unusable(
                    purpose,
                    "the registry stored it as " + answered.get() + " instead of " + manifest.digest()
                            + ". The registry or a proxy in between changes manifests");
        }
        return new PushReceipt(
                manifest.digest(), isRead.get() ? Optional.empty() : Optional.of(answer.header("OCI-Subject")));
    }

    /** By digest, because the tag may be somebody else's by now. */
    private void requireStored(String purpose, ImageReference stored) throws IOException {
        Call call = manifest(purpose, "HEAD", stored).retryIfMissing(true);
        Answer answer = client.send(call, RegistryClient.Settled.NEVER);
        if (answer.status() == 404) {
            throw ErrorMessages.unusable(
                    purpose,
                    "the registry has accepted it, but has nothing with digest " + stored.digest()
                            + ". The registry or a proxy in between changes manifests");
        }
        if (!answer.isSuccess()) {
            throw client.failures().refused(call, answer);
        }
    }

    private boolean isThere(ImageReference image, Manifest manifest) throws IOException {
        Answer answer = client.once(manifest(purpose(image), "GET", image));
        return answer.isSuccess() && manifest.digest().matches(answer.body());
    }

    /**
     * Whether the registry itself lists what is about a manifest.
     *
     * @param subject the manifest, by digest
     * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#listing-referrers">OCI
     *     distribution specification, listing referrers</a>
     */
    public boolean listsReferrers(ImageReference subject) throws IOException {
        return page(referrersCall(subject)).isPresent();
    }

    /**
     * What the registry itself lists as being about a manifest.
     *
     * @param subject the manifest, by digest
     * @return the pages of the list, an OCI index each; empty if this registry makes no such lists
     * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#listing-referrers">OCI
     *     distribution specification, listing referrers</a>
     */
    public Optional<List<Manifest>> referrers(ImageReference subject) throws IOException {
        List<Answer> pages = pages(referrersCall(subject), this::page, "Remove old signatures and attestations");
        return pages.isEmpty()
                ? Optional.empty()
                : Optional.of(pages.stream()
                        .map(page -> Manifest.of(Manifest.OCI_INDEX, page.body()))
                        .toList());
    }

    /** Reads a page of a list; empty if there is no such list. */
    private interface PageReader {
        Optional<Answer> read(Call call) throws IOException;
    }

    /**
     * All pages of a list.
     *
     * @param remedy what to do about a list that is too long
     * @return none if there is no such list
     */
    private static List<Answer> pages(Call first, PageReader reader, String remedy) throws IOException {
        Call call = first;
        List<Answer> pages = new ArrayList<>();
        Optional<Answer> page = reader.read(call);
        while (page.isPresent()) {
            pages.add(page.get());
            Matcher next = NEXT_PAGE.matcher(page.get().header("Link"));
            if (!next.find()) {
                return pages;
            }
            call = call.at(next.group(1));
            page = pages.size() < MOST_PAGES ? reader.read(call) : Optional.empty();
        }
        if (pages.isEmpty()) {
            return pages;
        }
        throw ErrorMessages.unusable(
                first.purpose(),
                "page " + (pages.size() + 1) + " of its list is "
                        + (pages.size() < MOST_PAGES
                                ? "missing. The registry or a proxy in between is broken"
                                : "one too many. " + remedy));
    }

    /**
     * The tags of a repository.
     *
     * @param repository a reference in it, of which tag and digest do not matter
     * @return in the registry's order; none if there is no such repository
     * @throws IOException if the registry does not say, or has more than can be read
     * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#listing-tags">OCI distribution
     *     specification, listing tags</a>
     */
    public List<String> tags(ImageReference repository) throws IOException {
        Call call = Call.get("list the tags of " + repository.name(), repository, "tags/list", MAX_MANIFEST_BYTES);
        List<String> tags = new ArrayList<>();
        for (Answer page : pages(call, this::tagPage, "Remove old tags")) {
            try {
                // A repository whose tags were all removed has null there.
                Json.readObject(page.body()).path("tags").forEach(tag -> tags.add(tag.asText()));
            } catch (IllegalArgumentException e) {
                throw ErrorMessages.unusable(call.purpose(), "its list is no JSON object");
            }
        }
        return tags;
    }

    private Optional<Answer> tagPage(Call call) throws IOException {
        Answer answer = client.send(call, RegistryClient.Settled.NEVER);
        if (answer.isSuccess()) {
            return Optional.of(answer);
        }
        if (answer.status() == 404) {
            return Optional.empty();
        }
        throw client.failures().refused(call, answer);
    }

    private static Call referrersCall(ImageReference subject) {
        return Call.get("list what is about " + subject, subject, "referrers/" + subject.digest(), MAX_MANIFEST_BYTES)
                .accepting(List.of(Manifest.OCI_INDEX));
    }

    private Optional<Answer> page(Call call) throws IOException {
        Answer answer = client.send(call, RegistryClient.Settled.NEVER);
        if (answer.isSuccess()) {
            // Some answer every path with a page for people.
            return Optional.of(answer)
                    .filter(page -> page.header("Content-Type").startsWith(Manifest.OCI_INDEX));
        }
        if (answer.status() == 404 || isUnsupported(answer)) {
            return Optional.empty();
        }
        throw client.failures().refused(call, answer);
    }

    private static boolean isUnsupported(Answer answer) {
        return answer.status() == 405 || answer.status() == 400 || answer.status() == 501;
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
        Call call = Call.of("remove the tag " + tagged, "DELETE", tagged, "delete", "manifests/" + tagged.tag());
        // Sent again after a lost answer it can only find the tag gone, which is as good.
        Answer answer = client.send(call, RegistryClient.Settled.NEVER);
        if (answer.isSuccess() || answer.status() == 404) {
            return true;
        }
        if (isUnsupported(answer)) {
            return false;
        }
        throw client.failures().refused(call, answer);
    }
}
