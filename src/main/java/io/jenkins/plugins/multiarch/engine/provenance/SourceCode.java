package io.jenkins.plugins.multiarch.engine.provenance;

import java.io.Serializable;

/**
 * What was built, as the controller has pinned it, or as a checkout on an agent has told.
 *
 * @param repository the URL of the repository, without a user or a password
 * @param revision branch, tag or pull request that was asked for; empty if there was none
 * @param commit the commit that this was resolved to, in full
 * @param claimed whether an agent says so: nobody knows what became of the files before they were built
 */
public record SourceCode(String repository, String revision, String commit, boolean claimed) implements Serializable {

    /** What the controller itself has pinned. */
    public SourceCode(String repository, String revision, String commit) {
        this(repository, revision, commit, false);
    }

    /** @throws IllegalArgumentException if the URL has a user, and so perhaps a password; the message does not quote it */
    public SourceCode {
        if (repository.matches("[A-Za-z][A-Za-z0-9+.-]*://[^/]*:[^/]*@.*")) {
            throw new IllegalArgumentException(
                    "The repository's URL has a password, which must not get into provenance. Leave it out.");
        }
    }
}
