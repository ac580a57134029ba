package io.jenkins.plugins.multiarch.engine.bake;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Why targets cannot be built; each reason is told once, with all targets that it is one for. */
public final class BakeObstacles {

    private final Map<String, Set<String>> targets = new LinkedHashMap<>();

    /** @param reason a sentence with the remedy */
    public void add(String target, String reason) {
        targets.computeIfAbsent(reason, key -> new LinkedHashSet<>()).add(target);
    }

    /** @throws IllegalStateException naming everything that was added */
    public void requireNone() {
        if (!targets.isEmpty()) {
            List<String> lines = new ArrayList<>();
            targets.forEach((reason, names) -> lines.add((names.size() == 1 ? "Target '" : "Targets '")
                    + String.join("', '", names) + "' cannot be built: " + reason));
            throw new IllegalStateException(String.join("\n", lines));
        }
    }
}
