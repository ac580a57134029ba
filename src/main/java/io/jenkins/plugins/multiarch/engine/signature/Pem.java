package io.jenkins.plugins.multiarch.engine.signature;

import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The first block of a PEM file.
 *
 * @param label what it says it is, e.g. {@code PUBLIC KEY}
 * @param content what it encodes
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7468">RFC 7468</a>
 */
record Pem(String label, byte[] content) {

    private static final Pattern BEGIN = Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----");

    /**
     * Reads a PEM file. What precedes the first block is left out, as are the blocks after it.
     *
     * @param what it is, for errors, e.g. {@code private key}
     * @throws IllegalArgumentException if there is no whole block; the message never quotes the text
     */
    static Pem parse(String text, String what) {
        Matcher begin = BEGIN.matcher(text);
        // What OpenSSL writes before the key of an old EC file.
        do {
            if (!begin.find()) {
                throw new IllegalArgumentException(
                        "The " + what + " is not in PEM. It begins with a line such as '-----BEGIN "
                                + (what.equals("private key") ? "PRIVATE" : "PUBLIC") + " KEY-----'.");
            }
        } while (begin.group(1).equals("EC PARAMETERS"));
        int end = text.indexOf("-----END " + begin.group(1) + "-----", begin.end());
        if (end < 0) {
            throw truncated(what, begin.group(1), null);
        }
        try {
            String lines = text.substring(begin.end(), end);
            return new Pem(begin.group(1), Base64.getDecoder().decode(lines.replaceAll("\\s", "")));
        } catch (IllegalArgumentException e) {
            throw truncated(what, begin.group(1), null);
        }
    }

    /** @param cause whose message quotes nothing of the file; null for none */
    static IllegalArgumentException truncated(String what, String label, Exception cause) {
        return new IllegalArgumentException(
                "The " + what + " ('" + label + "') is truncated or damaged. Copy the whole file anew.", cause);
    }

    /** The label alone, because the content may be secret. */
    @Override
    public String toString() {
        return label;
    }
}
