package io.jenkins.plugins.multiarch.engine.index;

import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.registry.Manifest;
import io.jenkins.plugins.multiarch.engine.registry.PushReceipt;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** Writes one index while others may write under the same tags; see {@link IndexPublisher} for who wins. */
final class Publication {

    private static final int ROUNDS = 8;

    private final Registry registry;
    private final IndexRequest request;
    private final Consumer<String> log;
    private final TagLocks turns;
    private final TagPush push;

    Publication(Registry registry, IndexRequest request, TagPush push, Consumer<String> log, TagLocks turns) {
        this.registry = registry;
        this.request = request;
        this.log = log;
        this.turns = turns;
        this.push = push;
    }

    /** What is published, and what the registry has said of it; nothing if it was there already. */
    record Outcome(PublishedIndex published, Optional<PushReceipt> receipt) {}

    /** @param readBack whether to look who has won, at the cost of a request */
    Outcome replace(ImageIndex index, boolean readBack) throws IOException {
        Manifest manifest = index.toManifest();
        push.describe(index, manifest);
        return turns.take(request.targets(), registry.timeLeft(), log, turn -> {
            PushReceipt receipt = push.all(manifest);
            if (turn.isAwaited(request.image())) {
                log.accept("WARNING: another build publishes " + request.image() + " right after this one. The index of"
                        + " this build stays " + manifest.digest());
            }
            if (readBack) {
                push.warnIfOvertaken(manifest);
            }
            return new Outcome(push.published(manifest), Optional.of(receipt));
        });
    }

    /**
     * Changes what is there. As registries have no way to change a tag only if it has not been changed meanwhile, it is
     * looked at again after a while that is longer than anybody needs between reading and writing; what others have
     * overwritten is then put upon theirs.
     */
    Outcome amend(Amendment amendment, Settling settling) throws IOException {
        for (int round = 1; ; round++) {
            boolean again = round > 1;
            Pushed pushed = turns.take(request.targets(), registry.timeLeft(), log, turn -> pushOnce(amendment, again));
            Outcome outcome = new Outcome(push.published(pushed.manifest()), pushed.receipt());
            if (pushed.receipt().isEmpty()) {
                return outcome;
            }
            settling.await(pushed.window());
            Optional<Digest> now = registry.digestOf(request.image());
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

    private Pushed pushOnce(Amendment amendment, boolean again) throws IOException {
        long start = System.nanoTime();
        Amendment.Amended amended = amendment.make(log);
        Manifest manifest = amended.manifest();
        Optional<PushReceipt> receipt = Optional.empty();
        if (again && !amended.isChange()) {
            push.prepare(manifest);
            push.further(manifest);
        } else {
            push.describe(amended.index(), manifest);
            receipt = Optional.of(push.all(manifest));
        }
        return new Pushed(manifest, Duration.ofNanos(System.nanoTime() - start), receipt);
    }
}
