package io.jenkins.plugins.multiarch.engine.bake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.multiarch.engine.json.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * A compose file as a bake file: each service that is built is a target, and all of them are the group {@code default}.
 *
 * @see <a href="https://github.com/compose-spec/compose-spec/blob/main/build.md">Compose Build Specification</a>
 * @see <a href="https://docs.docker.com/build/bake/compose-file/">Building with Bake from a Compose file</a>
 */
final class ComposeFile {

    /** What a service says in the words of a bake file, under {@code x-bake}. */
    private static final String EXTENSION = "x-bake";

    private static final String SERVICE = "service:";

    /** A file of this size is no list of services. */
    private static final int MOST_CHARACTERS = 1024 * 1024;

    /** More would be an attempt to fill the memory. */
    private static final int MOST_ALIASES = 200;

    /** Attributes of {@code build} that a bake file has under the same or another name, with the same kind of value. */
    private static final Map<String, String> SAME = Map.ofEntries(
            Map.entry("dockerfile", "dockerfile"),
            Map.entry("dockerfile_inline", "dockerfile-inline"),
            Map.entry("target", "target"),
            Map.entry("network", "network"),
            Map.entry("no_cache", "no-cache"),
            Map.entry("pull", "pull"),
            Map.entry("tags", "tags"),
            Map.entry("platforms", "platforms"),
            Map.entry("cache_from", "cache-from"),
            Map.entry("cache_to", "cache-to"),
            Map.entry("entitlements", "entitlements"));

    private static final List<String> EXTENSIONS = List.of(
            "tags",
            "cache-from",
            "cache-to",
            "ssh",
            "secret",
            "platforms",
            "pull",
            "no-cache",
            "no-cache-filter",
            "output",
            "contexts",
            "attest",
            "annotations");

    private final String name;
    private final JsonNode document;

    private ComposeFile(String name, JsonNode document) {
        this.name = name;
        this.document = document;
    }

    /** Whether a file is one by its name. */
    static boolean isNamed(String file) {
        return file.endsWith(".yaml") || file.endsWith(".yml");
    }

    /**
     * Reads it.
     *
     * @param name as the author gives it
     * @return the same as a bake file
     * @throws BakeFileException if it is malformed, or has what only buildx resolves
     */
    static ObjectNode read(String name, String text) {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(MOST_CHARACTERS);
        options.setMaxAliasesForCollections(MOST_ALIASES);
        options.setAllowDuplicateKeys(false);
        try {
            Object content = new Yaml(new SafeConstructor(options)).load(text);
            return new ComposeFile(name, Json.of(content == null ? Map.of() : content)).toBakeFile();
        } catch (YAMLException e) {
            throw new BakeFileException("The compose file '" + name + "' cannot be read: "
                    + String.valueOf(e.getMessage()).strip().replaceAll("\\s+", " ") + ".");
        }
    }

    private ObjectNode toBakeFile() {
        if (document.has("include")) {
            throw onlyBuildx("include");
        }
        ObjectNode bake = Json.object();
        ArrayNode all = bake.putObject("group").putObject(BakeFile.DEFAULT).putArray("targets");
        ObjectNode targets = bake.putObject("target");
        document.path("services").properties().forEach(service -> {
            JsonNode build = service.getValue().path("build");
            if (service.getValue().has("extends")) {
                throw onlyBuildx("extends in the service '" + service.getKey() + "'");
            }
            if (!build.isMissingNode() && !build.isNull()) {
                String target = target(service.getKey());
                targets.set(target, target(service.getValue(), build));
                all.add(target);
            }
        });
        if (all.isEmpty()) {
            bake.remove("group");
        }
        return bake;
    }

    private BakeFileException onlyBuildx(String what) {
        return new BakeFileException(
                "The compose file '" + name + "' has " + what + ", which buildx resolves." + StaticBakeFiles.REMEDY);
    }

    /** Names of targets have no dots. */
    private static String target(String service) {
        return service.replaceAll("[^A-Za-z0-9_-]+", "_");
    }

    private ObjectNode target(JsonNode service, JsonNode build) {
        ObjectNode target = Json.object();
        if (build.isTextual()) {
            target.put("context", place(build.asText()));
        }
        build.properties().forEach(attribute -> put(target, attribute.getKey(), attribute.getValue()));
        if (!target.has("tags") && service.hasNonNull("image")) {
            target.putArray("tags").add(service.path("image").asText());
        }
        JsonNode extension = service.path(EXTENSION).isMissingNode() ? build.path(EXTENSION) : service.path(EXTENSION);
        extension.properties().forEach(attribute -> {
            if (EXTENSIONS.contains(attribute.getKey())) {
                target.set(attribute.getKey(), extended(attribute.getValue()));
            }
        });
        return target;
    }

    /** A single value stands for a list of one. */
    private static JsonNode extended(JsonNode value) {
        return value.isValueNode() && !value.isBoolean() ? Json.of(List.of(value.asText())) : value;
    }

    private void put(ObjectNode target, String attribute, JsonNode value) {
        if (value.isNull()) {
            return;
        }
        switch (attribute) {
            case "context" -> target.put("context", place(value.asText()));
            case "args", "labels" -> target.set(attribute, Json.of(pairs(value)));
            case "additional_contexts" -> target.set("contexts", Json.of(contexts(value)));
            case "shm_size" -> target.put("shm-size", value.asText());
            case "extra_hosts" -> target.set("extra-hosts", Json.of(hosts(value)));
            case "secrets" -> target.set("secret", secrets(value));
            case "ssh" -> target.set("ssh", ssh(value));
            case "ulimits" -> target.set("ulimits", ulimits(value));
            case EXTENSION -> {
                // Read last.
            }
            default -> {
                // An attribute that bake files lack too keeps its name, under which it is refused or left out with a
                // warning.
                target.set(SAME.getOrDefault(attribute, attribute), value);
            }
        }
    }

    /** Of a map, or of a list of {@code name=value}; a name without a value is left to the Dockerfile. */
    private static Map<String, String> pairs(JsonNode given) {
        Map<String, String> pairs = new LinkedHashMap<>();
        given.properties().forEach(pair -> {
            if (!pair.getValue().isNull()) {
                pairs.put(pair.getKey(), pair.getValue().asText());
            }
        });
        for (JsonNode item : given.isArray() ? given : Json.of(List.of())) {
            String[] parts = item.asText().split("=", 2);
            if (parts.length == 2) {
                pairs.put(parts[0], parts[1]);
            }
        }
        return pairs;
    }

    private static Map<String, String> contexts(JsonNode given) {
        Map<String, String> contexts = pairs(given);
        contexts.replaceAll((context, place) ->
                place.startsWith(SERVICE) ? "target:" + target(place.substring(SERVICE.length())) : place(place));
        return contexts;
    }

    /** As buildx writes it. */
    private static String place(String path) {
        return path.replaceFirst("^\\./+(?=.)", "").replaceFirst("^\\./$", ".");
    }

    /** Of a map, or of a list of {@code host=address} or {@code host:address}. */
    private static Map<String, String> hosts(JsonNode given) {
        Map<String, String> hosts = new LinkedHashMap<>();
        given.properties()
                .forEach(host -> hosts.put(host.getKey(), host.getValue().asText()));
        for (JsonNode item : given.isArray() ? given : Json.of(List.of())) {
            String[] parts = item.asText().split("[=:]", 2);
            hosts.put(parts[0], parts.length == 2 ? parts[1] : "");
        }
        return hosts;
    }

    /** Where a secret comes from is said once for the whole file. */
    private JsonNode secrets(JsonNode given) {
        ArrayNode secrets = Json.object().putArray("secret");
        for (JsonNode secret : given) {
            String id = secret.isObject() ? secret.path("source").asText() : secret.asText();
            JsonNode source = document.path("secrets").path(id);
            String place = source.hasNonNull("file")
                    ? ",src=" + source.path("file").asText()
                    : source.hasNonNull("environment")
                            ? ",env=" + source.path("environment").asText()
                            : "";
            secrets.add("id=" + id + place);
        }
        return secrets;
    }

    private static JsonNode ssh(JsonNode given) {
        ArrayNode ssh = Json.object().putArray("ssh");
        for (JsonNode key : given) {
            ssh.add(key.asText());
        }
        given.properties()
                .forEach(key -> ssh.add(key.getKey()
                        + (key.getValue().isNull() ? "" : "=" + key.getValue().asText())));
        return ssh;
    }

    private static JsonNode ulimits(JsonNode given) {
        ArrayNode ulimits = Json.object().putArray("ulimits");
        given.properties().forEach(limit -> {
            JsonNode value = limit.getValue();
            String soft = value.isObject() ? value.path("soft").asText() : value.asText();
            String hard = value.isObject() ? value.path("hard").asText() : value.asText();
            ulimits.add(limit.getKey() + "=" + soft + ":" + hard);
        });
        return ulimits;
    }
}
