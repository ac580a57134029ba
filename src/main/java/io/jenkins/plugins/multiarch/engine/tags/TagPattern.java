package io.jenkins.plugins.multiarch.engine.tags;

import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import java.util.regex.Pattern;

/**
 * Which tags a rule is about: {@code v*} in every repository, {@code team/app:latest} in one, {@code team/*:*} in several.
 * {@code *} stands for any characters, {@code ?} for one.
 *
 * @param text as it was given
 */
public record TagPattern(String text) {

    private static final Pattern TEXT = Pattern.compile("([a-z0-9._/*?-]+:)?[A-Za-z0-9_.*?-]+");

    /** @throws IllegalArgumentException if no tag could match */
    public TagPattern {
        if (!TEXT.matcher(text).matches()) {
            throw new IllegalArgumentException("'" + text
                    + "' is no pattern of tags. Write a tag, or repository:tag without the registry, with * for any"
                    + " characters, for example v* or team/app:latest.");
        }
    }

    /** @param image with the tag in question; its registry does not matter */
    public boolean matches(ImageReference image) {
        int colon = text.lastIndexOf(':');
        return matches(text.substring(colon + 1), image.tag())
                && (colon < 0 || matches(text.substring(0, colon), image.repository()));
    }

    /** Goes back to the last star alone, so that many of them take no longer than their product with the text. */
    private static boolean matches(String glob, String text) {
        int at = 0;
        int star = -1;
        int taken = 0;
        for (int i = 0; i < text.length(); ) {
            if (at < glob.length() && glob.charAt(at) == '*') {
                star = at;
                at++;
                taken = i;
            } else if (at < glob.length() && (glob.charAt(at) == '?' || glob.charAt(at) == text.charAt(i))) {
                at++;
                i++;
            } else if (star >= 0) {
                at = star + 1;
                taken++;
                i = taken;
            } else {
                return false;
            }
        }
        return glob.substring(at).chars().allMatch(c -> c == '*');
    }
}
