package io.jenkins.plugins.multiarch.engine.tags;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A version such as {@code 1.2.3} or {@code 1.2.3-rc.1}, as Git tags have it, with or without a {@code v} before it.
 *
 * @param preRelease what follows the hyphen; empty for a release
 * @see <a href="https://semver.org/spec/v2.0.0.html">Semantic Versioning 2.0.0</a>
 */
public record SemanticVersion(BigInteger major, BigInteger minor, BigInteger patch, String preRelease)
        implements Comparable<SemanticVersion> {

    private static final String NUMBER = "(0|[1-9]\\d{0,17})";
    private static final Pattern FORM = Pattern.compile("v?" + NUMBER + "\\." + NUMBER + "\\." + NUMBER
            + "(?:-([0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*))?(?:\\+[0-9A-Za-z.-]+)?");

    private static final Comparator<SemanticVersion> NUMBERS = Comparator.comparing(SemanticVersion::major)
            .thenComparing(SemanticVersion::minor)
            .thenComparing(SemanticVersion::patch);

    /** Empty if the text is no such version. */
    public static Optional<SemanticVersion> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        return matcher.matches()
                ? Optional.of(new SemanticVersion(
                        new BigInteger(matcher.group(1)),
                        new BigInteger(matcher.group(2)),
                        new BigInteger(matcher.group(3)),
                        matcher.group(4) == null ? "" : matcher.group(4)))
                : Optional.empty();
    }

    /** Whether it is no version that comes before a release. */
    public boolean isRelease() {
        return preRelease.isEmpty();
    }

    /**
     * The tags of an image of this version: of a release also the two that move with it, {@code 1.2} and {@code 1}. There is no
     * {@code 0}, because versions that begin with it promise nothing to one another.
     */
    List<String> tags() {
        List<String> tags = new ArrayList<>(List.of(toString()));
        if (isRelease()) {
            tags.add(major + "." + minor);
            if (major.signum() > 0) {
                tags.add(major.toString());
            }
        }
        return tags;
    }

    /** Section 11 of the specification. */
    @Override
    public int compareTo(SemanticVersion other) {
        int numbers = NUMBERS.compare(this, other);
        if (numbers != 0 || preRelease.equals(other.preRelease)) {
            return numbers;
        }
        if (isRelease() || other.isRelease()) {
            return isRelease() ? 1 : -1;
        }
        String[] mine = preRelease.split("\\.");
        String[] theirs = other.preRelease.split("\\.");
        for (int i = 0; i < Math.min(mine.length, theirs.length); i++) {
            int identifier = compareIdentifiers(mine[i], theirs[i]);
            if (identifier != 0) {
                return identifier;
            }
        }
        return Integer.compare(mine.length, theirs.length);
    }

    private static int compareIdentifiers(String one, String other) {
        boolean isNumber = one.matches("\\d+");
        if (isNumber != other.matches("\\d+")) {
            return isNumber ? -1 : 1;
        }
        return isNumber ? new BigInteger(one).compareTo(new BigInteger(other)) : one.compareTo(other);
    }

    @Override
    public String toString() {
        return major + "." + minor + "." + patch + (preRelease.isEmpty() ? "" : "-" + preRelease);
    }
}
