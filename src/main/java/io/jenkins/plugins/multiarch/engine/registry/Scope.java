package io.jenkins.plugins.multiarch.engine.registry;

import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import java.util.ArrayList;
import java.util.List;

/**
 * What a token is to permit.
 *
 * @param parts {@code repository:<repository>:<actions>} each
 * @see <a href="https://distribution.github.io/distribution/spec/auth/scope/">distribution, token scope</a>
 */
record Scope(List<String> parts) {

    Scope {
        parts = List.copyOf(parts);
    }

    /** @param actions what is to be done in the repository, e.g. {@code pull,push} */
    static Scope of(ImageReference image, String actions) {
        return new Scope(List.of("repository:" + image.repository() + ":" + actions));
    }

    /** The same, and to read another repository of the same registry. */
    Scope andPull(ImageReference other) {
        List<String> more = new ArrayList<>(parts);
        more.add("repository:" + other.repository() + ":pull");
        return new Scope(more);
    }

    /** What is asked for, for messages: {@code pull,push}. */
    String actions() {
        String first = parts.get(0);
        return first.substring(first.lastIndexOf(':') + 1);
    }

    /** All parts, separated by blanks. */
    @Override
    public String toString() {
        return String.join(" ", parts);
    }
}
