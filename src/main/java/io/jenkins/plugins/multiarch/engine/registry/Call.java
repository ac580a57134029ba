package io.jenkins.plugins.multiarch.engine.registry;

import io.jenkins.plugins.multiarch.engine.http.Body;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import java.util.List;

/**
 * One call of the distribution API.
 *
 * @param purpose for messages, e.g. {@code pull the manifest of localhost:5000/hello:1}
 * @param image what it is about; its registry is called
 * @param path below {@code /v2/<repository>/}; or any address, as a registry names one for an upload: if it is another
 *     host's, no credential goes there
 * @param accept media types; empty for any
 * @param body null for none
 * @param maxBytes how much of a successful answer is read at most
 * @param retryIfMissing whether what is missing may only not have arrived yet
 */
record Call(
        String purpose,
        String method,
        ImageReference image,
        Scope scope,
        String path,
        List<String> accept,
        Body body,
        int maxBytes,
        boolean retryIfMissing) {

    /** For answers of which only the headers matter. */
    private static final int SMALL = 1024 * 1024;

    static Call get(String purpose, ImageReference image, String path, int maxBytes) {
        return new Call(purpose, "GET", image, Scope.of(image, "pull"), path, List.of(), null, maxBytes, false);
    }

    static Call head(String purpose, ImageReference image, String path) {
        return new Call(purpose, "HEAD", image, Scope.of(image, "pull"), path, List.of(), null, SMALL, false);
    }

    static Call of(String purpose, String method, ImageReference image, String actions, String path) {
        return new Call(purpose, method, image, Scope.of(image, actions), path, List.of(), null, SMALL, false);
    }

    Call accepting(List<String> mediaTypes) {
        return new Call(purpose, method, image, scope, path, mediaTypes, body, maxBytes, retryIfMissing);
    }

    Call with(Body given) {
        return new Call(purpose, method, image, scope, path, accept, given, maxBytes, retryIfMissing);
    }

    /** The same call to another address. */
    Call at(String address) {
        return new Call(purpose, method, image, scope, address, accept, body, maxBytes, retryIfMissing);
    }

    /** The same call as a GET. */
    Call get() {
        return new Call(purpose, "GET", image, scope, path, accept, body, maxBytes, retryIfMissing);
    }

    Call withScope(Scope wanted) {
        return new Call(purpose, method, image, wanted, path, accept, body, maxBytes, retryIfMissing);
    }

    Call retryIfMissing(boolean given) {
        return new Call(purpose, method, image, scope, path, accept, body, maxBytes, given);
    }

    boolean isOnce() {
        return body != null && body.once();
    }
}
