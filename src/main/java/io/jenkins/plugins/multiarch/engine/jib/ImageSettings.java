package io.jenkins.plugins.multiarch.engine.jib;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.multiarch.engine.json.Json;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.registry.ImageConfig;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The configuration of an image, as JSON: what it does not know of a base image stays.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.0/config.md">OCI image specification, image
 *     configuration</a>
 */
final class ImageSettings {

    private static final String DEFAULT_PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final ObjectNode root;
    private final ObjectNode config;

    private ImageSettings(ObjectNode root) {
        this.root = root;
        this.config = root.path("config") instanceof ObjectNode object ? object : root.putObject("config");
    }

    /** Of an image that begins with nothing, as BuildKit has it. */
    static ImageSettings fromScratch(Platform platform) {
        ObjectNode root =
                JSON.objectNode().put("architecture", platform.architecture()).put("os", platform.os());
        if (!platform.variant().isEmpty()) {
            root.put("variant", platform.variant());
        }
        ImageSettings settings = new ImageSettings(root);
        settings.config.putArray("Env").add(DEFAULT_PATH);
        settings.config.put("WorkingDir", "/");
        root.putObject("rootfs").put("type", "layers").putArray("diff_ids");
        root.putArray("history");
        return settings;
    }

    static ImageSettings of(ObjectNode config) {
        ImageSettings settings = new ImageSettings(config.deepCopy());
        // What belongs to the build of the base image, not to the image.
        settings.root.remove(List.of("container", "container_config", "id", "parent", "docker_version"));
        return settings;
    }

    ImageSettings copy() {
        return new ImageSettings(root.deepCopy());
    }

    /** The environment of a container. */
    Map<String, String> environment() {
        Map<String, String> environment = new LinkedHashMap<>();
        for (JsonNode variable : config.path("Env")) {
            String[] parts = variable.asText().split("=", 2);
            environment.put(parts[0], parts.length > 1 ? parts[1] : "");
        }
        return environment;
    }

    void setEnvironment(String name, String value) {
        Map<String, String> environment = environment();
        environment.put(name, value);
        ArrayNode list = config.putArray("Env");
        environment.forEach((key, text) -> list.add(key + "=" + text));
    }

    void setLabel(String key, String value) {
        object("Labels").put(key, value);
    }

    void expose(String port) {
        object("ExposedPorts").putObject(port);
    }

    void addVolume(String path) {
        object("Volumes").putObject(path);
    }

    private ObjectNode object(String field) {
        return config.path(field) instanceof ObjectNode object ? object : config.putObject(field);
    }

    /** Empty for root. */
    String user() {
        return config.path("User").asText();
    }

    void setUser(String user) {
        config.put("User", user);
    }

    /** Absolute, and never empty. */
    String workdir() {
        String workdir = config.path("WorkingDir").asText();
        return workdir.isEmpty() ? "/" : workdir;
    }

    void setWorkdir(String path) {
        config.put("WorkingDir", path);
    }

    void setStopSignal(String signal) {
        config.put("StopSignal", signal);
    }

    void setAuthor(String author) {
        root.put("author", author);
    }

    /** @param words null for none */
    void setCommand(List<String> words) {
        setWords("Cmd", words);
    }

    void setEntrypoint(List<String> words) {
        setWords("Entrypoint", words);
    }

    void setShell(List<String> words) {
        setWords("Shell", words);
    }

    private void setWords(String field, List<String> words) {
        if (words == null || words.isEmpty()) {
            config.remove(field);
        } else {
            ArrayNode list = config.putArray(field);
            words.forEach(list::add);
        }
    }

    /** What shell forms run in. */
    List<String> shell() {
        List<String> shell = new ArrayList<>();
        config.path("Shell").forEach(word -> shell.add(word.asText()));
        return shell.isEmpty() ? List.of("/bin/sh", "-c") : shell;
    }

    void setHealthcheck(ObjectNode healthcheck) {
        config.set("Healthcheck", healthcheck);
    }

    /** The instructions for images that are built on this one; none is left. */
    List<String> takeTriggers() {
        List<String> triggers = new ArrayList<>();
        config.path("OnBuild").forEach(trigger -> triggers.add(trigger.asText()));
        config.remove("OnBuild");
        return triggers;
    }

    void addTrigger(String instruction) {
        (config.path("OnBuild") instanceof ArrayNode list ? list : config.putArray("OnBuild")).add(instruction);
    }

    /** Notes what an instruction has done. */
    void addHistory(String instruction, Instant time, boolean hasLayer) {
        ArrayNode history = root.path("history") instanceof ArrayNode list ? list : root.putArray("history");
        ObjectNode entry = history.addObject().put("created", time.toString()).put("created_by", instruction);
        if (!hasLayer) {
            entry.put("empty_layer", true);
        }
    }

    /** The platform that it says it is for. */
    ImageConfig platform() {
        return ImageConfig.parse(Json.write(root, ""));
    }

    void addLayer(Digest diffId) {
        JsonNode rootfs = root.path("rootfs");
        ((ArrayNode)
                        (rootfs.path("diff_ids").isArray()
                                ? rootfs.path("diff_ids")
                                : root.putObject("rootfs").put("type", "layers").putArray("diff_ids")))
                .add(diffId.toString());
    }

    ObjectNode toJson(Instant time) {
        ObjectNode json = root.deepCopy();
        json.put("created", time.toString());
        return json;
    }
}
