package io.jenkins.plugins.multiarch.checkout;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.AbortException;
import java.io.Serializable;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The commit that all branches of one {@code multiArchBuild} check out, as far as it is known. Its words are those that
 * SCM plugins use in the variables that a {@code checkout} step returns, such as {@code GIT_COMMIT} and
 * {@code SVN_REVISION_1}.
 */
public final class Commit implements Serializable {

    private static final long serialVersionUID = 1L;

    /** Nothing is known: no branch has checked out, or the SCM does not tell. */
    public static final Commit UNKNOWN = new Commit(new TreeMap<>(), "");

    /** What Git calls the commit. */
    static final String GIT_COMMIT = "GIT_COMMIT";

    private static final Pattern NAMES_A_COMMIT = Pattern.compile("[A-Z0-9]+_(COMMIT|REVISION|CHANGELIST)(_\\d+)?");
    private static final Pattern NAMES_A_REPOSITORY = Pattern.compile("[A-Z0-9]+_(URL|REPOSITORY_URL)(_1)?");

    /** By the name of its variable: an SCM of several locations has one for each. */
    private final TreeMap<String, String> revisions;

    private final String repository;

    private Commit(TreeMap<String, String> revisions, String repository) {
        this.revisions = revisions;
        this.repository = repository;
    }

    static Commit ofGit(String hash) {
        return new Commit(new TreeMap<>(Map.of(GIT_COMMIT, hash)), "");
    }

    private static Commit of(Map<?, ?> variables) {
        TreeMap<String, String> revisions = new TreeMap<>();
        TreeMap<String, String> repositories = new TreeMap<>();
        variables.forEach((name, value) -> {
            if (value != null && NAMES_A_COMMIT.matcher(String.valueOf(name)).matches()) {
                revisions.put(String.valueOf(name), value.toString());
            } else if (value != null
                    && NAMES_A_REPOSITORY.matcher(String.valueOf(name)).matches()) {
                repositories.put(String.valueOf(name), value.toString());
            }
        });
        return new Commit(
                revisions,
                repositories.isEmpty() ? "" : repositories.firstEntry().getValue());
    }

    /**
     * The same, and what one more branch has been told by its checkout.
     *
     * @param checkout the variables; null or without any that names a commit if the SCM does not tell
     * @param platform whose branch it is
     * @throws AbortException if the branch has got another commit
     */
    public Commit joinedBy(@CheckForNull Map<?, ?> checkout, String platform) throws AbortException {
        Commit other = of(checkout == null ? Map.of() : checkout);
        for (Map.Entry<String, String> known : revisions.entrySet()) {
            String found = other.revisions.get(known.getKey());
            if (found != null && !found.equals(known.getValue())) {
                throw new AbortException(platform + " got another commit than the other platforms: " + known.getKey()
                        + " is " + found + ", not " + known.getValue()
                        + ". Somebody has pushed between the two checkouts. Build again.");
            }
        }
        TreeMap<String, String> all = new TreeMap<>(other.revisions);
        all.putAll(revisions);
        return new Commit(all, repository.isEmpty() ? other.repository : repository);
    }

    public boolean isKnown() {
        return !revisions.isEmpty();
    }

    /** What Git calls it; empty if it is of another SCM or not known. */
    String gitHash() {
        return revisions.getOrDefault(GIT_COMMIT, "");
    }

    /** The identifier of the commit; that of the first location if there are several; empty if it is not known. */
    public String revision() {
        return revisions.isEmpty() ? "" : revisions.firstEntry().getValue();
    }

    /** The URL of the repository; empty if it is not known. It may hold a password. */
    public String repository() {
        return repository;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Commit that && revisions.equals(that.revisions) && repository.equals(that.repository);
    }

    @Override
    public int hashCode() {
        return Objects.hash(revisions, repository);
    }

    @Override
    public String toString() {
        return isKnown() ? revision() : "unknown";
    }
}
