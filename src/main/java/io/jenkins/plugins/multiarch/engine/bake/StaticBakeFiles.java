package io.jenkins.plugins.multiarch.engine.bake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.jenkins.plugins.multiarch.engine.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Compose files and JSON bake files as their author wrote them, for a machine without buildx. Several files are merged, and
 * targets inherit; variables, functions and matrices are left to buildx.
 */
public final class StaticBakeFiles {

    /** The names that are looked for if none is given, in this order. */
    public static final List<String> DEFAULTS = List.of(
            "compose.yaml",
            "compose.yml",
            "docker-compose.yaml",
            "docker-compose.yml",
            "docker-bake.json",
            "docker-bake.override.json");

    /** Further names that buildx looks for, and only buildx reads. */
    public static final List<String> FOR_BUILDX = List.of("docker-bake.hcl", "docker-bake.override.hcl");

    /** Lists that grow by inheritance; every other list is replaced. */
    private static final Set<String> GROWING =
            Set.of("annotations", "attest", "cache-from", "cache-to", "entitlements", "secret", "ssh", "ulimits");

    static final String REMEDY = " Install the buildx plugin (docker-buildx-plugin) on this machine.";

    private final Map<String, JsonNode> groups = new LinkedHashMap<>();
    private final Map<String, ObjectNode> targets = new LinkedHashMap<>();
    private final List<BakeOverride> overrides = new ArrayList<>();

    /**
     * Refuses a file of another format.
     *
     * @throws BakeFileException if only buildx can read it
     */
    public static void requireReadable(String file) {
        if (!file.endsWith(".json") && !ComposeFile.isNamed(file)) {
            throw new BakeFileException("'" + file
                    + "' needs buildx: HCL is read by docker buildx bake --print, which this machine does not have. Install the buildx plugin (docker-buildx-plugin) on it, or write the"
                    + " bake file in JSON.");
        }
    }

    /**
     * Merges a file into those before it.
     *
     * @param name as the author gives it
     * @throws BakeFileException if it is malformed, or has what buildx alone can resolve
     */
    public void add(String name, String text) {
        if (text.contains("${") || ComposeFile.isNamed(name) && text.contains("$")) {
            throw new BakeFileException("The bake file '" + name + "' has ${…}, which buildx resolves." + REMEDY);
        }
        JsonNode document;
        try {
            document = ComposeFile.isNamed(name) ? ComposeFile.read(name, text) : Json.readLeniently(text);
        } catch (BakeFileException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new BakeFileException("The bake file '" + name + "' cannot be read: " + e.getMessage() + ".");
        }
        for (String part : List.of("variable", "function")) {
            if (document.has(part)) {
                throw new BakeFileException(
                        "The bake file '" + name + "' has a " + part + ", which buildx resolves." + REMEDY);
            }
        }
        document.path("group").properties().forEach(group -> groups.put(group.getKey(), group.getValue()));
        document.path("target").properties().forEach(target -> {
            if (!(target.getValue() instanceof ObjectNode object)) {
                throw new BakeFileException("Target '" + target.getKey() + "' cannot be built: it is not an object.");
            }
            if (object.has("matrix")) {
                throw new BakeFileException(
                        "Target '" + target.getKey() + "' has a matrix, which buildx resolves." + REMEDY);
            }
            targets.merge(target.getKey(), object.deepCopy(), StaticBakeFiles::merge);
        });
    }

    /**
     * Overrides attributes, once all files are there.
     *
     * @throws BakeFileException if one is for no target
     */
    void override(List<BakeOverride> wanted) {
        for (BakeOverride override : wanted) {
            if (targets.keySet().stream().noneMatch(override::isFor)) {
                throw new BakeFileException("The override '" + override.text() + "' is for no target. There are "
                        + String.join(", ", targets.keySet()) + ".");
            }
        }
        overrides.addAll(wanted);
    }

    /**
     * What all of them describe together.
     *
     * @throws BakeFileException naming what is not as it must be
     */
    public BakeFile resolve() {
        return BakeFile.of(document(targets.keySet()));
    }

    private ObjectNode document(Collection<String> names) {
        ObjectNode document = Json.object();
        groups.forEach(document.putObject("group")::set);
        ObjectNode resolved = document.putObject("target");
        names.forEach(name -> resolved.set(name, inherited(name, List.of())));
        return document;
    }

    /**
     * Some targets and those that they build on, as {@code docker buildx bake --print} prints them.
     *
     * @param wanted names of targets and groups; empty for the default
     * @throws BakeFileException as {@link #resolve} does, or if there is no such name
     */
    public String print(List<String> wanted) {
        BakeFile file = resolve();
        ObjectNode document = document(new TreeSet<>(file.withBases(file.resolve(wanted))));
        document.withObjectProperty("target").forEach(target -> complete((ObjectNode) target));
        ObjectNode meant = document.putObject("group");
        // What is named becomes the default.
        ArrayNode named = meant.putObject(BakeFile.DEFAULT).putArray("targets");
        (wanted.isEmpty() ? List.of(BakeFile.DEFAULT) : wanted).forEach(named::add);
        file.groupsIn(wanted).forEach(name -> meant.set(name, groups.get(name)));
        return new String(Json.write(document, "  "), StandardCharsets.UTF_8) + "\n";
    }

    /** What counts for a target that does not say it. */
    private static void complete(ObjectNode target) {
        target.putIfAbsent("context", TextNode.valueOf("."));
        target.putIfAbsent("dockerfile", TextNode.valueOf("Dockerfile"));
    }

    /** @param heirs that lead to it */
    private ObjectNode inherited(String name, List<String> heirs) {
        List<String> path = new ArrayList<>(heirs);
        path.add(name);
        if (heirs.contains(name)) {
            throw new BakeFileException(
                    "The targets inherit from each other in a circle: " + String.join(" -> ", path) + ". Break it.");
        }
        ObjectNode own = targets.get(name);
        if (own == null) {
            throw new BakeFileException("Target '" + heirs.get(heirs.size() - 1) + "' inherits from '" + name
                    + "', which is in no bake file. There are " + String.join(", ", targets.keySet()) + ".");
        }
        ObjectNode result = Json.object();
        own.path("inherits").forEach(parent -> merge(result, inherited(parent.asText(), path)));
        merge(result, own);
        result.remove("inherits");
        Set<String> changed = new HashSet<>();
        for (BakeOverride override : overrides) {
            if (override.isFor(name)) {
                override.change(result, changed.add(override.attribute()));
            }
        }
        return result;
    }

    /** Into the first, in which the attributes of the second count. */
    private static ObjectNode merge(ObjectNode into, ObjectNode from) {
        from.properties().forEach(attribute -> {
            JsonNode before = into.path(attribute.getKey());
            JsonNode value = attribute.getValue().deepCopy();
            if (before instanceof ObjectNode map && value instanceof ObjectNode more) {
                map.setAll(more);
            } else if (before instanceof ArrayNode list
                    && value instanceof ArrayNode more
                    && GROWING.contains(attribute.getKey())) {
                list.addAll(more);
            } else {
                into.set(attribute.getKey(), value);
            }
        });
        return into;
    }
}
