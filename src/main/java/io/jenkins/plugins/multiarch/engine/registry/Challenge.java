package io.jenkins.plugins.multiarch.engine.registry;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a registry wants a client to prove, from its {@code WWW-Authenticate} header.
 *
 * @param scheme {@code basic}, {@code bearer}, ... in lower case
 * @param parameters such as {@code realm}, {@code service}, {@code scope}; names in lower case
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1">RFC 9110, 11.6.1</a>
 */
record Challenge(String scheme, Map<String, String> parameters) {

    private static final Pattern SEPARATOR = Pattern.compile("[\\s,]*");

    /** Nothing is given back once it has been taken, which would need a stack as deep as the value is long. */
    private static final Pattern PARAMETER =
            Pattern.compile("([\\w-]+)\\s*=\\s*(?:\"((?:[^\"\\\\]|\\\\.)*+)\"|([^\\s,\"]*))");

    private static final Pattern SCHEME = Pattern.compile("[\\w-]+(?=[\\s,]|$)");

    /** Reads the values of all {@code WWW-Authenticate} headers; stops at what it does not understand. */
    static List<Challenge> parse(List<String> headers) {
        List<Challenge> challenges = new ArrayList<>();
        for (String header : headers) {
            parse(header, challenges);
        }
        return challenges;
    }

    private static void parse(String header, List<Challenge> challenges) {
        Challenge current = null;
        int position = 0;
        while (position < header.length()) {
            Matcher separator = SEPARATOR.matcher(header).region(position, header.length());
            position = separator.lookingAt() ? separator.end() : position;
            Matcher parameter = PARAMETER.matcher(header).region(position, header.length());
            Matcher scheme = SCHEME.matcher(header).region(position, header.length());
            if (current != null && parameter.lookingAt()) {
                String quoted = parameter.group(2);
                String value = quoted == null ? parameter.group(3) : quoted.replaceAll("\\\\(.)", "$1");
                current.parameters.put(parameter.group(1).toLowerCase(Locale.ROOT), value);
                position = parameter.end();
            } else if (scheme.lookingAt()) {
                current = new Challenge(scheme.group().toLowerCase(Locale.ROOT), new LinkedHashMap<>());
                challenges.add(current);
                position = scheme.end();
            } else {
                return;
            }
        }
    }

    /** The value of this parameter; empty if it is missing. */
    String parameter(String name) {
        return parameters.getOrDefault(name, "");
    }
}
