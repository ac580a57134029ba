package io.jenkins.plugins.multiarch.forms;

import hudson.Util;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import net.sf.json.JSONObject;

/** Lists of a step, which a form shows as text with one item a line. */
public final class MultilineList {

    private MultilineList() {}

    /** A list as a Pipeline gives it: a list of anything printable, or null. */
    public static List<String> strings(List<?> given) {
        List<String> strings = new ArrayList<>();
        if (given != null) {
            given.forEach(item -> strings.add(String.valueOf(item).trim()));
        }
        return strings;
    }

    public static String print(List<?> items) {
        return items == null ? "" : items.stream().map(String::valueOf).collect(Collectors.joining("\n"));
    }

    static List<String> parse(String text) {
        return Util.fixNull(text)
                .lines()
                .map(String::trim)
                .filter(line -> !line.isEmpty())
                .toList();
    }

    /** Takes such a list out of a submitted form, because Stapler would bind the text as a list of one. */
    public static List<String> take(JSONObject form, String field) {
        Object text = form.remove(field);
        return parse(text == null ? "" : text.toString());
    }
}
