package io.jenkins.plugins.multiarch.engine.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import io.jenkins.plugins.multiarch.engine.access.RequestLimits;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.FaultyRegistry.Fault;
import io.jenkins.plugins.multiarch.engine.threads.Workers;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That a registry may fail in every usual way, and no tag is lost or points at something incomplete. */
@Timeout(60)
class RegistryFaultsTest {

    private final List<Duration> slept = new CopyOnWriteArrayList<>();
    private final List<String> log = new CopyOnWriteArrayList<>();
    private FaultyRegistry faulty;
    private ImageReference image;
    private Manifest old;
    private Manifest fresh;
    private Registry registry;

    private Registry registry(int attempts) {
        return new Registry(
                RegistryAccess.anonymous(),
                log::add,
                new RetryPolicy(
                        attempts,
                        Duration.ofMillis(100),
                        Duration.ofSeconds(60),
                        () -> 1,
                        Clock.systemUTC(),
                        slept::add));
    }

    @BeforeEach
    void start() throws IOException {
        faulty = new FaultyRegistry();
        image = faulty.image("demo/hello:1");
        TestImages images = TestImages.anonymous();
        old = images.push(image, "linux/s390x");
        fresh = images.push(image.withTag("fresh"), "linux/arm64");
        faulty.forget();
        registry = registry(3);
    }

    @AfterEach
    void stop() {
        faulty.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 429, 500, 502, 503, 504, 520})
    void repeatsWhatABusyOrBrokenRegistryRefuses(int status) throws IOException {
        faulty.next("(GET|PUT) .*", Fault.status(status), Fault.status(status));
        assertThat(registry.pull(image)).isEqualTo(old);
        faulty.next("PUT .*", Fault.status(status), Fault.status(status));
        registry.push(image, fresh);
        assertThat(faulty.digestOf(image)).isEqualTo(fresh.digest().toString());
        assertThat(slept)
                .containsExactly(
                        Duration.ofMillis(100), Duration.ofMillis(200), Duration.ofMillis(100), Duration.ofMillis(200));
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 501})
    void doesNotRepeatWhatWillBeRefusedAgain(int status) {
        faulty.always(".*", Fault.status(status));
        assertThatThrownBy(() -> registry.pull(image))
                .hasMessageContaining(status + " (FAULT: planned)")
                .hasMessageContaining("pull the manifest of " + image);
        assertThat(faulty.asked()).hasSize(1);
    }

    @Test
    void repeatsAReadWhoseAnswerIsLostOrCut() throws IOException {
        faulty.next("GET .*", Fault.lost(), Fault.truncated());
        assertThat(registry.pull(image)).isEqualTo(old);
        assertThat(faulty.count("GET .*")).isEqualTo(3);
    }

    @Test
    void aPushWhoseAnswerIsLostIsReadBackInsteadOfSentAgain() throws IOException {
        faulty.next("PUT .*", Fault.answerLost());
        assertThat(registry.push(image, fresh).digest()).isEqualTo(fresh.digest());
        assertThat(faulty.asked()).containsExactly("PUT /v2/demo/hello/manifests/1", "GET /v2/demo/hello/manifests/1");
        assertThat(log).singleElement().asString().contains("had done it before the answer was lost");
    }

    @Test
    void aPushThatAProxyGaveUpOnIsReadBackToo() throws IOException {
        faulty.next("PUT .*", Fault.confused(504));
        registry.push(image, fresh);
        assertThat(faulty.count("PUT .*")).isEqualTo(1);
    }

    @Test
    void aPushThatWasNotDoneIsSentAgain() throws IOException {
        faulty.next("PUT .*", Fault.lost());
        registry.push(image, fresh);
        assertThat(faulty.count("PUT .*")).isEqualTo(2);
        assertThat(faulty.digestOf(image)).isEqualTo(fresh.digest().toString());
    }

    @Test
    void noFaultLosesTheTagThatWasThere() {
        List<Fault> faults =
                List.of(Fault.status(429), Fault.status(500), Fault.status(403), Fault.lost(), Fault.status(413));
        for (Fault fault : faults) {
            faulty.always("PUT .*", fault);
            assertThatThrownBy(() -> registry.push(image, fresh)).hasMessageContaining("push the manifest " + image);
            assertThat(faulty.digestOf(image)).isEqualTo(old.digest().toString());
        }
    }

    @Test
    void waitsForWhatHasNotBeenReplicatedYetButNotForever() throws IOException {
        ImageReference pushed = image.withDigest(old.digest());
        faulty.next("GET .*", Fault.status(404), Fault.status(404));
        assertThat(registry.pull(pushed, ReadOption.JUST_PUSHED)).isEqualTo(old);
        faulty.always("GET .*", Fault.status(404));
        assertThatThrownBy(() -> registry.pull(pushed, ReadOption.JUST_PUSHED))
                .isInstanceOf(RegistryException.NotFound.class);
        assertThat(faulty.count("GET .*")).isEqualTo(6);
    }

    @Test
    void waitsUntilTheDateThatTheRegistryNames() throws IOException {
        String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(
                ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(30));
        faulty.next("GET .*", Fault.status(429, "Retry-After", date));
        registry.pull(image);
        assertThat(slept)
                .singleElement()
                .satisfies(delay -> assertThat(delay).isBetween(Duration.ofSeconds(20), Duration.ofSeconds(31)));
    }

    @Test
    void refusesOtherBytesThanItsDigestPromises() {
        faulty.next("GET .*", Fault.otherBytes(), Fault.otherBytes());
        assertThatThrownBy(() -> registry.pull(image.withDigest(old.digest())))
                .hasMessageContaining("not to be trusted");
        assertThatThrownBy(() -> registry.pull(image)).hasMessageContaining("called it " + old.digest());
        assertThat(faulty.asked()).hasSize(2);
    }

    @Test
    void theTimeForTheWholeIsNamedWhenItIsOver() {
        faulty.always("GET .*", Fault.status(503, "Retry-After", "40"));
        assertThatThrownBy(() -> registry.within(Duration.ofSeconds(30)).pull(image))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("pull the manifest of " + image)
                .hasMessageContaining("time limit of 30 s")
                .hasMessageContaining("503 (FAULT: planned)")
                .hasMessageContaining("Raise the time limit");
    }

    @Test
    void theTimeLimitAndTheRetriesAreThoseOfTheAccess() {
        RegistryAccess access = RegistryAccess.anonymous().withLimits(new RequestLimits(Duration.ofSeconds(30), 1));
        faulty.always("GET .*", Fault.status(503));
        assertThatThrownBy(() -> new Registry(access).withinTimeLimit().pull(image))
                .hasMessageContaining("503 (FAULT: planned), at the last of 2 attempts");
        assertThat(faulty.asked()).hasSize(2);
        faulty.always("HEAD .*", Fault.status(503, "Retry-After", "40"));
        assertThatThrownBy(() -> new Registry(access).withinTimeLimit().has(image))
                .hasMessageContaining("time limit of 30 s");
        faulty.always("DELETE .*", Fault.lost());
        assertThatThrownBy(() -> new Registry(access).withinTimeLimit().deleteTag(image))
                .hasMessageContaining("at the last of 2 attempts");
    }

    @Test
    void limitsHaveBounds() {
        assertThatThrownBy(() -> new RequestLimits(Duration.ZERO, 1))
                .hasMessageContaining("'0 ms' is not a time limit");
        for (int retries : new int[] {-1, RequestLimits.MOST_RETRIES + 1}) {
            assertThatThrownBy(() -> new RequestLimits(Duration.ofHours(1), retries))
                    .hasMessageContaining("'" + retries + "' is not a number of retries; give one from 0 to 20");
        }
    }

    @Test
    void aRegistryThatHangsIsGivenUpWhenTheTimeIsOver() {
        faulty.always("GET .*", Fault.slow(20_000));
        long start = System.nanoTime();
        assertThatThrownBy(() -> registry.within(Duration.ofSeconds(1)).pull(image))
                .hasMessageContaining("time limit of 1 s")
                .hasMessageContaining("no answer within");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void keepsConnectionsForAllRequests() throws IOException {
        for (int i = 0; i < 10; i++) {
            registry.pull(image);
        }
        assertThat(faulty.server().connections()).isEqualTo(1 + 1); // one is that of TestImages
    }

    @Test
    void whoComesSecondWaitsUntilTheRegistryIsKnown() throws IOException {
        faulty.next("GET .*", Fault.slow(200));
        Workers.map(4, IntStream.range(0, 4).boxed().toList(), i -> registry.pull(image));
        assertThat(faulty.asked()).hasSize(4);
    }

    @Test
    void aManifestThatNoRegistryTakesIsNotSent() {
        byte[] large = ("{\"x\":\"" + "y".repeat(Registry.MAX_MANIFEST_BYTES) + "\"}").getBytes();
        assertThatThrownBy(() -> registry.push(image, Manifest.of(Manifest.OCI_INDEX, large)))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("push the index " + image)
                .hasMessageContaining(large.length + " bytes")
                .hasMessageContaining("Leave out annotations or members");
        assertThat(faulty.asked()).isEmpty();
    }

    @Test
    void anInterruptEndsAWaitForAnAnswer() throws Exception {
        faulty.always("GET .*", Fault.slow(20_000));
        List<Throwable> thrown = new CopyOnWriteArrayList<>();
        Thread thread = new Thread(() -> {
            try {
                registry.pull(image);
            } catch (IOException e) {
                thrown.add(e);
            }
        });
        thread.start();
        while (faulty.asked().isEmpty()) {
            Thread.onSpinWait();
        }
        thread.interrupt();
        thread.join(10_000);
        assertThat(thrown).singleElement().isInstanceOf(java.io.InterruptedIOException.class);
    }
}
