package io.jenkins.plugins.multiarch.engine.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.jenkins.plugins.multiarch.engine.json.Json;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A {@link Machine} as JSON: what {@code multiarch doctor --json} prints, what agents tell the controller, and what the
 * controller stores.
 *
 * <p>An agent is not trusted, so neither is what it sends. Every text is {@linkplain UntrustedText#clean cleaned}, a
 * list is cut off at {@value #LONGEST_LIST} elements ({@value #MOST_REQUIREMENTS} for requirements); what looks like HTML
 * stays, being text. {@link #write} does the same, so that {@link #read} accepts and returns what it wrote.
 */
public final class MachineJson {

    /** Characters that {@link #read} accepts in all: more than {@link #write} ever makes. */
    static final int MOST_CHARACTERS = 256 * 1024;

    static final int LONGEST_LIST = 200;
    static final int MOST_REQUIREMENTS = 50;

    private static final Platform UNKNOWN = new Platform("unknown", "unknown", "");

    private MachineJson() {}

    /**
     * Writes a machine, with {@code complete} for those that only look whether it is.
     *
     * @return JSON in several lines
     */
    public static String write(Machine machine) {
        ObjectNode tree = (ObjectNode) Json.of(machine);
        tree.put("complete", machine.complete());
        return bounded(tree, LONGEST_LIST).toPrettyString();
    }

    /**
     * Reads a machine. Fields that this version does not know are ignored, and those that another version does not know
     * may be missing or null: a text is empty then, a number −1, a list empty, a tool null, a platform
     * {@code unknown/unknown}. In lists, platforms and states of requirements that this version does not know are left
     * out.
     *
     * @param json what {@link #write} wrote, here or in another version, or whatever an agent sends instead
     * @throws IllegalArgumentException if it is too long, is no JSON, is nested too deeply, names a field twice, or has a
     *     field of the wrong type or a size below −1; the message names the field
     */
    public static Machine read(String json) {
        if (json == null || json.length() > MOST_CHARACTERS) {
            throw new IllegalArgumentException("The description of a machine has "
                    + (json == null
                            ? "no text."
                            : json.length() + " characters; " + MOST_CHARACTERS + " is the limit."));
        }
        JsonNode tree;
        try {
            tree = Json.read(json.getBytes(StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "The description of a machine cannot be read: " + UntrustedText.clean(e.getMessage()) + ".", e);
        }
        return Fields.of("the description of a machine", tree).machine();
    }

    /** Cuts off and replaces what {@link #read} would. */
    private static JsonNode bounded(JsonNode node, int longest) {
        if (node instanceof ObjectNode object) {
            object.properties()
                    .forEach(field -> field.setValue(bounded(
                            field.getValue(),
                            field.getKey().equals("requirements") ? MOST_REQUIREMENTS : LONGEST_LIST)));
        } else if (node instanceof ArrayNode array) {
            while (array.size() > longest) {
                array.remove(array.size() - 1);
            }
            for (int i = 0; i < array.size(); i++) {
                array.set(i, bounded(array.get(i), LONGEST_LIST));
            }
        } else if (node.isTextual()) {
            return TextNode.valueOf(UntrustedText.clean(node.asText()));
        }
        return node;
    }

    /**
     * The fields of an object.
     *
     * @param path what the object is called in messages
     * @param object the object
     */
    private record Fields(String path, JsonNode object) {

        static Fields of(String path, JsonNode node) {
            if (!node.isObject()) {
                throw wrong(path, node, "an object");
            }
            return new Fields(path, node);
        }

        Machine machine() {
            return new Machine(
                    platform("nativePlatform").orElse(UNKNOWN),
                    platforms("nativePlatforms"),
                    platforms("emulatedPlatforms"),
                    text("os"),
                    text("kernel"),
                    text("cpu"),
                    size("memoryBytes"),
                    fields("tools").map(Fields::tools).orElse(new BuildTools(null, null, null, null)),
                    list("requirements", MOST_REQUIREMENTS)
                            .map(element -> of(path("requirements"), element).requirement())
                            .flatMap(Optional::stream)
                            .toList());
        }

        private BuildTools tools() {
            return new BuildTools(
                    fields("docker").map(Fields::docker).orElse(null),
                    fields("buildx").map(Fields::buildx).orElse(null),
                    version("podman"),
                    version("buildah"),
                    fields("engine").map(Fields::engine).orElse(Engine.UNKNOWN),
                    texts("unanswered").toList());
        }

        private Docker docker() {
            return new Docker(version("client"), version("server"), text("problem"), text("remedy"));
        }

        private Buildx buildx() {
            return new Buildx(
                    version("version"), text("builder"), text("driver"), platforms("platforms"), text("problem"));
        }

        private Engine engine() {
            return new Engine(
                    platform("platform").orElse(null),
                    text("kernel"),
                    fields("storage").map(Fields::storage).orElse(Storage.UNKNOWN));
        }

        private Storage storage() {
            return new Storage(text("path"), size("freeBytes"));
        }

        private Optional<Requirement> requirement() {
            String state = text("state");
            return Arrays.stream(Requirement.State.values())
                    .filter(known -> known.name().equals(state))
                    .map(known -> new Requirement(text("id"), known, text("found"), text("remedy")))
                    .findFirst();
        }

        private String path(String name) {
            return name + " of " + path;
        }

        /** Empty if the field is missing or null. */
        private Optional<JsonNode> field(String name) {
            return Optional.ofNullable(object.get(name)).filter(node -> !node.isNull());
        }

        private Optional<Fields> fields(String name) {
            return field(name).map(node -> of(path(name), node));
        }

        private Stream<JsonNode> list(String name, int longest) {
            Optional<JsonNode> node = field(name);
            if (node.isPresent() && !node.get().isArray()) {
                throw wrong(path(name), node.get(), "a list");
            }
            return node.stream()
                    .flatMap(list -> StreamSupport.stream(list.spliterator(), false))
                    .limit(longest);
        }

        private String text(String name) {
            return field(name).map(node -> text(path(name), node)).orElse("");
        }

        private static String text(String path, JsonNode node) {
            if (!node.isTextual()) {
                throw wrong(path, node, "a text");
            }
            return UntrustedText.clean(node.asText());
        }

        private Stream<String> texts(String name) {
            return list(name, LONGEST_LIST).map(element -> text(path(name), element));
        }

        private long size(String name) {
            Optional<JsonNode> node = field(name);
            if (node.isEmpty()) {
                return -1;
            }
            if (!node.get().isIntegralNumber()
                    || !node.get().canConvertToLong()
                    || node.get().asLong() < -1) {
                throw wrong(path(name), node.get(), "a number of bytes, or -1");
            }
            return node.get().asLong();
        }

        private Version version(String name) {
            return Version.find(text(name)).orElse(null);
        }

        private Optional<Platform> platform(String name) {
            return known(text(name));
        }

        private List<Platform> platforms(String name) {
            return texts(name)
                    .map(Fields::known)
                    .flatMap(Optional::stream)
                    .distinct()
                    .toList();
        }

        private static Optional<Platform> known(String text) {
            try {
                return Optional.of(Platform.parse(text));
            } catch (IllegalArgumentException e) {
                return Optional.empty();
            }
        }

        private static IllegalArgumentException wrong(String path, JsonNode found, String wanted) {
            return new IllegalArgumentException("The field " + path + " must be " + wanted + ", not "
                    + UntrustedText.clean(found.toString()) + ".");
        }
    }
}
