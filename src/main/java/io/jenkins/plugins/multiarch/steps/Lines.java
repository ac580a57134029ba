package io.jenkins.plugins.multiarch.steps;

import hudson.Util;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import net.sf.json.JSONObject;
import org.kohsuke.stapler.StaplerRequest2;

/** Lists and maps of a step, which a form shows as text with one item, or one {@code key=value}, a line. */
final class Lines {

    private Lines() {}

    /** A list as a Pipeline gives it: a list of anything printable, or null. */
    static List<String> strings(List<?> given) {
        List<String> strings = new ArrayList<>();
        if (given != null) {
            given.forEach(item -> strings.add(String.valueOf(item).trim()));
        }
        return strings;
    }

    /** A map as a Pipeline gives it: values may be interpolated strings or numbers, or the map null. */
    static Map<String, String> strings(Map<?, ?> given) {
        Map<String, String> strings = new LinkedHashMap<>();
        if (given != null) {
            given.forEach((key, value) -> strings.put(String.valueOf(key), value == null ? "" : value.toString()));
        }
        return strings;
    }

    static String print(Object items) {
        if (items instanceof Map<?, ?> map) {
            return map.entrySet().stream()
                    .map(entry -> entry.getKey() + "=" + entry.getValue())
                    .collect(Collectors.joining("\n"));
        }
        return items instanceof List<?> list
                ? list.stream().map(String::valueOf).collect(Collectors.joining("\n"))
                : "";
    }

    static List<String> parse(String text) {
        return Util.fixNull(text)
                .lines()
                .map(String::trim)
                .filter(line -> !line.isEmpty())
                .toList();
    }

    private static Map<String, String> parseMap(String text) {
        Map<String, String> map = new LinkedHashMap<>();
        for (String line : parse(text)) {
            int equals = line.indexOf('=');
            map.put(equals < 0 ? line : line.substring(0, equals), equals < 0 ? "" : line.substring(equals + 1));
        }
        return map;
    }

    /** Binds a submitted form in which the named lists and maps are such text. */
    static <T> T bind(StaplerRequest2 request, JSONObject form, Class<T> type, Set<String> lists, Set<String> maps) {
        // Stapler binds no maps, and no lists of mixed things.
        Map<String, Object> parsed = new LinkedHashMap<>();
        lists.forEach(field -> parsed.put(field, parse(take(form, field))));
        maps.forEach(field -> parsed.put(field, parseMap(take(form, field))));
        T bound = request.bindJSON(type, form);
        parsed.forEach((field, items) -> set(bound, field, items));
        return bound;
    }

    private static String take(JSONObject form, String field) {
        Object text = form.remove(field);
        return text == null ? "" : text.toString();
    }

    private static void set(Object bound, String field, Object items) {
        String setter = "set" + Character.toUpperCase(field.charAt(0)) + field.substring(1);
        Class<?> type = items instanceof Map ? Map.class : List.class;
        try {
            bound.getClass().getMethod(setter, type).invoke(bound, items);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(bound.getClass() + " has no " + setter, e);
        }
    }
}
