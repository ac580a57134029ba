package io.jenkins.plugins.multiarch.engine.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.time.Duration;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {

    private final RetryPolicy policy =
            new RetryPolicy(3, Duration.ofMillis(100), Duration.ofSeconds(10), duration -> {});

    @Test
    void waitsLongerEveryTimeAndGivesUp() {
        assertThat(policy.delay(1)).contains(Duration.ofMillis(100));
        assertThat(policy.delay(2)).contains(Duration.ofMillis(200));
        assertThat(policy.delay(3)).isEmpty();
    }

    @Test
    void waitsAsLongAsTheRegistryAsksButNotForever() {
        assertThat(policy.delay(1, "7")).contains(Duration.ofSeconds(7));
        assertThat(policy.delay(1, "3600")).isEmpty();
        assertThat(policy.delay(1, "Wed, 21 Oct 2026 07:28:00 GMT")).contains(Duration.ofMillis(100));
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
    }

    @Test
    void anInterruptEndsTheWaitAndIsNotLost() {
        RetryPolicy interrupted = new RetryPolicy(3, Duration.ZERO, Duration.ZERO, duration -> {
            throw new InterruptedException();
        });
        assertThatThrownBy(() -> interrupted.sleep(Duration.ZERO)).isInstanceOf(InterruptedIOException.class);
        assertThat(Thread.interrupted()).isTrue();
    }
}
