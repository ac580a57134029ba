package io.jenkins.plugins.multiarch.forms;

import hudson.Util;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import javax.lang.model.SourceVersion;
import net.sf.json.JSONArray;
import net.sf.json.JSONObject;
import org.jenkinsci.plugins.structs.describable.DescribableModel;
import org.jenkinsci.plugins.structs.describable.UninstantiatedDescribable;

/** Maps of a step, which a form shows as rows of a name and a value. */
public final class KeyValueRows {

    private KeyValueRows() {}

    /** A map as a Pipeline gives it: values may be interpolated strings or numbers, or the map null. */
    public static Map<String, String> strings(Map<?, ?> given) {
        Map<String, String> strings = new LinkedHashMap<>();
        if (given != null) {
            given.forEach((key, value) -> strings.put(String.valueOf(key), value == null ? "" : value.toString()));
        }
        return strings;
    }

    /** Takes the rows of a map out of a submitted form, because Stapler binds no maps. */
    public static Map<String, String> take(JSONObject form, String field) {
        Map<String, String> values = new LinkedHashMap<>();
        for (JSONObject row : rows(form, field)) {
            put(values, row);
        }
        return values;
    }

    /** The same with the platform of each row, by platform. */
    public static Map<String, Object> takeByPlatform(JSONObject form, String field) {
        Map<String, Map<String, String>> values = new LinkedHashMap<>();
        for (JSONObject row : rows(form, field)) {
            String platform = Util.fixEmptyAndTrim(row.optString("platform"));
            if (platform != null) {
                put(values.computeIfAbsent(platform, key -> new LinkedHashMap<>()), row);
            }
        }
        values.values().removeIf(Map::isEmpty);
        return new LinkedHashMap<>(values);
    }

    /** One row is no array, and without any the field is not there. */
    private static List<JSONObject> rows(JSONObject form, String field) {
        List<JSONObject> rows = new ArrayList<>();
        if (form.has(field)) {
            JSONArray.fromObject(form.remove(field)).forEach(row -> rows.add((JSONObject) row));
        }
        return rows;
    }

    /** A row that was added and never filled in says nothing. */
    private static void put(Map<String, String> values, JSONObject row) {
        String name = Util.fixEmptyAndTrim(row.optString("name"));
        if (name != null) {
            values.put(name, row.optString("value"));
        }
    }

    /**
     * A step as the snippet generator shall write it. It takes a name with dots for the qualified name of a Java class and
     * leaves out the quotes, without which Groovy refuses it. So it gets each as the only argument of a call without a
     * name, which it writes {@code ('a.b')}: the same as a key of a map.
     */
    public static UninstantiatedDescribable quoted(UninstantiatedDescribable step) {
        Map<String, Object> arguments = new TreeMap<>(step.getArguments());
        arguments.replaceAll((name, value) -> quoted(value, step.getModel()));
        return step.withArguments(arguments);
    }

    private static Object quoted(Object value, DescribableModel<?> model) {
        if (!(value instanceof Map<?, ?> map)) {
            return value;
        }
        Map<Object, Object> quoted = new LinkedHashMap<>();
        map.forEach((key, item) -> quoted.put(
                key instanceof String name && name.contains(".") && SourceVersion.isName(name)
                        ? inParentheses(name, model)
                        : key,
                quoted(item, model)));
        return quoted;
    }

    private static UninstantiatedDescribable inParentheses(String name, DescribableModel<?> model) {
        UninstantiatedDescribable call = new UninstantiatedDescribable(
                "",
                null,
                Map.of(Objects.requireNonNull(model.getSoleRequiredParameter()).getName(), name));
        call.setModel(model);
        return call;
    }
}
