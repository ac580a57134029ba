package io.jenkins.plugins.multiarch.engine.registry;

import io.jenkins.plugins.multiarch.engine.http.Addresses;
import io.jenkins.plugins.multiarch.engine.http.BodyFailure;
import java.io.IOException;

/**
 * A registry did not do what was asked. The message says what was attempted, on which reference, what the registry
 * answered and what to check.
 */
public class RegistryException extends IOException implements BodyFailure {

    private static final long serialVersionUID = 1L;

    /** The registry does not have what was asked for. */
    public static final class NotFound extends RegistryException {

        private static final long serialVersionUID = 1L;

        NotFound(String message) {
            super(message, 404, null);
        }
    }

    /**
     * The registry wants a credential and none was given. How to give one depends on who asks, so the message says what
     * is missing, and whoever shows it adds the remedy.
     */
    public static final class NoCredential extends RegistryException {

        private static final long serialVersionUID = 1L;

        private final String registry;

        NoCredential(String message, int status, String registry) {
            super(message + " No credential was given for " + registry + ".", status, null);
            this.registry = registry;
        }

        /** The registry that wants it, {@code host} or {@code host:port}. */
        public String registry() {
            return registry;
        }
    }

    private final int status;

    RegistryException(String message, int status, Throwable cause) {
        super(Addresses.redacted(message), cause);
        this.status = status;
    }

    /** Whether an answer may be due to a missing credential. */
    static boolean asksForCredential(int status) {
        return status == 401 || status == 403;
    }

    /** The HTTP status the registry answered; 0 if there was no answer, or one that could not be used. */
    public int status() {
        return status;
    }
}
