package io.jenkins.plugins.multiarch.engine.registry;

import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import io.jenkins.plugins.multiarch.engine.http.Addresses;
import io.jenkins.plugins.multiarch.engine.http.Deadline;
import java.io.IOException;
import java.io.Serializable;
import java.time.Duration;
import java.util.Objects;

/**
 * What came out of a trial connection to a registry that could be reached and let us in. What a server says of itself is
 * bounded and printable, but not trusted: escape it. No secret is in it.
 *
 * @param registry the registry, {@code host} or {@code host:port}
 * @param tls whether it was reached by TLS
 * @param authentication how it wants to know who asks
 * @param user the user of the credential that it has accepted; empty if none was given or none was asked for
 * @param realm what it calls itself: the realm of basic authentication, or the address of its token server; empty if it
 *     does not authenticate
 * @param service what its token server calls it; empty if it has none
 * @param apiVersion its {@code Docker-Distribution-Api-Version}, usually {@code registry/2.0}; empty if it says nothing
 * @param software its {@code Server} header; empty if it says nothing
 * @param repository for which repository permissions were tried; empty for none
 * @param pull whether that may be read
 * @param push whether that may be written
 */
public record RegistryCheck(
        String registry,
        boolean tls,
        Authentication authentication,
        String user,
        String realm,
        String service,
        String apiVersion,
        String software,
        String repository,
        Permission pull,
        Permission push)
        implements Serializable {

    private static final int MAX_WORDS = 200;

    /** How a registry wants to know who asks. */
    public enum Authentication {
        /** It lets everybody in. */
        NONE,
        /** User name and password with every request. */
        BASIC,
        /** A token from its token server. */
        TOKEN
    }

    /** Whether something may be done. */
    public enum Permission {
        GRANTED,
        REFUSED,
        /** Not tried, because no repository was named, or the registry's answer says neither. */
        UNKNOWN
    }

    public RegistryCheck {
        Objects.requireNonNull(authentication, "authentication");
        Objects.requireNonNull(pull, "pull");
        Objects.requireNonNull(push, "push");
        realm = printable(Addresses.redactedAddress(realm));
        service = printable(service);
        apiVersion = printable(apiVersion);
        software = printable(software);
    }

    private static String printable(String text) {
        String clean = text.replaceAll("\\p{Cntrl}", "");
        return clean.length() > MAX_WORDS ? clean.substring(0, MAX_WORDS) + "…" : clean;
    }

    /**
     * Connects to a registry and authenticates, once, without retries and without a mirror.
     *
     * <p>What is permitted is taken from the token, where it says so; else the repository is asked for its tags, and an
     * upload to it is begun and cancelled. Nothing is written. (A few registries make a repository, empty, when an upload
     * to it begins.)
     *
     * @param access how the registry may be reached, with its credential if there is one
     * @param registry {@code host} or {@code host:port}
     * @param repository a repository to try permissions on, whether it exists or not; empty to try none
     * @param limit how long it may take in all
     * @throws IllegalArgumentException if registry or repository is malformed; the message names it
     * @throws RegistryException if the registry cannot be reached, is none, or refuses the credential; the message says
     *     what to check, and has no secret
     * @throws RegistryException.NoCredential if it wants a credential and there is none
     */
    public static RegistryCheck of(RegistryAccess access, String registry, String repository, Duration limit)
            throws IOException {
        return new TrialConnection(access, registry, repository, Deadline.in(limit)).run();
    }
}
