package io.jenkins.plugins.multiarch.engine.registry;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import io.jenkins.plugins.multiarch.engine.http.Addresses;
import io.jenkins.plugins.multiarch.engine.http.Answer;
import io.jenkins.plugins.multiarch.engine.http.Deadline;
import io.jenkins.plugins.multiarch.engine.http.TooLarge;
import io.jenkins.plugins.multiarch.engine.json.Json;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLException;

/**
 * Says what was attempted, on which reference, what the registry answered, and what to check.
 *
 * @param access tells which credential was given
 */
record ErrorMessages(RegistryAccess access) {

    /** Whether a server says that plain HTTP was spoken to its TLS port, in the words of Go's server, nginx or Apache. */
    static boolean wantsTls(Answer answer) {
        String words = new String(answer.body(), StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
        return answer.status() == 400 && (words.contains("https") || words.contains("ssl-enabled"));
    }

    /** A message of a registry is cut there; a page of HTML helps nobody. */
    private static final int MAX_WORDS = 500;

    /** Whether the registry lacks the manifest itself, or one that the index to be written refers to. */
    static boolean isMissing(Answer answer) {
        return answer.status() == 404 && errors(answer).stream().noneMatch(error -> error.startsWith("NAME_UNKNOWN"))
                || answer.status() == 400
                        && errors(answer).stream().anyMatch(error -> error.startsWith("MANIFEST_BLOB_UNKNOWN"));
    }

    /** The answer is a refusal. */
    RegistryException refused(Call call, Answer answer) {
        String refusal = "Could not " + call.purpose() + ": the registry answered " + describe(answer)
                + last(answer.attempts()) + ".";
        String registry = call.image().registry();
        if (RegistryException.asksForCredential(answer.status())
                && access.credential(call.image()).isEmpty()) {
            return new RegistryException.NoCredential(refusal, answer.status(), registry);
        }
        String message = refusal + " " + remedy(call, answer);
        return answer.status() == 404
                ? new RegistryException.NotFound(message)
                : new RegistryException(message, answer.status(), null);
    }

    private String remedy(Call call, Answer answer) {
        String registry = call.image().registry();
        String credential = access.credential(call.image())
                .map(given -> "the credential for " + registry + " (user '" + given.username() + "')")
                .orElse("");
        return switch (answer.status()) {
            case 401 -> "Check " + credential + ".";
            case 403 ->
                "Check that " + credential + " may " + call.scope().actions() + " in "
                        + call.image().repository() + ".";
            case 404 -> "Check the name, and that it was pushed.";
            case 407 -> "Give the proxy's user name and password, or correct them.";
            case 413 -> "The registry, or a proxy before it, takes nothing that large; raise its limit.";
            case 429 ->
                answer.header("Retry-After").isEmpty()
                        ? "Try again later."
                        : "Try again after " + answer.header("Retry-After") + ".";
            case 400 ->
                isMissing(answer)
                        ? "The index refers to a manifest that this repository does not have; push every"
                                + " platform image to " + call.image().name() + " first."
                        : "Check that the registry supports this kind of manifest.";
            default ->
                answer.status() >= 500
                        ? "The registry has a problem; its own log says which."
                        : answer.status() >= 300 && answer.status() < 400
                                ? "Use the address it redirects to: "
                                        + Addresses.redactedAddress(answer.header("Location")) + "."
                                : "Check the name, and that " + registry + " is a registry.";
        };
    }

    /** The answer cannot be true, or cannot be used. */
    static RegistryException unusable(String purpose, String reason) {
        return new RegistryException("Could not " + purpose + ": " + reason + ".", 0, null);
    }

    /** There was no answer. An interruption stays one. */
    IOException unreachable(Call call, IOException failure, int attempts) {
        if (failure instanceof InterruptedIOException) {
            return failure;
        }
        String registry = call.image().registry();
        String reason = brief(failure);
        String remedy;
        if (failure instanceof UnknownHostException) {
            remedy = "Check the name of the registry.";
        } else if (failure instanceof ConnectException) {
            remedy = "Check host and port, and that the registry is running.";
        } else if (failure instanceof SSLException && reason.contains("plain HTTP")) {
            remedy = "Name the registry by an address that stays on TLS.";
        } else if (failure instanceof SSLException && reason.contains("SSL message")) {
            remedy = "It does not speak TLS; if it is meant to be plain HTTP, name " + registry + " as insecure.";
        } else if (failure instanceof SSLException && has(failure, CertificateExpiredException.class)) {
            remedy = "A certificate of " + registry + " has expired; have it renewed, or correct the clock here.";
        } else if (failure instanceof SSLException && has(failure, CertificateNotYetValidException.class)) {
            remedy = "A certificate of " + registry + " is not valid yet; correct the clock here or there.";
        } else if (failure instanceof SSLException
                && (reason.contains("subject alternative") || reason.contains("No name matching"))) {
            remedy = "Its certificate is for another name; name the registry as its certificate does, or have "
                    + registry + " added to that.";
        } else if (failure instanceof SSLException) {
            remedy =
                    "Give the registry a certificate that this Java trusts, or name the authority of its certificate for "
                            + registry + ".";
        } else if (failure instanceof TooLarge) {
            remedy = "Check the name; the response is too large for a manifest.";
        } else {
            remedy = "Check that " + registry + " is a registry, that it is running, and any proxy in between.";
        }
        return new RegistryException(
                "Could not " + call.purpose() + ": " + reason + last(attempts) + ". " + remedy, 0, failure);
    }

    /** The time for the whole is over, or would be before the next attempt. */
    RegistryException late(Call call, Deadline deadline, int attempts, String reason, IOException cause) {
        return new RegistryException(
                "Could not " + call.purpose() + " within the time limit of " + deadline + " for the whole operation: "
                        + attempts + (attempts == 1 ? " attempt" : " attempts") + ", the last of which ended with "
                        + reason + ". Raise the time limit, or see what keeps "
                        + call.image().registry()
                        + " from answering.",
                0,
                cause);
    }

    private static boolean has(Throwable failure, Class<?> kind) {
        return failure != null && (kind.isInstance(failure) || has(failure.getCause(), kind));
    }

    private static String last(int attempts) {
        return attempts == 1 ? "" : ", at the last of " + attempts + " attempts";
    }

    static String brief(IOException failure) {
        return failure.getMessage() == null
                ? failure.getClass().getSimpleName()
                : Addresses.redacted(failure.getMessage());
    }

    /** The status with the registry's own codes and messages. */
    static String describe(Answer answer) {
        String errors = String.join("; ", errors(answer));
        String cut = errors.length() > MAX_WORDS ? errors.substring(0, MAX_WORDS) + "…" : errors;
        // Nothing that could pass for another line of a log, or cannot be seen.
        String words = Addresses.redacted(cut).replaceAll("\\p{C}", "?");
        return answer.status() + (words.isEmpty() ? "" : " (" + words + ")");
    }

    /** The registry's own words: {@code CODE: message} each. */
    private static List<String> errors(Answer answer) {
        List<String> errors = new ArrayList<>();
        try {
            for (JsonNode error : Json.read(answer.body()).path("errors")) {
                errors.add(error.path("code").asText() + ": "
                        + error.path("message").asText());
            }
        } catch (IllegalArgumentException e) {
            return List.of(); // Not every proxy answers with JSON.
        }
        return errors;
    }
}
