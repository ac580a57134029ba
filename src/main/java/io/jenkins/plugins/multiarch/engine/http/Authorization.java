package io.jenkins.plugins.multiarch.engine.http;

import io.jenkins.plugins.multiarch.engine.access.RegistryCredential;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * What proves to a registry who asks; printed without the secret.
 *
 * @param header the value of the {@code Authorization} header
 */
public record Authorization(String header) {

    /** User name and password. */
    public static Authorization basic(RegistryCredential credential) {
        byte[] pair = (credential.username() + ":" + credential.password()).getBytes(StandardCharsets.UTF_8);
        return new Authorization("Basic " + Base64.getEncoder().encodeToString(pair));
    }

    /** A token of a token server. */
    public static Authorization bearer(String token) {
        return new Authorization("Bearer " + token);
    }

    @Override
    public String toString() {
        return header.substring(0, header.indexOf(' ')) + " ****";
    }
}
