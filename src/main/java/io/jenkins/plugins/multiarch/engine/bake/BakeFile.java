package io.jenkins.plugins.multiarch.engine.bake;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.multiarch.engine.json.Json;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a bake file describes, with every inheritance and variable resolved.
 *
 * @param groups names of a group to the names of its members, targets and groups
 * @param targets by name
 */
public record BakeFile(Map<String, List<String>> groups, Map<String, BakeTarget> targets) {

    /** What is built if nothing is named. */
    public static final String DEFAULT = "default";

    public BakeFile {
        groups = Collections.unmodifiableMap(new LinkedHashMap<>(groups));
        targets = Collections.unmodifiableMap(new LinkedHashMap<>(targets));
    }

    /**
     * Reads what {@code docker buildx bake --print} prints.
     *
     * @throws BakeFileException naming what is not as it must be
     */
    public static BakeFile read(String json) {
        JsonNode document;
        try {
            document = Json.readLeniently(json);
        } catch (IllegalArgumentException e) {
            throw new BakeFileException("The bake file cannot be read: " + e.getMessage() + ".");
        }
        return of(document);
    }

    /** Reads one that has neither variables nor inheritance left. */
    static BakeFile of(JsonNode document) {
        Map<String, List<String>> groups = new LinkedHashMap<>();
        document.path("group").properties().forEach(group -> {
            List<String> members = new ArrayList<>();
            group.getValue().path("targets").forEach(member -> members.add(member.asText()));
            groups.put(group.getKey(), List.copyOf(members));
        });
        Map<String, BakeTarget> targets = new LinkedHashMap<>();
        document.path("target")
                .properties()
                .forEach(target ->
                        targets.put(target.getKey(), new BakeTargetReader(target.getKey(), target.getValue()).read()));
        return new BakeFile(groups, targets);
    }

    /**
     * The targets that some names mean, in the order of the names.
     *
     * @param names of targets and groups; empty for the default
     * @throws BakeFileException if there is no such name; it says which ones there are
     */
    public Set<String> resolve(List<String> names) {
        Set<String> found = new LinkedHashSet<>();
        Set<String> seen = new LinkedHashSet<>();
        (names.isEmpty() ? List.of(DEFAULT) : names).forEach(name -> resolve(name, found, seen));
        return found;
    }

    /**
     * The groups among some names, and the groups in these.
     *
     * @param names of targets and groups; empty for the default
     * @throws BakeFileException as {@link #resolve(List)} does
     */
    Set<String> groupsIn(List<String> names) {
        Set<String> seen = new LinkedHashSet<>();
        (names.isEmpty() ? List.of(DEFAULT) : names).forEach(name -> resolve(name, new LinkedHashSet<>(), seen));
        return seen;
    }

    /**
     * Some targets and those that they build on, however far away.
     *
     * @throws BakeFileException if one of these is in no bake file
     */
    Set<String> withBases(Collection<String> names) {
        Set<String> found = new LinkedHashSet<>();
        Deque<String> next = new ArrayDeque<>(names);
        while (!next.isEmpty()) {
            String name = next.remove();
            if (found.add(name)) {
                BakeTarget target = targets.get(name);
                target.bases().values().forEach(base -> requireTarget(base, target.name()));
                next.addAll(target.bases().values());
            }
        }
        return found;
    }

    /**
     * The target that another one builds on.
     *
     * @throws BakeFileException if there is none; it says which there are
     */
    BakeTarget requireTarget(String base, String heir) {
        BakeTarget target = targets.get(base);
        if (target == null) {
            throw new BakeFileException("Target '" + heir + "' builds on 'target:" + base
                    + "', which is not in the bake file. It has the targets "
                    + String.join(", ", targets.keySet()) + ".");
        }
        return target;
    }

    private void resolve(String name, Set<String> found, Set<String> seen) {
        if (targets.containsKey(name)) {
            // A matrix of one makes a group and a target of the same name.
            found.add(name);
        } else if (groups.containsKey(name)) {
            if (seen.add(name)) {
                groups.get(name).forEach(member -> resolve(member, found, seen));
            }
        } else {
            throw new BakeFileException("The bake file has no target and no group '" + name + "'. It has the targets "
                    + String.join(", ", targets.keySet())
                    + (groups.isEmpty() ? "." : " and the groups " + String.join(", ", groups.keySet()) + "."));
        }
    }
}
