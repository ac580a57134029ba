package io.jenkins.plugins.multiarch.engine.verify;

import java.io.IOException;

/** An image is not signed by the key, or was not built as expected. The message says in what it differs. */
public final class VerificationException extends IOException {

    private static final long serialVersionUID = 1L;

    VerificationException(String message) {
        super(message);
    }
}
