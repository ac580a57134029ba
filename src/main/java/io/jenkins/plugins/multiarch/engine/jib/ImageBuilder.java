package io.jenkins.plugins.multiarch.engine.jib;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.multiarch.engine.build.BuildRequest;
import io.jenkins.plugins.multiarch.engine.build.PushedImage;
import io.jenkins.plugins.multiarch.engine.json.Json;
import io.jenkins.plugins.multiarch.engine.provenance.ResolvedBaseImage;
import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.Manifest;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import io.jenkins.plugins.multiarch.engine.threads.SingleFlight;
import io.jenkins.plugins.multiarch.engine.threads.Workers;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Builds platform images of a Dockerfile that runs nothing, in this process, and pushes them by digest. What platforms have
 * in common is read, made and pushed once. The files that it needs meanwhile are gone once it is closed.
 */
public final class ImageBuilder implements AutoCloseable {

    /** As jib has it: not zero, which some programs take for a missing time. */
    private static final Instant USUAL_TIME = Instant.ofEpochSecond(1);

    /** Years in JSON have four digits. */
    private static final Instant LAST_TIME = Instant.parse("9999-12-31T23:59:59Z");

    private static final String EPOCH = "SOURCE_DATE_EPOCH";
    private static final int BLOBS_AT_ONCE = 4;
    private static final int PLATFORMS_AT_ONCE = 4;
    /** Each holds blocks in memory, so there are no more than one layer keeps busy. */
    private static final int COMPRESSORS = Math.min(8, Runtime.getRuntime().availableProcessors());

    private static final double MEGABYTE = 1_000_000;

    private final Recipe recipe;
    private final Registry registry;
    private final Consumer<String> log;
    private final Path directory;
    private final LayerReader reader;
    private final ExecutorService compressors = Executors.newFixedThreadPool(COMPRESSORS, Workers::daemon);
    private final LayerMaker maker;
    private final Workshop workshop;
    private final SingleFlight<String, Boolean> pushed = new SingleFlight<>();

    private ImageBuilder(
            Recipe recipe,
            Registry registry,
            Consumer<String> log,
            Path directory,
            Instant time,
            Optional<UserCache> cache) {
        this.recipe = recipe;
        this.registry = registry;
        this.log = log;
        this.directory = directory;
        this.reader = new LayerReader(registry);
        LayerWriter writer = new LayerWriter(directory, time, new ContentHashes(), compressors);
        this.maker = new LayerMaker(reader, writer, cache.map(UserCache::layers));
        this.workshop = new Workshop(recipe, registry, reader, writer, maker, cache.map(UserCache::listings), log);
    }

    /**
     * Prepares it.
     *
     * @param parent an existing directory, for files that are needed meanwhile
     * @param settings build arguments and variables of the environment; {@code SOURCE_DATE_EPOCH}, in seconds, is the time
     *     of everything in the images
     * @param log is told, in one line each, what is made and pushed; by several threads
     * @throws IllegalArgumentException if the time is no number
     */
    public static ImageBuilder create(
            Recipe recipe, Registry registry, Path parent, Map<String, String> settings, Consumer<String> log)
            throws IOException {
        return create(recipe, registry, parent, settings, Optional.empty(), log);
    }

    /**
     * Prepares it, with a cache: what is in layers of base images, so that they are read once and not by every build, and
     * the layers that were made, so that nothing is compressed again. It is a folder of this user, bounded and swept.
     *
     * @param environment of this process; says where its user keeps caches
     */
    public static ImageBuilder createWithCache(
            Recipe recipe,
            Registry registry,
            Path parent,
            Map<String, String> settings,
            Map<String, String> environment,
            Consumer<String> log)
            throws IOException {
        return create(recipe, registry, parent, settings, Optional.of(UserCache.of(environment)), log);
    }

    static ImageBuilder create(
            Recipe recipe,
            Registry registry,
            Path parent,
            Map<String, String> settings,
            Optional<UserCache> cache,
            Consumer<String> log)
            throws IOException {
        Instant time = time(settings);
        return new ImageBuilder(recipe, registry, log, Files.createTempDirectory(parent, "images-"), time, cache);
    }

    private static Instant time(Map<String, String> settings) {
        String text = settings.getOrDefault(EPOCH, "");
        if (text.isEmpty()) {
            return USUAL_TIME;
        }
        try {
            Instant time = Instant.ofEpochSecond(Long.parseLong(text));
            if (!time.isBefore(Instant.EPOCH) && !time.isAfter(LAST_TIME)) {
                return time;
            }
        } catch (NumberFormatException | DateTimeException e) {
            // As one that is too late.
        }
        throw new IllegalArgumentException(
                EPOCH + " is '" + text + "', which is no time from 1970 to 9999. Give the seconds since 1970.");
    }

    /**
     * Builds a platform image, and pushes it unless the request says otherwise. Nothing of it is published under a tag.
     *
     * @return what was pushed; empty if nothing was
     * @throws IllegalArgumentException if the Dockerfile asks for what needs a build tool, or for what is not there; the
     *     message has file, line and remedy
     * @throws IOException if a registry refuses
     */
    public Optional<PushedImage> build(BuildRequest request) throws IOException {
        return build(List.of(request)).stream().findFirst();
    }

    /**
     * Builds the images of several platforms at the same time. Nothing is pushed before all of them are made, so what
     * cannot be built for one platform leaves nothing of the others in the registry.
     *
     * @param requests one for each platform
     * @return what was pushed, in the order of the requests; empty if they say not to push
     * @throws IllegalArgumentException as {@link #build(BuildRequest)} does
     * @throws IOException if a registry refuses
     */
    public List<PushedImage> build(List<BuildRequest> requests) throws IOException {
        requests.forEach(recipe::requirePossible);
        List<Made> made = Workers.map(PLATFORMS_AT_ONCE, requests, this::make);
        return Workers.map(
                PLATFORMS_AT_ONCE,
                made.stream().filter(image -> image.request().push()).toList(),
                this::push);
    }

    /**
     * Builds a platform image and writes its files. Nothing is pushed.
     *
     * @param target is created; everything in it belongs to this user
     * @throws IllegalArgumentException as {@link #build(BuildRequest)} does
     * @throws IOException if a base image cannot be read, or the directory not be written
     */
    public void export(BuildRequest request, Path target) throws IOException {
        recipe.requirePossible(request);
        BuiltStage stage = new StageBuilder(workshop, recipe, request).build();
        FileTree tree = stage.tree() == null ? workshop.tree(stage.base()) : stage.tree();
        new TreeWriter(reader, directory).write(tree, target);
    }

    /**
     * Builds a platform image and keeps all of it on this machine. Nothing is pushed.
     *
     * @param target an existing directory, for this image alone
     * @param name the image's name, with tag, in a build tool that loads it
     * @throws IllegalArgumentException as {@link #build(BuildRequest)} does
     * @throws IOException if a base image cannot be read, or the directory not be written
     */
    public SavedImage save(BuildRequest request, Path target, String name) throws IOException {
        recipe.requirePossible(request);
        Made made = make(request);
        SavedImage saved = new SavedImage(target);
        for (BaseLayer layer : made.stage().base()) {
            if (layer.isElsewhere()) {
                throw new IllegalArgumentException("Layer " + layer.digest() + " of " + layer.image()
                        + " is not in the registry, so the image cannot be tested or built on here. Leave test out,"
                        + " push the image, or choose another builder.");
            }
            try (InputStream blob = registry.open(layer.image(), layer.digest(), layer.size())) {
                Files.copy(blob, saved.file(layer.digest()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        for (Layer layer : made.stage().layers()) {
            Files.copy(maker.archive(layer), saved.file(layer.digest()), StandardCopyOption.REPLACE_EXISTING);
        }
        Files.write(saved.file(Digest.ofSha256(made.config())), made.config());
        saved.write(made.manifest(), name);
        return saved;
    }

    /**
     * Builds a platform image and writes it to a file, in the form of {@code docker save} and without a name. Nothing is pushed.
     *
     * @param file is created
     * @throws IllegalArgumentException as {@link #build(BuildRequest)} does
     * @throws IOException if a base image cannot be read, or the file not be written
     */
    public void archive(BuildRequest request, Path file) throws IOException {
        Path saved = Files.createTempDirectory(directory, "saved-");
        try {
            Files.move(save(request, saved, "").archive(), file);
        } finally {
            delete(saved);
        }
    }

    /** An image that is complete, and on this machine alone but for its base. */
    private record Made(BuildRequest request, BuiltStage stage, byte[] config, Manifest manifest) {}

    private Made make(BuildRequest request) throws IOException {
        BuiltStage stage = new StageBuilder(workshop, recipe, request).build();
        byte[] config = Json.write(stage.settings().toJson(workshop.time()), "");
        long size = stage.layers().stream().mapToLong(Layer::size).sum();
        log.accept(String.format(
                Locale.ROOT,
                "Made %s: layers of the base image: %d, on top: %d (%.1f MB)",
                request.platform(),
                stage.base().size(),
                stage.layers().size(),
                size / MEGABYTE));
        return new Made(request, stage, config, manifest(stage, Digest.ofSha256(config), config.length));
    }

    private PushedImage push(Made image) throws IOException {
        BuildRequest request = image.request();
        Manifest manifest = image.manifest();
        push(image.stage(), request.image());
        Path file = Files.write(Files.createTempFile(directory, "config-", ".json"), image.config());
        registry.pushBlob(request.image(), Digest.ofSha256(image.config()), image.config().length, file);
        ImageReference reference = request.image().withDigest(manifest.digest());
        registry.push(reference, manifest);
        log.accept("Pushed " + request.platform() + ": " + reference);
        return PushedImage.of(reference, manifest, request.platform());
    }

    private void push(BuiltStage stage, ImageReference image) throws IOException {
        Workers.map(
                BLOBS_AT_ONCE,
                stage.base(),
                layer -> layer.isElsewhere()
                        || once(
                                image,
                                layer.digest(),
                                () -> registry.copyBlob(layer.image(), layer.digest(), layer.size(), image)));
        Workers.map(
                BLOBS_AT_ONCE,
                stage.layers(),
                layer -> once(
                        image,
                        layer.digest(),
                        () -> registry.pushBlob(image, layer.digest(), layer.size(), () -> maker.archive(layer))));
    }

    private interface Transfer {
        void run() throws IOException;
    }

    /** A blob that several platforms share is pushed or mounted once, by the builder that comes first. */
    private boolean once(ImageReference image, Digest digest, Transfer transfer) throws IOException {
        String blob = image.name() + "@" + digest;
        return pushed.get(
                blob,
                () -> maker.alone(blob, () -> {
                    transfer.run();
                    return true;
                }));
    }

    private static Manifest manifest(BuiltStage stage, Digest config, long configSize) throws IOException {
        ObjectNode json = Json.object().put("schemaVersion", 2).put("mediaType", Manifest.OCI_MANIFEST);
        describe(json.putObject("config"), Manifest.OCI_CONFIG, config, configSize);
        ArrayNode layers = json.putArray("layers");
        for (BaseLayer layer : stage.base()) {
            ObjectNode descriptor = layers.addObject();
            describe(descriptor, layer.ociMediaType(), layer.digest(), layer.size());
            if (!layer.urls().isEmpty()) {
                layer.urls().forEach(descriptor.putArray("urls")::add);
            }
        }
        for (Layer layer : stage.layers()) {
            describe(layers.addObject(), Layer.MEDIA_TYPE, layer.digest(), layer.size());
        }
        stage.from()
                .ifPresent(base -> json.putObject("annotations")
                        .put(ResolvedBaseImage.DIGEST, base.digest().toString())
                        .put(ResolvedBaseImage.NAME, base.reference()));
        return Manifest.of(Manifest.OCI_MANIFEST, Json.write(json, ""));
    }

    private static void describe(ObjectNode descriptor, String mediaType, Digest digest, long size) {
        descriptor.put("mediaType", mediaType).put("digest", digest.toString()).put("size", size);
    }

    @Override
    public void close() throws IOException {
        compressors.shutdownNow();
        maker.sweep();
        delete(directory);
    }

    /** @param flat a directory without directories */
    private static void delete(Path flat) throws IOException {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> found = Files.list(flat)) {
            found.forEach(files::add);
        }
        for (Path file : files) {
            Files.deleteIfExists(file);
        }
        Files.deleteIfExists(flat);
    }
}
