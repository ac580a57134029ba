package io.jenkins.plugins.multiarch.engine.bake;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * An entry of {@code cache-from}, {@code secret}, {@code output} and the like: an object, or a text with the same fields,
 * {@code type=registry,ref=…}. A field of such a text may be quoted, as in CSV.
 *
 * @param fields by name
 */
record BakeEntry(Map<String, String> fields) {

    /**
     * @param loneField the field that a text without any field is: {@code ref} of a cache
     * @throws IllegalArgumentException if it is something else
     */
    static BakeEntry read(JsonNode value, String loneField) {
        Map<String, String> fields = new LinkedHashMap<>();
        if (value.isObject()) {
            value.properties().forEach(field -> {
                if (!field.getValue().isNull()) {
                    fields.put(
                            field.getKey(),
                            field.getValue().isValueNode()
                                    ? field.getValue().asText()
                                    : field.getValue().toString());
                }
            });
        } else if (value.isTextual()) {
            String text = value.textValue();
            if (!text.contains("=")) {
                return new BakeEntry(Map.of(loneField, text));
            }
            for (String field : split(text)) {
                int equals = field.indexOf('=');
                fields.put(
                        equals < 0 ? field : field.substring(0, equals), equals < 0 ? "" : field.substring(equals + 1));
            }
        } else {
            throw new IllegalArgumentException(value + " is neither an object nor a text");
        }
        return new BakeEntry(fields);
    }

    private static List<String> split(String text) {
        List<String> fields = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        boolean quoted = false;
        for (char c : text.toCharArray()) {
            if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                fields.add(field.toString());
                field.setLength(0);
            } else {
                field.append(c);
            }
        }
        fields.add(field.toString());
        return fields;
    }

    /** A field; empty if it is missing. */
    String get(String field) {
        return fields.getOrDefault(field, "");
    }

    /** The same with another value of a field. */
    BakeEntry with(String field, String value) {
        Map<String, String> changed = new LinkedHashMap<>(fields);
        changed.put(field, value);
        return new BakeEntry(changed);
    }

    /** As an option of the build command has it, with the type first. */
    String text() {
        return fields.entrySet().stream()
                .sorted(Comparator.comparing(field -> !field.getKey().equals("type")))
                .map(field -> field.getKey() + "=" + field.getValue())
                .map(field -> field.contains(",") ? "\"" + field + "\"" : field)
                .collect(Collectors.joining(","));
    }
}
