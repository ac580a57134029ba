package io.jenkins.plugins.multiarch.engine.reference;

import java.io.Serializable;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * Where an image is: {@code registry/repository:tag} or {@code registry/repository@digest}, always with the registry
 * spelled out.
 *
 * @param registry host and, where it is not the usual one, port of the registry, e.g. {@code localhost:5000};
 *     {@code docker.io} is Docker Hub
 * @param repository path inside the registry, e.g. {@code library/alpine}
 * @param tag the tag; empty, never null, if the reference has only a digest
 * @param digest the digest as text; empty, never null, if the reference has only a tag
 * @see <a href="https://pkg.go.dev/github.com/distribution/reference">the grammar, as distribution defines it</a>
 */
public record ImageReference(String registry, String repository, String tag, String digest) implements Serializable {

    private static final String DOCKER_HUB = "docker.io";
    private static final int LONGEST_NAME = 255;

    private static final String LABEL = "[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?";
    private static final Pattern REGISTRY =
            Pattern.compile("(?:" + LABEL + "(?:\\." + LABEL + ")*|\\[[0-9a-fA-F:]+])(?::[0-9]{1,5})?");
    private static final String COMPONENT = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*";
    private static final Pattern REPOSITORY = Pattern.compile(COMPONENT + "(?:/" + COMPONENT + ")*");
    private static final Pattern TAG = Pattern.compile("\\w[\\w.-]{0,127}");

    /** @throws IllegalArgumentException if a part does not follow the grammar, or tag and digest are both missing */
    public ImageReference {
        Objects.requireNonNull(registry, "registry");
        Objects.requireNonNull(repository, "repository");
        Objects.requireNonNull(tag, "tag");
        Objects.requireNonNull(digest, "digest");
        String text = registry + "/" + repository;
        // First, because matching takes a stack that grows with the text.
        if (text.length() > LONGEST_NAME) {
            throw malformed(text, "the name is longer than " + LONGEST_NAME + " characters; shorten it");
        }
        if (!REGISTRY.matcher(registry).matches()) {
            throw malformed(text, notARegistry(registry));
        }
        if (!REPOSITORY.matcher(repository).matches()) {
            boolean upper = !repository.equals(repository.toLowerCase(Locale.ROOT));
            throw malformed(
                    text,
                    "'" + repository + "' is not a repository; "
                            + (upper
                                    ? "write it in lower case"
                                    : "it has lower-case letters and digits, joined by '.', '_', '-' and '/'"));
        }
        if (!tag.isEmpty() && !TAG.matcher(tag).matches()) {
            throw malformed(
                    text + ":" + tag,
                    "'" + tag + "' is not a tag; it has at most 128 letters, digits, '_', '.' and '-'"
                            + " and must not start with '.' or '-'");
        }
        if (!digest.isEmpty()) {
            Digest.parse(digest);
        }
        if (tag.isEmpty() && digest.isEmpty()) {
            throw malformed(text, "it has neither tag nor digest; add one of them");
        }
    }

    /**
     * Reads {@code [registry/]repository[:tag][@digest]}. Without a registry Docker Hub is meant, without tag and digest
     * the tag {@code latest}.
     *
     * @throws IllegalArgumentException if the text is malformed; the message names it and what to write instead
     */
    public static ImageReference parse(String text) {
        String rest = text == null ? "" : text.trim();
        if (rest.isEmpty()) {
            throw malformed(rest, "it is empty; write [registry/]repository[:tag]");
        }
        if (rest.contains("://")) {
            throw malformed(rest, "leave out '" + rest.substring(0, rest.indexOf("://") + 3) + "'");
        }
        String digest = "";
        int at = rest.indexOf('@');
        if (at >= 0) {
            digest = rest.substring(at + 1);
            rest = rest.substring(0, at);
            try {
                Digest.parse(digest);
            } catch (IllegalArgumentException e) {
                throw malformed(text, e.getMessage());
            }
        }
        String tag = "";
        int colon = rest.lastIndexOf(':');
        if (colon > rest.lastIndexOf('/') && colon > rest.lastIndexOf(']')) {
            tag = rest.substring(colon + 1);
            rest = rest.substring(0, colon);
            if (tag.isEmpty()) {
                throw malformed(text, "no tag follows the ':'");
            }
        }
        if (tag.isEmpty() && digest.isEmpty()) {
            tag = "latest";
        }
        int slash = rest.indexOf('/');
        if (slash >= 0 && isRegistry(rest.substring(0, slash))) {
            return of(rest.substring(0, slash), rest.substring(slash + 1), tag, digest);
        }
        return of(DOCKER_HUB, rest, tag, digest);
    }

    /**
     * As {@link #parse(String)}, but a name without a registry is below a prefix instead of on Docker Hub.
     *
     * @param prefix {@code registry} or {@code registry/path}, without a slash at its end; empty for Docker Hub
     */
    public static ImageReference parse(String text, String prefix) {
        String name = text == null ? "" : text.trim();
        int slash = name.indexOf('/');
        boolean hasRegistry = slash >= 0 && isRegistry(name.substring(0, slash));
        return parse(prefix.isEmpty() || name.isEmpty() || hasRegistry ? text : prefix + "/" + name);
    }

    private static ImageReference of(String registry, String repository, String tag, String digest) {
        if (registry.equals(DOCKER_HUB) || registry.equals("index.docker.io")) {
            String path = repository.contains("/") || repository.isEmpty() ? repository : "library/" + repository;
            return new ImageReference(DOCKER_HUB, path, tag, digest);
        }
        return new ImageReference(registry, repository, tag, digest);
    }

    /** What stands before the first slash is a registry if it cannot be the start of a Docker Hub repository. */
    private static boolean isRegistry(String first) {
        return first.equals("localhost")
                || first.contains(".")
                || first.contains(":")
                || !first.equals(first.toLowerCase(Locale.ROOT));
    }

    private static IllegalArgumentException malformed(String text, String reason) {
        return new IllegalArgumentException("'" + text + "' is not an image reference: " + reason + ".");
    }

    /**
     * Checks the name of a registry alone.
     *
     * @return the registry as {@link #registry} has it, without blanks around it
     * @throws IllegalArgumentException if it is neither {@code host} nor {@code host:port}; the message names it
     */
    public static String requireRegistry(String text) {
        String registry = text.trim();
        if (registry.length() > LONGEST_NAME || !REGISTRY.matcher(registry).matches()) {
            throw new IllegalArgumentException(notARegistry(registry) + ".");
        }
        return registry.equals("index.docker.io") ? DOCKER_HUB : registry;
    }

    private static String notARegistry(String text) {
        return "'" + text + "' is not a registry; write a host, or host:port";
    }

    /** {@code registry/repository}, without tag and digest. */
    public String name() {
        return registry + "/" + repository;
    }

    /** The same repository under this tag, without a digest. */
    public ImageReference withTag(String other) {
        return new ImageReference(registry, repository, other, "");
    }

    /** The same repository by this digest, without a tag. */
    public ImageReference withDigest(Digest other) {
        return new ImageReference(registry, repository, "", other.toString());
    }

    /** What a registry is asked for: the digest if there is one, because it cannot move; else the tag. */
    public String identifier() {
        return digest.isEmpty() ? tag : digest;
    }

    /** The whole reference, e.g. {@code docker.io/library/alpine:3.20}; {@link #parse} reads it back. */
    @Override
    public String toString() {
        return name() + (tag.isEmpty() ? "" : ":" + tag) + (digest.isEmpty() ? "" : "@" + digest);
    }
}
