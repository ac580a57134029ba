package io.jenkins.plugins.multiarch.engine.index;

import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.ImageCopier;
import io.jenkins.plugins.multiarch.engine.registry.Manifest;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import io.jenkins.plugins.multiarch.engine.registry.RegistryException;
import java.io.IOException;
import java.util.List;
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

    private final Registry registry;
    private final Consumer<String> log;
    private final TagLocks turns;
    private final Settling settling;

    /** @param log gets one line per event, one at a time */
    public IndexPublisher(Registry registry, Consumer<String> log) {
        this(registry, log, TagLocks.SHARED, Settling::twice);
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
        return publish(request, BeforeTags.NOTHING);
    }

    /**
     * Publishes an index like {@link #publish(IndexRequest)}, and does something with it before any tag points at it. In a dry
     * run it does not.
     *
     * @throws IOException also if that has failed; the index is in its repository then, and no tag has moved
     */
    public PublishedIndex publish(IndexRequest request, BeforeTags before) throws IOException {
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
        List<Descriptor> descriptors = request.annotated(DistinctMembers.of(members));
        Manifest subject = request.subject() == null ? null : reader.manifest(request.subject());
        MemberCopies copies = new MemberCopies(members, request);
        TagPush push = new TagPush(bounded, request.image(), request.tags(), log, before);
        Publication publication = new Publication(bounded, request, push, log, turns);
        Publication.Outcome outcome;
        if (request.isAmendment()) {
            Amendment amendment = new Amendment(bounded, request, descriptors, subject);
            if (copies.areNeeded() || request.dryRun()) {
                // What is wrong with it shall come to light before anything is copied.
                ImageIndex preview = amendment.preview(request.dryRun() ? log : line -> {});
                copies.make(bounded, reader, log);
                if (request.dryRun()) {
                    return push.dryRun(preview);
                }
            }
            outcome = publication.amend(amendment, settling);
        } else {
            ImageIndex index =
                    request.completed(ImageIndex.of(request.format(), descriptors, request.annotations()), subject);
            copies.make(bounded, reader, log);
            if (request.dryRun()) {
                return push.dryRun(index);
            }
            outcome = publication.replace(index, !reader.hasAsked());
        }
        new Referrers(bounded, turns, log)
                .add(outcome.published().image(), outcome.published().manifest(), outcome.receipt());
        return outcome.published();
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
}
