package io.jenkins.plugins.multiarch.steps;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import io.jenkins.plugins.multiarch.engine.http.Addresses;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The parameters of a step that differ from their defaults, as text; addresses without user and query. */
final class GivenParameters {

    private final Map<String, List<String>> values = new LinkedHashMap<>();

    GivenParameters add(String name, @CheckForNull String value, String usual) {
        return value == null || value.equals(usual) ? this : add(name, List.of(value));
    }

    GivenParameters add(String name, boolean value, boolean usual) {
        return add(name, String.valueOf(value), String.valueOf(usual));
    }

    GivenParameters add(String name, @CheckForNull Collection<String> several) {
        if (several != null && !several.isEmpty()) {
            values.put(name, several.stream().map(Addresses::redacted).toList());
        }
        return this;
    }

    GivenParameters add(String name, @CheckForNull Map<String, String> map) {
        return map == null
                ? this
                : add(
                        name,
                        map.entrySet().stream()
                                .map(entry -> entry.getKey() + "=" + entry.getValue())
                                .toList());
    }

    Map<String, List<String>> values() {
        return new LinkedHashMap<>(values);
    }
}
