package io.jenkins.plugins.multiarch.report;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What is kept of texts that agents, registries and authors write as long as they like. */
final class Truncation {

    private static final int LINE = 500;
    private static final int MESSAGE = 2000;
    private static final int PARAGRAPHS = 8000;
    private static final int MOST_ENTRIES = 50;

    private Truncation() {}

    /** The start of a text of one line; null stays null. */
    static String line(String text) {
        return cut(text, LINE);
    }

    /** The start of an error message; null stays null. */
    static String message(String text) {
        return cut(text, MESSAGE);
    }

    /** The start of a text of several lines; null stays null. */
    static String paragraphs(String text) {
        return cut(text, PARAGRAPHS);
    }

    private static String cut(String text, int length) {
        return text == null || text.length() <= length ? text : text.substring(0, length - 1) + "…";
    }

    /** As many lines as fit. */
    static ArrayList<String> lines(List<String> all) {
        return all.stream().limit(MOST_ENTRIES).map(Truncation::line).collect(Collectors.toCollection(ArrayList::new));
    }

    /** As many entries of a map as fit, in its order. */
    static LinkedHashMap<String, String> entries(Map<String, String> all) {
        LinkedHashMap<String, String> some = new LinkedHashMap<>();
        Iterator<Map.Entry<String, String>> next = all.entrySet().iterator();
        while (next.hasNext() && some.size() < MOST_ENTRIES) {
            Map.Entry<String, String> entry = next.next();
            some.put(line(entry.getKey()), line(entry.getValue()));
        }
        return some;
    }
}
