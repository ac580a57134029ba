package io.jenkins.plugins.multiarch.engine.cli;

import io.jenkins.plugins.multiarch.engine.index.IndexSource;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A source as it is written on the command line: {@code REFERENCE}, {@code REFERENCE=PLATFORM} to publish it for that
 * platform, each followed by any number of {@code ,KEY=VALUE}. No reference has a comma or an equals sign.
 */
final class SourceOption {

    private static final String KEYS = "only, os.version, os.feature and annotation.<key>";

    private SourceOption() {}

    /** @throws IllegalArgumentException if the text is malformed; the message names it and what to write instead */
    static IndexSource parse(String text) {
        String[] parts = text.split(",", -1);
        int equals = parts[0].indexOf('=');
        IndexSource source = equals < 0
                ? IndexSource.of(ImageReference.parse(parts[0]))
                : IndexSource.of(ImageReference.parse(parts[0].substring(0, equals)))
                        .as(Platform.parse(parts[0].substring(equals + 1)));
        Set<Platform> only = new TreeSet<>();
        Map<String, String> annotations = new LinkedHashMap<>();
        List<String> features = new ArrayList<>();
        String version = "";
        for (String part : List.of(parts).subList(1, parts.length)) {
            String key = part.substring(0, Math.max(0, part.indexOf('=')));
            String value = part.substring(part.indexOf('=') + 1);
            if (key.equals("only")) {
                only.add(Platform.parse(value));
            } else if (key.equals("os.version")) {
                version = value;
            } else if (key.equals("os.feature")) {
                features.add(value);
            } else if (key.startsWith("annotation.")) {
                annotations.put(key.substring("annotation.".length()), value);
            } else {
                throw new IllegalArgumentException("'" + part + "' in the source '" + text
                        + "' is unknown. Write KEY=VALUE with one of " + KEYS + ".");
            }
        }
        return source.withOs(version, features).withAnnotations(annotations).only(only);
    }
}
