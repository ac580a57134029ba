package io.jenkins.plugins.multiarch.engine.index;

import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.registry.Digest;
import io.jenkins.plugins.multiarch.engine.registry.ImageCopier;
import io.jenkins.plugins.multiarch.engine.registry.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.Manifest;
import io.jenkins.plugins.multiarch.engine.registry.PushReceipt;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import io.jenkins.plugins.multiarch.engine.registry.RegistryException;
import io.jenkins.plugins.multiarch.engine.threads.Workers;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Turns platform images that are in a registry into one index there.
 *
 * <p>A member whose descriptor was collected costs no request, one known by its reference at most two; publishing
 * costs one per tag. What is in another repository is copied first; see {@link ImageCopier}. An index that is about
 * another manifest is listed with it; see {@link Referrers}.
 *
 * <p>No tag is touched before everything that the index refers to is in its repository, and further tags only after the
 * first has been accepted.
 *
 * <p>Several may publish under the same tags at the same time. In one JVM they do it one after the other. Elsewhere, one
 * of those who replace the index wins, all of it; whoever has lost is told so in the log, at the cost of one request,
 * which is only spent where no member had to be asked for. Those who amend it lose nothing: after a second the tag is
 * looked at again, and if somebody else has written it meanwhile, the amendment is made on that.
 */
public final class IndexPublisher {

    private static final int TAGS_AT_ONCE = 8;
    private static final int COPIES_AT_ONCE = 3;
    private static final int ROUNDS = 8;

    /** More than a registry usually takes to answer two requests. */
    private static final Duration SETTLING_TIME = Duration.ofSeconds(1);

    private static final Duration LONGEST_SETTLING_TIME = Duration.ofSeconds(30);

    /** Of everything in this JVM. */
    private static final TagLocks TURNS = new TagLocks();

    private final Registry registry;
    private final Consumer<String> log;
    private final TagLocks turns;
    private final Settling settling;

    /** Waits until whoever has read a tag before it was pushed must have pushed his own. */
    interface Settling {

        /** @param window how long it took this build from reading to having pushed */
        void await(Duration window) throws InterruptedIOException;
    }

    /** @param log gets one line per event, one at a time */
    public IndexPublisher(Registry registry, Consumer<String> log) {
        this(registry, log, TURNS, IndexPublisher::settle);
    }

    IndexPublisher(Registry registry, Consumer<String> log, TagLocks turns, Settling settling) {
        this.registry = registry;
        this.turns = turns;
        this.settling = settling;
        Object turn = new Object();
        this.log = line -> {
            synchronized (turn) {
                log.accept(line);
            }
        };
    }

    /** Where this build took long, others may too. */
    private static void settle(Duration window) throws InterruptedIOException {
        Duration twice = window.multipliedBy(2);
        Duration time = twice.compareTo(SETTLING_TIME) < 0 ? SETTLING_TIME : twice;
        try {
            Thread.sleep(Math.min(time.toMillis(), LONGEST_SETTLING_TIME.toMillis()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for other builds");
        }
    }

    /**
     * Publishes an index under every tag of the request.
     *
     * @throws RegistryException if the registry refuses or lacks something, or the time is over; the message says what
     *     and what to check
     * @throws IOException also if only some of the further tags could be pushed; the message says which
     * @throws IllegalArgumentException if the request cannot be met: an image of another platform than it should be,
     *     two for the same, what a Docker list cannot hold, an annotated platform that is no member, nothing left to
     *     publish
     */
    public PublishedIndex publish(IndexRequest request) throws IOException {
        Registry bounded = request.time() == null ? registry.withinTimeLimit() : registry.within(request.time());
        if (!request.dryRun()) {
            bounded.willPush(request.image());
        }
        SourceReader reader = new SourceReader(bounded, request);
        List<Member> members = reader.read(log);
        if (members.isEmpty() && request.remove().isEmpty()) {
            throw new IllegalArgumentException("Nothing is left to publish as " + request.image()
                    + ": the registry has none of its sources. Push the platform images first.");
        }
        List<Descriptor> descriptors = annotate(DistinctMembers.of(members), request.platformAnnotations());
        Manifest subject = request.subject() == null ? null : reader.manifest(request.subject());
        boolean copies = members.stream().anyMatch(member -> isInOtherRepository(member, request));
        if (!request.isAmendment()) {
            ImageIndex index =
                    request.completed(ImageIndex.of(request.format(), descriptors, request.annotations()), subject);
            copy(bounded, reader, members, request);
            return request.dryRun()
                    ? dryRun(index, request)
                    : listed(bounded, replace(bounded, index, request, !reader.hasAsked()));
        }
        Amendment amendment = new Amendment(bounded, request, descriptors, subject);
        if (copies || request.dryRun()) {
            // What is wrong with it shall come to light before anything is copied.
            ImageIndex preview = amendment.preview(request.dryRun() ? log : line -> {});
            copy(bounded, reader, members, request);
            if (request.dryRun()) {
                return dryRun(preview, request);
            }
        }
        return listed(bounded, amend(bounded, amendment, request));
    }

    /** What is published, and what the registry has said of it; nothing if it was there already. */
    private record Outcome(PublishedIndex published, Optional<PushReceipt> receipt) {}

    private PublishedIndex listed(Registry bounded, Outcome outcome) throws IOException {
        new Referrers(bounded, turns, log).add(outcome.published(), outcome.receipt());
        return outcome.published();
    }

    private PublishedIndex dryRun(ImageIndex index, IndexRequest request) {
        Manifest manifest = index.toManifest();
        describe(index, manifest);
        request.targets().forEach(tag -> log.accept("Dry run: " + tag + " is not pushed"));
        return published(request, manifest);
    }

    private Outcome replace(Registry bounded, ImageIndex index, IndexRequest request, boolean readBack)
            throws IOException {
        Manifest manifest = index.toManifest();
        describe(index, manifest);
        return turns.take(request.targets(), bounded.timeLeft(), log, turn -> {
            PushReceipt receipt = pushAll(bounded, manifest, request);
            if (turn.isAwaited(request.image())) {
                log.accept("WARNING: another build publishes " + request.image() + " right after this one. The index of"
                        + " this build stays " + manifest.digest());
            }
            if (readBack) {
                readBack(bounded, manifest, request);
            }
            return new Outcome(published(request, manifest), Optional.of(receipt));
        });
    }

    /** Registries let the last one win, without a word to whom he has overtaken. */
    private void readBack(Registry bounded, Manifest manifest, IndexRequest request) throws InterruptedIOException {
        try {
            Optional<Digest> now = bounded.digestOf(request.image());
            if (now.isPresent() && !now.get().equals(manifest.digest())) {
                log.accept(
                        "WARNING: " + request.image() + " points at " + now.get() + " by now, which another build has"
                                + " pushed at the same time. The index of this build stays " + manifest.digest());
            }
        } catch (InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            log.accept("WARNING: it could not be seen whether another build has pushed " + request.image()
                    + " at the same time. " + e.getMessage());
        }
    }

    /**
     * Changes what is there. As registries have no way to change a tag only if it has not been changed meanwhile, it is
     * looked at again after a while that is longer than anybody needs between reading and writing; what others have
     * overwritten is then put upon theirs.
     */
    private Outcome amend(Registry bounded, Amendment amendment, IndexRequest request) throws IOException {
        for (int round = 1; ; round++) {
            boolean again = round > 1;
            Pushed pushed = turns.take(
                    request.targets(), bounded.timeLeft(), log, turn -> push(bounded, amendment, request, again));
            Outcome outcome = new Outcome(published(request, pushed.manifest()), pushed.receipt());
            if (pushed.receipt().isEmpty()) {
                return outcome;
            }
            settling.await(pushed.window());
            Optional<Digest> now = bounded.digestOf(request.image());
            if (now.equals(Optional.of(pushed.manifest().digest()))) {
                return outcome;
            }
            String found = request.image() + (now.isPresent() ? " points at " + now.get() : " is gone") + " by now";
            if (round == ROUNDS) {
                throw new IOException("Could not amend " + request.image() + ": " + round + " times it was pushed, and"
                        + " each time somebody else changed it at the same time; " + found
                        + ". What was pushed last is "
                        + pushed.manifest().digest() + ". Try again, and let fewer builds amend it at once.");
            }
            log.accept(found + ", because of another build; amending that");
        }
    }

    /**
     * What one round has pushed.
     *
     * @param window how long it took from reading to having pushed
     * @param receipt what the registry answered; nothing if it was all there already
     */
    private record Pushed(Manifest manifest, Duration window, Optional<PushReceipt> receipt) {}

    private Pushed push(Registry bounded, Amendment amendment, IndexRequest request, boolean again) throws IOException {
        long start = System.nanoTime();
        Amendment.Amended amended = amendment.make(log);
        Manifest manifest = amended.manifest();
        Optional<PushReceipt> receipt = Optional.empty();
        if (again && !amended.isChange()) {
            pushFurther(bounded, manifest, request);
        } else {
            describe(amended.index(), manifest);
            receipt = Optional.of(pushAll(bounded, manifest, request));
        }
        return new Pushed(manifest, Duration.ofNanos(System.nanoTime() - start), receipt);
    }

    /**
     * Removes tags that only served to push platform images. What the index needs of what they point at stays, or is put
     * back. A registry that refuses is no failure, because the index is published all the same.
     *
     * @param tags references with a tag; one with a digest too is only removed if the tag still points there, and not
     *     at what another build has pushed since
     * @param index what has been published
     * @return those whose tag is gone; of the others the log says why
     * @throws IOException if the index has lost a member by it, which could not be put back
     */
    public List<ImageReference> removeTags(List<ImageReference> tags, PublishedIndex index) throws IOException {
        return new TagRemoval(registry, index, log).remove(tags);
    }

    private static List<Descriptor> annotate(
            List<Descriptor> members, Map<Platform, Map<String, String>> platformAnnotations) {
        platformAnnotations.forEach((platform, annotations) -> {
            if (members.stream().noneMatch(member -> member.isFor(platform))) {
                throw new IllegalArgumentException("No member is for " + platform + ", so its annotations ("
                        + String.join(", ", annotations.keySet()) + ") have no place. The members are for "
                        + Descriptor.platforms(members) + ".");
            }
        });
        List<Descriptor> annotated = new ArrayList<>();
        for (Descriptor member : members) {
            Descriptor result = member;
            for (Map.Entry<Platform, Map<String, String>> entry : platformAnnotations.entrySet()) {
                if (member.isFor(entry.getKey())) {
                    result = result.withAnnotations(entry.getValue());
                }
            }
            annotated.add(result);
        }
        return annotated;
    }

    /** An index can only refer to manifests of its own repository, so those of others are brought there. */
    private void copy(Registry bounded, SourceReader reader, List<Member> members, IndexRequest request)
            throws IOException {
        List<Member> elsewhere = members.stream()
                .filter(member -> isInOtherRepository(member, request))
                .toList();
        if (request.dryRun()) {
            elsewhere.forEach(member -> log.accept("Dry run: " + member.location() + " is not copied to "
                    + request.image().name()));
            return;
        }
        ImageCopier copier = new ImageCopier(bounded, log);
        Workers.map(COPIES_AT_ONCE, elsewhere, member -> {
            ImageReference location = member.location();
            copier.copy(location, reader.member(location), request.image());
            return location;
        });
    }

    private static boolean isInOtherRepository(Member member, IndexRequest request) {
        return !member.origin().name().equals(request.image().name());
    }

    private void describe(ImageIndex index, Manifest manifest) {
        log.accept("Index of " + index.platforms() + ": " + manifest.digest() + ", " + manifest.size() + " bytes, "
                + manifest.mediaType());
    }

    private static PublishedIndex published(IndexRequest request, Manifest manifest) {
        List<String> tags = request.targets().stream().map(ImageReference::tag).toList();
        return new PublishedIndex(request.image().withDigest(manifest.digest()), tags, manifest);
    }

    private PushReceipt pushAll(Registry bounded, Manifest manifest, IndexRequest request) throws IOException {
        PushReceipt receipt = bounded.push(request.image(), manifest);
        log.accept("Pushed " + request.image());
        pushFurther(bounded, manifest, request);
        return receipt;
    }

    /** All further tags are tried, so that a refused one keeps no other from being pushed. */
    private void pushFurther(Registry bounded, Manifest manifest, IndexRequest request) throws IOException {
        List<String> refused = Workers.map(TAGS_AT_ONCE, request.tags(), tag -> {
            ImageReference target = request.image().withTag(tag);
            try {
                bounded.push(target, manifest);
                log.accept("Pushed " + target);
                return "";
            } catch (RegistryException e) {
                return e.getMessage();
            }
        });
        List<String> failures =
                refused.stream().filter(message -> !message.isEmpty()).toList();
        if (!failures.isEmpty()) {
            throw new IOException(
                    request.image() + " is pushed, but not all of its further tags. " + String.join(" ", failures));
        }
    }
}
