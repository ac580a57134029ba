package io.jenkins.plugins.multiarch.engine.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.FaultyRegistry;
import io.jenkins.plugins.multiarch.engine.registry.FaultyRegistry.Fault;
import io.jenkins.plugins.multiarch.engine.registry.Manifest;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import io.jenkins.plugins.multiarch.engine.registry.TestImages;
import io.jenkins.plugins.multiarch.engine.threads.Workers;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several builds that publish under one tag at the same time, in one JVM and in several. */
@Timeout(60)
class ConcurrentBuildsTest {

    private static final List<String> PLATFORMS =
            List.of("linux/amd64", "linux/arm64", "linux/arm/v7", "linux/ppc64le", "linux/s390x", "linux/riscv64");

    private final TestImages images = TestImages.anonymous();
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final TagLocks here = new TagLocks();
    private FaultyRegistry faulty;
    private ImageReference image;

    @BeforeEach
    void start() throws IOException {
        faulty = new FaultyRegistry();
        image = faulty.image("demo/hello:1");
    }

    @AfterEach
    void stop() {
        faulty.close();
        assertThat(here.size()).isZero();
    }

    private IndexPublisher publisher(TagLocks turns, Settling settling) {
        return new IndexPublisher(new Registry(RegistryAccess.anonymous()), log::add, turns, settling);
    }

    private IndexSource pushed(String tag, String platform) throws IOException {
        Manifest manifest = images.push(image.withTag(tag), platform);
        Descriptor descriptor =
                Descriptor.of(manifest.mediaType(), manifest.digest(), manifest.size(), Platform.parse(platform));
        return IndexSource.collected(image.withTag(tag), descriptor);
    }

    private IndexRequest amending(IndexSource source, String... tags) {
        return IndexRequest.builder(image)
                .source(source)
                .amend(true)
                .tags(List.of(tags))
                .build();
    }

    private List<Descriptor> members(ImageReference tag) throws IOException {
        return ImageIndex.parse(new Registry(RegistryAccess.anonymous()).pull(tag))
                .members();
    }

    private List<String> platforms(ImageReference tag) throws IOException {
        return members(tag).stream().map(Descriptor::platformLabel).toList();
    }

    /** What somebody else, who is none of us, pushes. */
    private Manifest foreign(IndexSource source) throws IOException {
        Manifest manifest = ImageIndex.of(IndexFormat.OCI, List.of(source.collected()), Map.of("by", "others"))
                .toManifest();
        images.pushManifest(image, manifest.mediaType(), new String(manifest.content(), StandardCharsets.UTF_8));
        return manifest;
    }

    /** The first so many requests of a kind are answered together. */
    private void together(String request, int number) {
        CyclicBarrier barrier = new CyclicBarrier(number);
        Fault[] faults = new Fault[number];
        java.util.Arrays.fill(faults, (Fault) (asked, wellBehaved) -> {
            var answer = wellBehaved.answer(asked);
            await(barrier);
            return answer;
        });
        faulty.next(request, faults);
    }

    private static void await(CyclicBarrier barrier) throws InterruptedIOException {
        try {
            barrier.await(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new InterruptedIOException(e.toString());
        }
    }

    @Test
    void buildsInOneJvmAmendOneAfterTheOther() throws IOException {
        List<IndexSource> sources = new ArrayList<>();
        for (String platform : PLATFORMS) {
            sources.add(pushed(platform.replace('/', '-'), platform));
        }
        faulty.forget();
        Workers.map(6, sources, source -> publisher(here, window -> {}).publish(amending(source, "latest")));
        assertThat(platforms(image)).containsExactlyInAnyOrderElementsOf(PLATFORMS);
        assertThat(platforms(image.withTag("latest"))).containsExactlyInAnyOrderElementsOf(PLATFORMS);
        // Each once, because nobody has come in between.
        assertThat(faulty.count("PUT .*/1")).isEqualTo(6);
        assertThat(log).anyMatch(line -> line.equals("Waiting for another build that publishes " + image));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 4, 6})
    void buildsInSeveralJvmsLoseNothing(int number) throws IOException {
        List<IndexSource> sources = new ArrayList<>();
        for (String platform : PLATFORMS.subList(0, number)) {
            sources.add(pushed(platform.replace('/', '-'), platform));
        }
        faulty.forget();
        // All of them read before the first writes, and look again when all have written, as the time makes sure of.
        together("GET .*/1", number);
        CyclicBarrier written = new CyclicBarrier(number);
        List<PublishedIndex> published = Workers.map(number, sources, source -> {
            AtomicInteger round = new AtomicInteger();
            TagLocks elsewhere = new TagLocks();
            return publisher(elsewhere, window -> {
                        if (round.getAndIncrement() == 0) {
                            await(written);
                        } else {
                            sleep(window);
                        }
                    })
                    .publish(amending(source));
        });
        assertThat(platforms(image)).containsExactlyInAnyOrderElementsOf(PLATFORMS.subList(0, number));
        assertThat(published).hasSize(number);
        assertThat(faulty.count("PUT .*/1")).isGreaterThan(number);
        assertThat(log).anyMatch(line -> line.contains("because of another build; amending that"));
    }

    /** As it is outside of tests, but shorter. */
    private static void sleep(Duration window) throws InterruptedIOException {
        try {
            Thread.sleep(200 + 3 * window.toMillis());
        } catch (InterruptedException e) {
            throw new InterruptedIOException();
        }
    }

    @Test
    void whatSomebodyElseWritesBetweenIsAmended() throws IOException {
        IndexSource mine = pushed("mine", "linux/arm64");
        IndexSource theirs = pushed("theirs", "linux/s390x");
        AtomicInteger rounds = new AtomicInteger();
        PublishedIndex published = publisher(here, window -> {
                    if (rounds.getAndIncrement() == 0) {
                        try {
                            foreign(theirs);
                        } catch (IOException e) {
                            throw new AssertionError(e);
                        }
                    }
                })
                .publish(amending(mine, "latest"));
        assertThat(platforms(image)).containsExactlyInAnyOrder("linux/arm64", "linux/s390x");
        assertThat(ImageIndex.parse(published.manifest()).annotations()).containsEntry("by", "others");
        assertThat(faulty.digestOf(image)).isEqualTo(published.digest().toString());
        assertThat(faulty.digestOf(image.withTag("latest")))
                .isEqualTo(published.digest().toString());
    }

    @Test
    void ofTwoForOnePlatformTheOtherStaysAndItIsSaid() throws IOException {
        IndexSource mine = pushed("mine", "linux/arm64");
        Manifest other = images.push(
                image.withTag("other"),
                Manifest.OCI_MANIFEST,
                "{\"os\":\"linux\",\"architecture\":\"arm64\",\"author\":\"others\"}");
        IndexSource theirs = IndexSource.collected(
                image.withTag("other"),
                Descriptor.of(other.mediaType(), other.digest(), other.size(), Platform.parse("linux/arm64")));
        AtomicInteger rounds = new AtomicInteger();
        PublishedIndex published = publisher(here, window -> {
                    if (rounds.getAndIncrement() == 0) {
                        try {
                            foreign(theirs);
                        } catch (IOException e) {
                            throw new AssertionError(e);
                        }
                    }
                })
                .publish(amending(mine));
        assertThat(published.members()).extracting(Descriptor::digest).containsExactly(other.digest());
        assertThat(log)
                .anyMatch(line -> line.startsWith("WARNING: for linux/arm64, another build has put " + other.digest())
                        && line.contains("and not " + mine.collected().digest()));
        assertThat(faulty.count("PUT .*/1")).isEqualTo(2); // theirs is one of them
    }

    @Test
    void aPlatformThatWasRemovedAndCameBackWithAnotherImageStays() throws IOException {
        foreign(pushed("old", "linux/arm64"));
        IndexSource amd = pushed("amd", "linux/amd64");
        publisher(here, window -> {}).publish(amending(amd));
        AtomicInteger rounds = new AtomicInteger();
        Manifest fresh = images.push(
                image.withTag("fresh"),
                Manifest.OCI_MANIFEST,
                "{\"os\":\"linux\",\"architecture\":\"arm64\",\"author\":\"others\"}");
        IndexSource theirs = IndexSource.collected(
                image.withTag("fresh"),
                Descriptor.of(fresh.mediaType(), fresh.digest(), fresh.size(), Platform.parse("linux/arm64")));
        publisher(here, window -> {
                    if (rounds.getAndIncrement() == 0) {
                        try {
                            foreign(theirs);
                        } catch (IOException e) {
                            throw new AssertionError(e);
                        }
                    }
                })
                .publish(IndexRequest.builder(image)
                        .remove(List.of(Platform.parse("linux/arm64")))
                        .build());
        assertThat(members(image)).extracting(Descriptor::digest).containsExactly(fresh.digest());
    }

    @Test
    void itIsGivenUpWhereOthersNeverStop() throws IOException {
        IndexSource mine = pushed("mine", "linux/arm64");
        IndexSource theirs = pushed("theirs", "linux/s390x");
        assertThatThrownBy(() -> publisher(here, window -> {
                            try {
                                foreign(theirs);
                            } catch (IOException e) {
                                throw new AssertionError(e);
                            }
                        })
                        .publish(amending(mine)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("Could not amend " + image + ": 8 times")
                .hasMessageContaining("Try again");
        assertThat(platforms(image)).containsExactly("linux/s390x");
    }

    @Test
    void whoIsOvertakenIsToldWhichDigestHasWon() throws IOException {
        IndexSource mine = pushed("mine", "linux/arm64");
        IndexSource theirs = pushed("theirs", "linux/s390x");
        List<Manifest> winner = new CopyOnWriteArrayList<>();
        faulty.next("HEAD .*/1", (request, wellBehaved) -> {
            winner.add(foreign(theirs));
            return wellBehaved.answer(request);
        });
        PublishedIndex published = publisher(here, window -> {})
                .publish(IndexRequest.builder(image).source(mine).build());
        assertThat(log)
                .anyMatch(line -> line.startsWith("WARNING: " + image + " points at "
                                + winner.get(0).digest())
                        && line.endsWith("The index of this build stays " + published.digest()));
        assertThat(platforms(image)).containsExactly("linux/s390x");
    }

    @Test
    void whereItCannotBeSeenWhoHasWonThatIsNoFailure() throws IOException {
        faulty.always("HEAD .*/1", Fault.status(403));
        IndexSource mine = pushed("mine", "linux/arm64");
        publisher(here, window -> {})
                .publish(IndexRequest.builder(image).source(mine).build());
        assertThat(log).anyMatch(line -> line.startsWith("WARNING: it could not be seen") && line.contains("403"));
        assertThat(platforms(image)).containsExactly("linux/arm64");
    }

    @Test
    void ofTwoInOneJvmOneWinsAllTagsAndTheOtherIsTold() throws IOException {
        IndexSource one = pushed("one", "linux/arm64");
        IndexSource two = pushed("two", "linux/s390x");
        CountDownLatch waiting = new CountDownLatch(1);
        // The first to come stays in the middle of its push until the second waits.
        faulty.next("PUT .*/1", (request, wellBehaved) -> {
            try {
                assertThat(waiting.await(20, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            return wellBehaved.answer(request);
        });
        List<PublishedIndex> published = Workers.map(
                2,
                List.of(one, two),
                source -> new IndexPublisher(
                                new Registry(RegistryAccess.anonymous()),
                                line -> {
                                    log.add(line);
                                    if (line.startsWith("Waiting for another build")) {
                                        waiting.countDown();
                                    }
                                },
                                here,
                                window -> {})
                        .publish(IndexRequest.builder(image)
                                .source(source)
                                .tags(List.of("latest", "1.2"))
                                .build()));
        String won = faulty.digestOf(image);
        assertThat(faulty.digestOf(image.withTag("latest"))).isEqualTo(won);
        assertThat(faulty.digestOf(image.withTag("1.2"))).isEqualTo(won);
        String lost = published.stream()
                .map(index -> index.digest().toString())
                .filter(digest -> !digest.equals(won))
                .findFirst()
                .orElseThrow();
        assertThat(log)
                .contains("WARNING: another build publishes " + image
                        + " right after this one. The index of this build stays " + lost);
    }

    @Test
    void aTurnIsNotWaitedForForever() throws Exception {
        CountDownLatch taken = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        Thread other = new Thread(() -> {
            try {
                here.take(List.of(image), Duration.ofSeconds(20), log::add, turn -> {
                    taken.countDown();
                    try {
                        return end.await(20, TimeUnit.SECONDS);
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                });
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        other.start();
        assertThat(taken.await(20, TimeUnit.SECONDS)).isTrue();
        List<ImageReference> both = List.of(image.withTag("0"), image);
        assertThatThrownBy(() -> here.take(both, Duration.ofMillis(50), log::add, turn -> ""))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(image + " within the time limit")
                .hasMessageContaining("another build");
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> here.take(both, Duration.ofSeconds(20), log::add, turn -> ""))
                .isInstanceOf(InterruptedIOException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(here.size()).isEqualTo(1);
        end.countDown();
        other.join(20_000);
    }

    @Test
    void manyWhoPublishUnderManyTagsNeverWaitForEachOther() throws IOException {
        AtomicInteger done = new AtomicInteger();
        Workers.map(
                8,
                IntStream.range(0, 400).boxed().toList(),
                i -> here.take(
                        List.of(image.withTag("t" + i % 3), image.withTag("t" + i % 4), image.withTag("t" + i % 5)),
                        Duration.ofSeconds(30),
                        line -> {},
                        turn -> done.incrementAndGet()));
        assertThat(done).hasValue(400);
    }
}
