package io.jenkins.plugins.multiarch.engine.registry;

import java.io.IOException;

/**
 * A registry did not do what was asked. The message says what was attempted, on which reference, what the registry
 * answered and what to check.
 */
public class RegistryException extends IOException {

    private static final long serialVersionUID = 1L;

    /** The registry does not have what was asked for. */
    public static final class NotFound extends RegistryException {

        private static final long serialVersionUID = 1L;

        NotFound(String message) {
            super(message, 404, null);
        }
    }

    private final int status;

    RegistryException(String message, int status, Throwable cause) {
        super(message, cause);
        this.status = status;
    }

    /** The HTTP status the registry answered; 0 if there was no answer, or one that could not be used. */
    public int status() {
        return status;
    }
}
