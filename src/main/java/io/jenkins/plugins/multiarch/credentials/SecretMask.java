package io.jenkins.plugins.multiarch.credentials;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.console.ConsoleLogFilter;
import hudson.model.Run;
import hudson.util.Secret;
import io.jenkins.plugins.multiarch.engine.access.RegistryCredential;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jenkinsci.plugins.credentialsbinding.masking.SecretPatterns;

/**
 * Masks registry passwords in the build log, in plain text and as the auth files of the build tools encode them. A password
 * is masked in what is logged by steps that begin after it was added: some credentials make another one for each use.
 */
public final class SecretMask extends ConsoleLogFilter implements Serializable {

    private static final long serialVersionUID = 1L;

    /** Shorter lines of a secret of several lines are brackets and the like. */
    private static final int SHORTEST_LINE = 4;

    private static final int MOST_LINES = 500;

    /** Encrypted, because they are saved with the running build. */
    private final LinkedHashSet<Secret> secrets = new LinkedHashSet<>();

    private final String charset;

    /**
     * The regular expression for all of them, for agents, which mask what they log and cannot make it themselves. Null for
     * none, and in what an older version has saved.
     */
    @CheckForNull
    private Secret aggregate;

    /** What an older version has saved instead, a regular expression. */
    @CheckForNull
    private final Secret pattern;

    /** @param charset the charset of the run's log */
    public SecretMask(String charset) {
        this(charset, null);
    }

    private SecretMask(String charset, @CheckForNull Secret pattern) {
        this.charset = charset;
        this.pattern = pattern;
    }

    private Object readResolve() {
        return secrets == null ? new SecretMask(charset, pattern) : this;
    }

    /** Masks the password of a credential from now on. */
    public synchronized void add(RegistryCredential credential) {
        String pair = credential.username() + ":" + credential.password();
        String encoded = Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
        List<String> forms = new ArrayList<>(List.of(credential.password(), encoded));
        // Logs are masked line by line, so a password of several lines would never be found as a whole.
        credential.password().lines().filter(line -> !line.isBlank()).forEach(forms::add);
        forms.stream().map(Secret::fromString).forEach(secrets::add);
        aggregate = null;
    }

    /** Masks the value of a build secret from now on, and every line of it that is long enough not to be a word. */
    public synchronized void add(byte[] value) {
        String text = new String(value, StandardCharsets.UTF_8);
        Stream.concat(
                        Stream.of(text.strip()),
                        text.lines().map(String::strip).filter(line -> line.length() >= SHORTEST_LINE))
                .filter(form -> !form.isEmpty())
                .limit(MOST_LINES)
                .map(Secret::fromString)
                .forEach(secrets::add);
        aggregate = null;
    }

    /** Null as long as there is nothing to mask. */
    private synchronized Pattern pattern() {
        if (pattern != null) {
            return Pattern.compile(pattern.getPlainText());
        }
        aggregate();
        return aggregate == null ? null : Pattern.compile(aggregate.getPlainText());
    }

    private synchronized void aggregate() {
        if (aggregate == null && !secrets.isEmpty()) {
            aggregate = Secret.fromString(SecretPatterns.getAggregateSecretPattern(
                            secrets.stream().map(Secret::getPlainText).toList())
                    .pattern());
        }
    }

    /** Saved, or sent to an agent, while others may add. */
    private synchronized void writeObject(ObjectOutputStream out) throws IOException {
        aggregate();
        out.defaultWriteObject();
    }

    @Override
    @SuppressWarnings("rawtypes")
    public OutputStream decorateLogger(Run build, OutputStream logger) {
        return new SecretPatterns.MaskingOutputStream(logger, this::pattern, charset);
    }
}
