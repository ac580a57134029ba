package io.jenkins.plugins.multiarch.credentials;

import hudson.console.ConsoleLogFilter;
import hudson.model.Run;
import hudson.util.Secret;
import io.jenkins.plugins.multiarch.engine.registry.RegistryCredential;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import org.jenkinsci.plugins.credentialsbinding.masking.SecretPatterns;

/** Masks a registry password in the build log, in plain text and as the auth files of the build tools encode it. */
public final class SecretMask extends ConsoleLogFilter implements Serializable {

    private static final long serialVersionUID = 1L;

    /** Encrypted, because it is saved with the running build. */
    private final Secret pattern;

    private final String charset;

    /** @param charset the charset of the run's log */
    public SecretMask(RegistryCredential credential, String charset) {
        String pair = credential.username() + ":" + credential.password();
        String encoded = Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
        List<String> secrets = new ArrayList<>(List.of(credential.password(), encoded));
        // Logs are masked line by line, so a password of several lines would never be found as a whole.
        credential.password().lines().filter(line -> !line.isBlank()).forEach(secrets::add);
        this.pattern = Secret.fromString(
                SecretPatterns.getAggregateSecretPattern(secrets).pattern());
        this.charset = charset;
    }

    @Override
    @SuppressWarnings("rawtypes")
    public OutputStream decorateLogger(Run build, OutputStream logger) {
        return new SecretPatterns.MaskingOutputStream(logger, () -> Pattern.compile(pattern.getPlainText()), charset);
    }
}
