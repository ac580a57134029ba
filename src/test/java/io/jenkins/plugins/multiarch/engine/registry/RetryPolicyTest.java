package io.jenkins.plugins.multiarch.engine.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.multiarch.engine.access.RequestLimits;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {

    private static final Instant NOW = Instant.parse("2026-10-21T07:28:00Z");

    private static RetryPolicy policy(double jitter) {
        return new RetryPolicy(
                3,
                Duration.ofMillis(100),
                Duration.ofSeconds(10),
                () -> jitter,
                Clock.fixed(NOW, ZoneOffset.UTC),
                duration -> {});
    }

    private final RetryPolicy policy = policy(1);

    @Test
    void spreadsThoseWhoWereRefusedTogether() {
        assertThat(policy(0).delay(2)).contains(Duration.ofMillis(100));
        assertThat(policy(0.5).delay(2)).contains(Duration.ofMillis(150));
        assertThat(policy(1).delay(2)).contains(Duration.ofMillis(200));
        for (int i = 0; i < 100; i++) {
            assertThat(RetryPolicy.retrying(4).delay(1).orElseThrow())
                    .isBetween(Duration.ofMillis(250), Duration.ofMillis(500));
        }
    }

    @Test
    void waitsLongerEveryTimeAndGivesUp() {
        assertThat(policy.delay(1)).contains(Duration.ofMillis(100));
        assertThat(policy.delay(2)).contains(Duration.ofMillis(200));
        assertThat(policy.delay(3)).isEmpty();
        RetryPolicy patient = RetryPolicy.retrying(RequestLimits.MOST_RETRIES);
        assertThat(patient.delay(RequestLimits.MOST_RETRIES).orElseThrow())
                .isBetween(Duration.ofSeconds(30), Duration.ofSeconds(60));
        assertThat(patient.delay(RequestLimits.MOST_RETRIES + 1)).isEmpty();
        assertThat(RetryPolicy.retrying(0).delay(1)).isEmpty();
    }

    @Test
    void waitsAsLongAsTheRegistryAsksButNotForever() {
        assertThat(policy.delay(1, "7")).contains(Duration.ofSeconds(7));
        assertThat(policy.delay(1, "3600")).isEmpty();
        assertThat(policy.delay(1, "Wed, 21 Oct 2026 07:28:07 GMT")).contains(Duration.ofSeconds(7));
        assertThat(policy.delay(1, "Wed, 21 Oct 2026 07:27:00 GMT")).contains(Duration.ofMillis(100));
        assertThat(policy.delay(1, "Wed, 21 Oct 2026 08:28:00 GMT")).isEmpty();
        assertThat(policy.delay(1, "soon")).contains(Duration.ofMillis(100));
        assertThat(policy.delay(3, "7")).isEmpty();
    }

    @Test
    void knowsWhatMayPass() {
        assertThat(RetryPolicy.isTransient(new SocketException("Connection reset")))
                .isTrue();
        assertThat(RetryPolicy.isTransient(new SSLException("reset", new SocketException("Connection reset"))))
                .isTrue();
        assertThat(RetryPolicy.isTransient(new SSLHandshakeException("untrusted")))
                .isFalse();
        assertThat(RetryPolicy.isTransient(new ConnectException("Connection refused")))
                .isFalse();
        assertThat(RetryPolicy.isTransient(new UnknownHostException("nowhere"))).isFalse();
        assertThat(RetryPolicy.isTransient(503)).isTrue();
        assertThat(RetryPolicy.isTransient(429)).isTrue();
        assertThat(RetryPolicy.isTransient(404)).isFalse();
        assertThat(RetryPolicy.isTransient(501)).isFalse();
        assertThat(RetryPolicy.isTransient(408)).isTrue();
        assertThat(RetryPolicy.isTransient(new HttpTimeoutException("slow"))).isTrue();
        assertThat(RetryPolicy.isTransient(new IOException("fixed content-length: 9, bytes received: 4")))
                .isTrue();
    }

    @Test
    void anInterruptEndsTheWaitAndIsNotLost() {
        RetryPolicy interrupted =
                new RetryPolicy(3, Duration.ZERO, Duration.ZERO, () -> 1, Clock.systemUTC(), duration -> {
                    throw new InterruptedException();
                });
        assertThatThrownBy(() -> interrupted.sleep(Duration.ZERO)).isInstanceOf(InterruptedIOException.class);
        assertThat(Thread.interrupted()).isTrue();
    }
}
