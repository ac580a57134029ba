package io.jenkins.plugins.multiarch.credentials;

import com.cloudbees.plugins.credentials.CredentialsMatcher;
import com.cloudbees.plugins.credentials.common.StandardCredentials;
import hudson.Extension;
import io.jenkins.plugins.multiarch.engine.access.RegistryCredential;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import jenkins.authentication.tokens.api.AuthenticationTokens;
import org.jenkinsci.plugins.docker.commons.credentials.DockerRegistryToken;

/**
 * Whatever the Docker Commons plugin can make a registry token of: the credentials of clouds, for example, whose plugins
 * have a source of such tokens.
 */
@Extension(optional = true)
public final class DockerTokenKind extends RegistryCredentialKind {

    @Override
    public CredentialsMatcher matcher() {
        return AuthenticationTokens.matcher(DockerRegistryToken.class);
    }

    @Override
    public Optional<RegistryCredential> convert(StandardCredentials credential) {
        return login(AuthenticationTokens.convert(DockerRegistryToken.class, credential));
    }

    /** By what it takes, Jenkins sees that this class is of no use without the plugin for tokens. */
    private static Optional<RegistryCredential> login(DockerRegistryToken token) {
        return token == null ? Optional.empty() : parse(token.getToken());
    }

    /** @param token what docker's {@code config.json} has under {@code auth}: user name and password, encoded */
    static Optional<RegistryCredential> parse(String token) {
        try {
            String pair = new String(Base64.getDecoder().decode(token), StandardCharsets.UTF_8);
            int colon = pair.indexOf(':');
            return colon <= 0
                    ? Optional.empty()
                    : Optional.of(new RegistryCredential(pair.substring(0, colon), pair.substring(colon + 1)));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // Not an encoded login, so nothing that registries understand.
        }
    }
}
