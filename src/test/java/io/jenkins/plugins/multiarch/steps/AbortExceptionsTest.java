package io.jenkins.plugins.multiarch.steps;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hudson.AbortException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import org.junit.jupiter.api.Test;

class AbortExceptionsTest {

    /** Pipeline saves a failure with its causes; where it cannot, it shows all of them as a stack trace. */
    @Test
    void nothingButTheMessageIsLeft() {
        for (Exception cause : List.of(
                new IllegalArgumentException("no tag"),
                new IllegalStateException("no tag"),
                new IOException("no tag"))) {
            cause.addSuppressed(new Exception("Remote call to agent"));
            assertThatThrownBy(() -> AbortExceptions.translate(() -> {
                        throw cause;
                    }))
                    .isInstanceOf(AbortException.class)
                    .hasMessage("no tag")
                    .hasNoCause()
                    .hasNoSuppressedExceptions();
        }
        assertThatThrownBy(() -> AbortExceptions.translate(() -> {
                    throw new NoSuchFileException("/gone");
                }))
                .isInstanceOf(AbortException.class)
                .hasMessage("java.nio.file.NoSuchFileException: /gone");
    }
}
