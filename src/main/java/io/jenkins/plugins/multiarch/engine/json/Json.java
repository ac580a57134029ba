package io.jenkins.plugins.multiarch.engine.json;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Reads and writes JSON. What a registry sends may be broken or hostile: it is read strictly and within bounds. A key that occurs twice, bytes
 * that are not UTF-8, anything behind the document, and a value of another type than expected are errors, because two
 * clients could read two different things out of them.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8259#section-4">RFC 8259, 4: names within an object</a>
 */
public final class Json {

    /** No manifest or configuration nests deeper than about ten levels. */
    private static final int MAX_DEPTH = 64;

    /** More than a manifest of 4 MiB with real entries has; a tree of so many nodes takes some 50 MB. */
    private static final int MAX_TOKENS = 1_000_000;

    private static final ObjectMapper STRICT = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxTokenCount(MAX_TOKENS)
                            .maxNumberLength(64)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            // Numbers that nobody here knows are written as they were read.
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    /** Text of users and of tools: a key that occurs twice, and what follows the document, are as in their own readers. */
    private static final ObjectReader LENIENT = STRICT.reader()
            .without(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private Json() {}

    /** An object without fields. */
    public static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /**
     * Writes a document; the same one always gives the same bytes, on every operating system.
     *
     * @param indentation the white space that each level is indented by; empty to write all of it on one line
     */
    public static byte[] write(JsonNode document, String indentation) {
        DefaultIndenter indenter = new DefaultIndenter(indentation, "\n");
        DefaultPrettyPrinter lines = new DefaultPrettyPrinter(
                        Separators.createDefaultInstance().withObjectFieldValueSpacing(Separators.Spacing.AFTER))
                .withObjectIndenter(indenter)
                .withArrayIndenter(indenter);
        try {
            return (indentation.isEmpty() ? STRICT.writer() : STRICT.writer(lines)).writeValueAsBytes(document);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A JSON tree can always be written", e);
        }
    }

    /**
     * Reads a document.
     *
     * @throws IllegalArgumentException if it is no JSON, or has what is not allowed here; the message says what, as the
     *     rest of a sentence about the document
     */
    public static JsonNode read(byte[] content) {
        String text = text(content);
        JsonNode document;
        try {
            document = STRICT.readTree(text);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("it is not JSON (" + e.getOriginalMessage() + ")", e);
        }
        if (document == null || document.isMissingNode()) {
            throw new IllegalArgumentException("it is not JSON, but empty");
        }
        return document;
    }

    /**
     * Reads a document of a user or of a tool on this machine, as these do themselves: of a key that occurs twice the last
     * one counts, and what follows the document does not.
     *
     * @return a missing node if there is nothing but white space
     * @throws IllegalArgumentException if it is no JSON; the message may quote it
     */
    public static JsonNode readLeniently(String text) {
        try {
            return LENIENT.readTree(text);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("it is not JSON (" + e.getOriginalMessage() + ")", e);
        }
    }

    /**
     * Reads documents that follow one another, or the elements of a list.
     *
     * @throws IllegalArgumentException if one is no JSON
     */
    public static List<JsonNode> readAll(String text) {
        try (MappingIterator<JsonNode> documents =
                LENIENT.forType(JsonNode.class).readValues(text)) {
            return documents.readAll();
        } catch (IOException e) {
            throw new IllegalArgumentException("it is not JSON", e);
        }
    }

    /** A record, a list or a map as JSON. */
    public static JsonNode of(Object value) {
        return STRICT.valueToTree(value);
    }

    /**
     * What {@link #of} has been made of.
     *
     * @throws IllegalArgumentException if it is something else
     */
    public static <T> T as(Class<T> type, JsonNode document) {
        return STRICT.convertValue(document, type);
    }

    /**
     * As {@link #read}, of a document that must be an object.
     *
     * @throws IllegalArgumentException as {@link #read} does, and if it is something else
     */
    public static JsonNode readObject(byte[] content) {
        JsonNode document = read(content);
        if (!document.isObject()) {
            throw new IllegalArgumentException("it is not a JSON object, but " + kind(document));
        }
        return document;
    }

    /**
     * The text of a document. Written as UTF-8 again it has exactly the same bytes.
     *
     * @throws IllegalArgumentException if the bytes are not UTF-8
     */
    public static String text(byte[] content) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(content))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("it is not JSON (its bytes are not UTF-8)", e);
        }
    }

    /**
     * A field that is a text, or null, or missing.
     *
     * @return empty if it is null or missing
     * @throws IllegalArgumentException if it is something else; the message names it
     */
    public static String string(JsonNode object, String field) {
        JsonNode value = object.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return "";
        }
        if (!value.isTextual()) {
            throw new IllegalArgumentException("its '" + field + "' is not a text, but " + kind(value));
        }
        return value.textValue();
    }

    /**
     * A field that is a number of bytes.
     *
     * @throws IllegalArgumentException if it is missing, negative, fractional or no number; the message names it
     */
    public static long size(JsonNode object, String field) {
        JsonNode value = object.path(field);
        if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 0) {
            throw new IllegalArgumentException("its '" + field + "' is not a number of bytes, but " + kind(value));
        }
        return value.longValue();
    }

    /**
     * A field that is a list, or null, or missing: its elements.
     *
     * @throws IllegalArgumentException if it is something else; the message names it
     */
    public static Iterable<JsonNode> list(JsonNode object, String field) {
        JsonNode value = object.path(field);
        if (!value.isArray() && !value.isMissingNode() && !value.isNull()) {
            throw new IllegalArgumentException("its '" + field + "' is not a list, but " + kind(value));
        }
        return value;
    }

    /**
     * A field that has texts by key, or is null, or missing: as annotations are.
     *
     * @throws IllegalArgumentException if it is something else; the message names it
     */
    public static Map<String, String> strings(JsonNode object, String field) {
        JsonNode value = object.path(field);
        Map<String, String> strings = new LinkedHashMap<>();
        if (!value.isObject() && !value.isMissingNode() && !value.isNull()) {
            throw new IllegalArgumentException("its '" + field + "' is not an object, but " + kind(value));
        }
        value.properties().forEach(entry -> strings.put(entry.getKey(), string(value, entry.getKey())));
        return strings;
    }

    private static String kind(JsonNode value) {
        return value.isNumber()
                ? "the number " + value
                : value.isMissingNode()
                        ? "missing"
                        : "a value of type " + value.getNodeType().name().toLowerCase(Locale.ROOT);
    }
}
