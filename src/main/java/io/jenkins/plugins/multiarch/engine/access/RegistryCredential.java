package io.jenkins.plugins.multiarch.engine.access;

import java.util.Objects;

/**
 * User name and password for one registry. Not serializable on purpose, and printed without the password.
 *
 * @param username the user; {@code <token>} if {@code password} is an OAuth 2 refresh token, as docker's credential
 *     helpers have it; {@code <registrytoken>} if it is a bearer token for the registry itself
 * @param password the password or token; may be empty
 */
public record RegistryCredential(String username, String password) {

    public static final String REFRESH_TOKEN_USER = "<token>";
    public static final String REGISTRY_TOKEN_USER = "<registrytoken>";

    public RegistryCredential {
        Objects.requireNonNull(username, "username");
        Objects.requireNonNull(password, "password");
    }

    public boolean isRefreshToken() {
        return username.equals(REFRESH_TOKEN_USER);
    }

    public boolean isRegistryToken() {
        return username.equals(REGISTRY_TOKEN_USER);
    }

    @Override
    public String toString() {
        return username + ":****";
    }
}
