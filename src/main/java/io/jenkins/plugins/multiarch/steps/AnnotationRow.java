package io.jenkins.plugins.multiarch.steps;

import io.jenkins.plugins.multiarch.forms.KeyValueRows;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** An annotation of a single member of the index, as the form shows it. */
public record AnnotationRow(String platform, String name, String value) {

    /** @param byPlatform as a Pipeline gives it; what is no map has no row */
    static List<AnnotationRow> of(Map<String, Object> byPlatform) {
        List<AnnotationRow> rows = new ArrayList<>();
        byPlatform.forEach((platform, given) -> {
            if (given instanceof Map<?, ?> annotations) {
                KeyValueRows.strings(annotations)
                        .forEach((name, value) -> rows.add(new AnnotationRow(platform, name, value)));
            }
        });
        return rows;
    }
}
