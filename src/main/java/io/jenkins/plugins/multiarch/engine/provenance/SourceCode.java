package io.jenkins.plugins.multiarch.engine.provenance;

import java.io.Serializable;

/**
 * What was built, as the controller has checked it out or pinned it.
 *
 * @param repository the URL of the repository, without a user or a password
 * @param revision branch, tag or pull request that was asked for; empty if there was none
 * @param commit the commit that this was resolved to, in full
 */
public record SourceCode(String repository, String revision, String commit) implements Serializable {

    /** @throws IllegalArgumentException if the URL has a user, and so perhaps a password; the message does not quote it */
    public SourceCode {
        if (repository.matches("[A-Za-z][A-Za-z0-9+.-]*://[^/]*:[^/]*@.*")) {
            throw new IllegalArgumentException(
                    "The repository's URL has a password, which must not get into provenance. Leave it out.");
        }
    }
}
