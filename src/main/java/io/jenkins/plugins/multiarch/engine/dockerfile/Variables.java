package io.jenkins.plugins.multiarch.engine.dockerfile;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What the variables of a Dockerfile stand for at one place, and how words with quotes, escapes and variables are read
 * there.
 *
 * @param escape the escape character of the Dockerfile
 * @param values name to value; what is missing is not set
 * @see <a href="https://docs.docker.com/reference/dockerfile/#environment-replacement">Dockerfile reference, environment
 *     replacement</a>
 */
public record Variables(char escape, Map<String, String> values) {

    /** The parameters that a shell has besides numbers, as in {@code $$}; none of them is ever set here. */
    private static final String SPECIAL = "@*#?-$!";

    private static final Pattern PLAIN = Pattern.compile("\\$(?:(\\w+)|\\{(\\w+)\\})");

    public Variables {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /** The same with one more. */
    public Variables with(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(values);
        more.put(name, value);
        return new Variables(escape, more);
    }

    /**
     * One word as it is meant: quotes and escapes are gone, variables replaced.
     *
     * @throws IllegalArgumentException if a quote or a brace is not closed, or {@code ${name:?message}} has no value
     */
    public String expand(String word) {
        return new Reader(word).all();
    }

    /** Whether the word has a variable that is not set, and says nothing of what to do then. */
    public boolean lacks(String word) {
        return PLAIN.matcher(word)
                .results()
                .anyMatch(use -> !values.containsKey(use.group(1) == null ? use.group(2) : use.group(1)));
    }

    /** The words of a line, separated by white space outside quotes, each {@link #expand}ed; a variable stays one word. */
    public List<String> words(String line) {
        return split(line).stream().map(this::expand).toList();
    }

    /** The words of a line as they stand there. */
    public List<String> split(String line) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        char quote = 0;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == escape && quote != '\'' && i + 1 < line.length()) {
                word.append(c).append(line.charAt(++i));
            } else if (quote != 0) {
                word.append(c);
                quote = c == quote ? 0 : quote;
            } else if (Character.isWhitespace(c)) {
                if (word.length() > 0) {
                    words.add(word.toString());
                    word.setLength(0);
                }
            } else {
                quote = c == '"' || c == '\'' ? c : 0;
                word.append(c);
            }
        }
        if (word.length() > 0) {
            words.add(word.toString());
        }
        return words;
    }

    /** A here-document: variables are replaced, quotes mean nothing. */
    public String expandDocument(String text) {
        Reader reader = new Reader(text);
        reader.quotesMean = false;
        return reader.all();
    }

    /** Reads one word. */
    private final class Reader {

        private final String text;
        private int at;
        private boolean quotesMean = true;

        Reader(String text) {
            this.text = text;
        }

        String all() {
            return until('\0');
        }

        private boolean more() {
            return at < text.length();
        }

        private String until(char end) {
            StringBuilder out = new StringBuilder();
            while (more() && text.charAt(at) != end) {
                char c = text.charAt(at);
                if (c == '$') {
                    out.append(variable());
                } else if (c == escape) {
                    at++;
                    escaped(out);
                } else if (quotesMean && c == '\'') {
                    at++;
                    out.append(literally());
                } else if (quotesMean && c == '"') {
                    at++;
                    out.append(quoted());
                } else {
                    out.append(c);
                    at++;
                }
            }
            return out.toString();
        }

        private void escaped(StringBuilder out) {
            // In a here-document too, where docker takes the escape before any character away.
            out.append(more() ? text.charAt(at++) : escape);
        }

        private String literally() {
            int end = text.indexOf('\'', at);
            if (end < 0) {
                throw new IllegalArgumentException("the single quote in '" + text + "' is not closed");
            }
            String value = text.substring(at, end);
            at = end + 1;
            return value;
        }

        private String quoted() {
            StringBuilder out = new StringBuilder();
            while (more()) {
                char c = text.charAt(at);
                if (c == '"') {
                    at++;
                    return out.toString();
                }
                if (c == '$') {
                    out.append(variable());
                } else if (c == escape && at + 1 < text.length() && isSpecialInQuotes(text.charAt(at + 1))) {
                    out.append(text.charAt(at + 1));
                    at += 2;
                } else {
                    out.append(c);
                    at++;
                }
            }
            throw new IllegalArgumentException("the quote in '" + text + "' is not closed");
        }

        private boolean isSpecialInQuotes(char c) {
            return c == '"' || c == '$' || c == escape;
        }

        private String variable() {
            at++;
            if (!more()) {
                return "$";
            }
            if (text.charAt(at) == '{') {
                at++;
                return inBraces();
            }
            if (SPECIAL.indexOf(text.charAt(at)) >= 0) {
                at++;
                return "";
            }
            String name = name();
            return name.isEmpty() ? "$" : values.getOrDefault(name, "");
        }

        private String name() {
            int start = at;
            while (more() && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_')) {
                at++;
            }
            return text.substring(start, at);
        }

        private String inBraces() {
            String name = name();
            if (name.isEmpty() || !more()) {
                throw new IllegalArgumentException("'" + text + "' has a ${ without a name or a closing brace");
            }
            String value = values.get(name);
            int start = at;
            while (more() && "#%/:?+-".indexOf(text.charAt(at)) >= 0 && at - start < 2) {
                at++;
                String operator = text.substring(start, at);
                if (!List.of(":", "#", "%", "/").contains(operator)) {
                    break;
                }
                if (!operator.equals(":") && (!more() || text.charAt(at) != operator.charAt(0))) {
                    break;
                }
            }
            String operator = text.substring(start, at);
            String word = operator.startsWith("/") ? until('/') : until('}');
            String replacement = "";
            if (operator.startsWith("/") && more() && text.charAt(at) == '/') {
                at++;
                replacement = until('}');
            }
            if (!more() || text.charAt(at) != '}') {
                throw new IllegalArgumentException("the brace in '" + text + "' is not closed");
            }
            at++;
            if (operator.isEmpty() && !word.isEmpty()) {
                throw new IllegalArgumentException("'" + word + "' in '" + text + "' is no operator of a variable");
            }
            boolean isSet = value != null && !(operator.startsWith(":") && value.isEmpty());
            return switch (operator) {
                case "" -> value == null ? "" : value;
                case ":-", "-" -> isSet ? value : word;
                case ":+", "+" -> isSet ? word : "";
                case ":?", "?" -> {
                    if (!isSet) {
                        throw new IllegalArgumentException(
                                "the variable '" + name + "' has no value" + (word.isEmpty() ? "" : ": " + word));
                    }
                    yield value;
                }
                case "#" -> isSet ? value.replaceFirst("^" + pattern(word, "*?"), "") : "";
                case "##" -> isSet ? value.replaceFirst("^" + pattern(word, "*"), "") : "";
                case "%" -> isSet ? value.replaceFirst("^(.*)" + pattern(word, "*?") + "$", "$1") : "";
                case "%%" -> isSet ? value.replaceFirst("^(.*?)" + pattern(word, "*") + "$", "$1") : "";
                case "/" -> isSet ? value.replaceFirst(pattern(word, "*"), quote(replacement)) : "";
                case "//" -> isSet ? value.replaceAll(pattern(word, "*"), quote(replacement)) : "";
                default ->
                    throw new IllegalArgumentException(
                            "'" + operator + "' in '" + text + "' is no operator of a variable");
            };
        }

        private static String quote(String replacement) {
            return java.util.regex.Matcher.quoteReplacement(replacement);
        }

        /** @param many how many characters {@code *} takes: {@code *} for as many as it can, {@code *?} for as few */
        private static String pattern(String glob, String many) {
            StringBuilder regex = new StringBuilder("(?s:");
            for (char c : glob.toCharArray()) {
                switch (c) {
                    case '*' -> regex.append('.').append(many);
                    case '?' -> regex.append('.');
                    default -> regex.append(Pattern.quote(String.valueOf(c)));
                }
            }
            return regex.append(')').toString();
        }
    }
}
