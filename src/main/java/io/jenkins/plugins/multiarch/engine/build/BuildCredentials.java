package io.jenkins.plugins.multiarch.engine.build;

import io.jenkins.plugins.multiarch.engine.access.RegistryCredential;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a build must not print: the credentials of its registries and the secrets of its Dockerfile. Not serializable on
 * purpose, and printed without any value.
 *
 * @param registries {@code host[:port]} to its credential, the image's registry included; the machine's own logins serve
 *     for all others
 * @param secrets id to value, for {@code RUN --mount=type=secret}
 * @param sshKey a private key in the form of OpenSSH or PEM, for {@code RUN --mount=type=ssh}; empty for none
 */
public record BuildCredentials(Map<String, RegistryCredential> registries, Map<String, byte[]> secrets, byte[] sshKey) {

    /** Nothing: the machine's own logins serve for every registry. */
    public static final BuildCredentials NONE = new BuildCredentials(Map.of(), Map.of(), new byte[0]);

    public BuildCredentials {
        registries = Map.copyOf(registries);
        secrets = new LinkedHashMap<>(secrets);
        sshKey = sshKey.clone();
    }

    /** A credential for one registry. */
    public static BuildCredentials of(String registry, RegistryCredential credential) {
        return new BuildCredentials(Map.of(registry, credential), Map.of(), new byte[0]);
    }

    @Override
    public String toString() {
        return "credentials of " + registries.keySet() + ", secrets " + secrets.keySet()
                + (sshKey.length == 0 ? "" : ", an SSH key");
    }
}
