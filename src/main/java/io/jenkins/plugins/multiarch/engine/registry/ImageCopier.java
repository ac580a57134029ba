package io.jenkins.plugins.multiarch.engine.registry;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.multiarch.engine.json.Json;
import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.threads.SingleFlight;
import io.jenkins.plugins.multiarch.engine.threads.Workers;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Brings images into a repository, from another one of the same registry or of another registry. What several images
 * share is brought once; what is there already is left alone. Nothing is kept on disk.
 */
public final class ImageCopier {

    private static final int BLOBS_AT_ONCE = 4;
    private static final int MOST_LEVELS = 16;
    private static final long REPORT_NANOS = Duration.ofSeconds(5).toNanos();
    private static final double MEGABYTE = 1_000_000;

    private final Registry registry;
    private final Consumer<String> log;
    private final LongSupplier nanoTime;
    private final SingleFlight<String, Boolean> brought = new SingleFlight<>();

    /** @param log is told, in one line each, how far it has come */
    public ImageCopier(Registry registry, Consumer<String> log) {
        this(registry, log, System::nanoTime);
    }

    ImageCopier(Registry registry, Consumer<String> log, LongSupplier nanoTime) {
        this.registry = registry;
        this.log = log;
        this.nanoTime = nanoTime;
    }

    /**
     * Makes sure that a repository has a manifest, by its digest, and everything it refers to: blobs, and, if it is an
     * index, manifests of any kind. The manifest itself comes last, so a repository never has part of an image.
     *
     * @param source where the manifest is
     * @param manifest a manifest of any kind
     * @param target any reference in the repository that shall have it
     * @throws RegistryException if one of the registries refuses; the message says which, and what to check
     */
    public void copy(ImageReference source, Manifest manifest, ImageReference target) throws IOException {
        copy(source, manifest, target, 1);
    }

    private void copy(ImageReference source, Manifest manifest, ImageReference target, int level) throws IOException {
        ImageReference copy = target.withDigest(manifest.digest());
        brought.get(copy.toString(), () -> {
            if (registry.has(copy)) {
                log.accept(copy + " is there already");
            } else {
                copyAll(source, manifest, copy, level);
            }
            return true;
        });
    }

    private void copyAll(ImageReference source, Manifest manifest, ImageReference copy, int level) throws IOException {
        if (level > MOST_LEVELS) {
            throw ErrorMessages.unusable(
                    "copy " + source, "it is an index in more than " + MOST_LEVELS + " others. Flatten them");
        }
        References references = references(source, manifest);
        for (Digest member : references.manifests()) {
            ImageReference location = source.withDigest(member);
            copy(location, registry.pull(location, ReadOption.ANY_KIND), copy, level + 1);
        }
        long total = references.blobs().stream().mapToLong(Blobs.Blob::size).sum();
        Progress progress = new Progress(source, total);
        Workers.map(
                BLOBS_AT_ONCE,
                references.blobs(),
                blob -> brought.get(copy.name() + "@" + blob.digest(), () -> {
                    registry.copyBlob(blob, source, copy, progress::add);
                    return true;
                }));
        registry.push(copy, manifest);
        log.accept("Copied " + source + " (" + manifest.digest() + ", " + megabytes(total) + ") to " + copy.name());
    }

    /** What a manifest refers to, in the order in which it does. */
    private record References(List<Digest> manifests, List<Blobs.Blob> blobs) {}

    private References references(ImageReference source, Manifest manifest) throws RegistryException {
        List<Digest> manifests = new ArrayList<>();
        Map<Digest, Blobs.Blob> blobs = new LinkedHashMap<>();
        JsonNode json;
        try {
            json = manifest.json();
        } catch (IllegalArgumentException e) {
            if (manifest.isImage() || manifest.isIndex()) {
                throw malformed(source, manifest, e);
            }
            return new References(List.of(), List.of()); // What is no manifest refers to nothing.
        }
        try {
            List<JsonNode> descriptors = new ArrayList<>();
            if (manifest.isImage() || json.path("config").isObject()) {
                descriptors.add(json.path("config"));
            }
            Json.list(json, "layers").forEach(descriptors::add);
            Json.list(json, "blobs").forEach(descriptors::add);
            for (JsonNode descriptor : descriptors) {
                Digest digest = Digest.parse(Json.string(descriptor, "digest"));
                if (Blobs.Blob.isNonDistributable(Json.string(descriptor, "mediaType"))) {
                    log.accept("Layer " + digest + " of " + source + " is not to be distributed, so it is not copied");
                } else {
                    blobs.put(digest, new Blobs.Blob(digest, Json.size(descriptor, "size")));
                }
            }
            for (JsonNode member : Json.list(json, "manifests")) {
                manifests.add(Digest.parse(Json.string(member, "digest")));
            }
        } catch (IllegalArgumentException e) {
            throw malformed(source, manifest, e);
        }
        return new References(manifests, List.copyOf(blobs.values()));
    }

    private static RegistryException malformed(ImageReference source, Manifest manifest, IllegalArgumentException e) {
        return ErrorMessages.unusable(
                "copy " + source, "its manifest " + manifest.digest() + " is malformed: " + e.getMessage());
    }

    private static String megabytes(long bytes) {
        return String.format(java.util.Locale.ROOT, "%.1f MB", bytes / MEGABYTE);
    }

    /** Tells from time to time how much of an image has been copied. */
    private final class Progress {

        private final ImageReference source;
        private final long total;
        private final AtomicLong done = new AtomicLong();
        private final AtomicLong reported = new AtomicLong(nanoTime.getAsLong());

        Progress(ImageReference source, long total) {
            this.source = source;
            this.total = total;
        }

        void add(long bytes) {
            long sum = done.addAndGet(bytes);
            long last = reported.get();
            long now = nanoTime.getAsLong();
            if (now - last > REPORT_NANOS && reported.compareAndSet(last, now)) {
                log.accept("Copying " + source + ": " + megabytes(sum) + " of " + megabytes(total));
            }
        }
    }
}
