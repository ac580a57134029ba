package io.jenkins.plugins.multiarch.engine.bake;

import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The annotations of a target, by what they are of.
 *
 * @param index those of the index
 * @param entries those of single entries of the index, by platform
 * @param manifest those of the manifest of each platform
 * @param others what cannot be honoured, as it was given
 * @see <a href="https://docs.docker.com/build/metadata/annotations/#specify-annotation-level">Levels of annotations</a>
 */
public record BakeAnnotations(
        Map<String, String> index,
        Map<String, Map<String, String>> entries,
        Map<String, String> manifest,
        List<String> others) {

    private static final String LEVEL = "(?:manifest|index|manifest-descriptor|index-descriptor)(?:\\[[^\\]]*\\])?";
    private static final Pattern PREFIX = Pattern.compile("(" + LEVEL + "(?:," + LEVEL + ")*):(.*)", Pattern.DOTALL);
    private static final Pattern PLATFORM = Pattern.compile("([a-z-]+)\\[([^\\]]*)\\]");

    public BakeAnnotations {
        index = Collections.unmodifiableMap(new LinkedHashMap<>(index));
        entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
        manifest = Collections.unmodifiableMap(new LinkedHashMap<>(manifest));
        others = List.copyOf(others);
    }

    /**
     * Reads them as BuildKit writes them, {@code [level[,level]:]key=value}. Without a level they are those of the manifests.
     *
     * @throws IllegalArgumentException if one has no key and value, or an unknown platform
     */
    static BakeAnnotations parse(List<String> given) {
        Map<String, String> index = new LinkedHashMap<>();
        Map<String, Map<String, String>> entries = new LinkedHashMap<>();
        Map<String, String> manifest = new LinkedHashMap<>();
        List<String> others = new ArrayList<>();
        for (String text : given) {
            Matcher prefix = PREFIX.matcher(text);
            String levels = prefix.matches() ? prefix.group(1) : "manifest";
            String pair = prefix.matches() ? prefix.group(2) : text;
            int equals = pair.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException(
                        "the annotation '" + text + "' has no key and value. Write key=value or index:key=value");
            }
            String key = pair.substring(0, equals);
            String value = pair.substring(equals + 1);
            for (String level : levels.split(",")) {
                Matcher one = PLATFORM.matcher(level);
                if (level.equals("index")) {
                    index.put(key, value);
                } else if (level.equals("manifest")) {
                    manifest.put(key, value);
                } else if (one.matches() && one.group(1).equals("manifest-descriptor")) {
                    entries.computeIfAbsent(Platform.parse(one.group(2)).toString(), platform -> new LinkedHashMap<>())
                            .put(key, value);
                } else {
                    others.add(level + ":" + pair);
                }
            }
        }
        return new BakeAnnotations(index, entries, manifest, others);
    }
}
