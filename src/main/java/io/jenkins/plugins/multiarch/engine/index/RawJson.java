package io.jenkins.plugins.multiarch.engine.index;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * One JSON object or array, kept as the exact texts of its entries, so that what is not changed stays byte for byte as
 * it is: white space, order, escapes, the way numbers are written. Immutable.
 *
 * @param before what stands before the opening bracket
 * @param opening the opening bracket
 * @param pieces the entries in order
 * @param rest what follows the last entry: white space if there is none, the closing bracket, and what is behind it
 */
record RawJson(String before, char opening, List<RawJson.Piece> pieces, String rest) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * One entry.
     *
     * @param lead the white space before it
     * @param key the key of an object's entry as written, with quotes, colon and white space; empty in an array
     * @param value the value as written
     * @param tail the white space behind it
     */
    record Piece(String lead, String key, String value, String tail) {

        Piece withValue(String other) {
            return new Piece(lead, key, other, tail);
        }

        Piece withTail(String other) {
            return new Piece(lead, key, value, other);
        }

        boolean isNamed(String name) {
            return !key.isEmpty() && name.equals(unquoted(key));
        }
    }

    RawJson {
        pieces = List.copyOf(pieces);
    }

    /** Takes apart an object or array that is known to be valid JSON. */
    static RawJson of(String text) {
        int start = skipSpace(text, 0);
        char opening = text.charAt(start);
        List<Piece> pieces = new ArrayList<>();
        int position = start + 1;
        int first = skipSpace(text, position);
        boolean isEmpty = text.charAt(first) == '}' || text.charAt(first) == ']';
        while (!isEmpty) {
            int keyStart = skipSpace(text, position);
            int valueStart = keyStart;
            if (opening == '{') {
                int colon = skipSpace(text, skipValue(text, keyStart));
                valueStart = skipSpace(text, colon + 1);
            }
            int valueEnd = skipValue(text, valueStart);
            int end = skipSpace(text, valueEnd);
            pieces.add(new Piece(
                    text.substring(position, keyStart),
                    text.substring(keyStart, valueStart),
                    text.substring(valueStart, valueEnd),
                    text.substring(valueEnd, end)));
            position = end;
            if (text.charAt(end) != ',') {
                break;
            }
            position = end + 1;
        }
        return new RawJson(text.substring(0, start), opening, pieces, text.substring(position));
    }

    private static int skipSpace(String text, int from) {
        int position = from;
        while (position < text.length() && " \t\r\n".indexOf(text.charAt(position)) >= 0) {
            position++;
        }
        return position;
    }

    /** Where a value ends that begins here. */
    private static int skipValue(String text, int from) {
        int depth = 0;
        int position = from;
        do {
            char c = text.charAt(position);
            if (c == '"') {
                position = skipString(text, position);
            } else if (c == '{' || c == '[') {
                depth++;
                position++;
            } else if (c == '}' || c == ']') {
                depth--;
                position++;
            } else if (depth > 0) {
                position++;
            } else {
                while (position < text.length() && ",]} \t\r\n:".indexOf(text.charAt(position)) < 0) {
                    position++;
                }
            }
        } while (depth > 0);
        return position;
    }

    private static int skipString(String text, int quote) {
        int position = quote + 1;
        while (text.charAt(position) != '"') {
            position += text.charAt(position) == '\\' ? 2 : 1;
        }
        return position + 1;
    }

    private static String unquoted(String key) {
        String name = key.substring(0, skipString(key, 0));
        try {
            return JSON.readTree(name).textValue();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Known to be valid: " + name, e);
        }
    }

    /** A text as JSON. */
    static String quoted(String text) {
        return TextNode.valueOf(text).toString();
    }

    /** The value of this key as written; null if there is none. */
    String value(String name) {
        int index = indexOf(name);
        return index < 0 ? null : pieces.get(index).value();
    }

    private int indexOf(String name) {
        for (int i = 0; i < pieces.size(); i++) {
            if (pieces.get(i).isNamed(name)) {
                return i;
            }
        }
        return -1;
    }

    /** The same with this value for a key: in its place if it is there, else at the end. */
    RawJson with(String name, String value) {
        int index = indexOf(name);
        if (index >= 0) {
            return edited(i -> i == index ? value : pieces.get(i).value());
        }
        String separator = pieces.isEmpty()
                ? ": "
                : pieces.get(0).key().substring(skipString(pieces.get(0).key(), 0));
        return plus(quoted(name) + separator, value);
    }

    /** The same with another element at the end. */
    RawJson plus(String value) {
        return plus("", value);
    }

    private RawJson plus(String key, String value) {
        List<Piece> more = new ArrayList<>(pieces);
        int last = more.size() - 1;
        Piece pattern = last < 0 ? new Piece("", "", "", "") : more.get(last);
        if (last >= 0) {
            // What stands between the last entry and the bracket goes on standing there.
            more.set(last, pattern.withTail(""));
        }
        more.add(new Piece(pattern.lead(), key, value, pattern.tail()));
        return new RawJson(before, opening, more, rest);
    }

    /** The same with the values that this gives for their places; null takes the entry away. */
    RawJson edited(IntFunction<String> values) {
        List<Piece> edited = new ArrayList<>();
        for (int i = 0; i < pieces.size(); i++) {
            String value = values.apply(i);
            if (value != null) {
                edited.add(pieces.get(i).withValue(value));
            }
        }
        if (!edited.isEmpty() && edited.size() < pieces.size()) {
            int last = edited.size() - 1;
            edited.set(
                    last,
                    edited.get(last).withTail(pieces.get(pieces.size() - 1).tail()));
        }
        return new RawJson(before, opening, edited, rest);
    }

    /** The white space that each level of this document is indented by; null if it is all on one line. */
    String indentation() {
        String lead = pieces.isEmpty() ? "" : pieces.get(0).lead();
        int newline = lead.lastIndexOf('\n');
        return newline < 0 ? null : lead.substring(newline + 1);
    }

    /**
     * Prints a value as it would stand in a document that is indented so.
     *
     * @param indentation white space of one level; null for all on one line
     * @param level how deep the value stands
     */
    static String print(JsonNode value, String indentation, int level) {
        if (indentation == null) {
            return value.toString();
        }
        DefaultIndenter indenter = new DefaultIndenter(indentation, "\n");
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter(
                        Separators.createDefaultInstance().withObjectFieldValueSpacing(Separators.Spacing.AFTER))
                .withObjectIndenter(indenter)
                .withArrayIndenter(indenter);
        try {
            // No line break is ever inside a text: there it is written as an escape.
            return JSON.writer(printer).writeValueAsString(value).replace("\n", "\n" + indentation.repeat(level));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A JSON tree can always be written", e);
        }
    }

    /** The whole text. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(before).append(opening);
        for (int i = 0; i < pieces.size(); i++) {
            Piece piece = pieces.get(i);
            text.append(i == 0 ? "" : ",")
                    .append(piece.lead())
                    .append(piece.key())
                    .append(piece.value())
                    .append(piece.tail());
        }
        return text.append(rest).toString();
    }
}
