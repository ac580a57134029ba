package io.jenkins.plugins.multiarch.engine.bake;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.multiarch.engine.json.Json;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads one target. Every attribute is honoured, or named in a warning, or refused because the image would be another one
 * without it.
 *
 * @see <a href="https://docs.docker.com/build/bake/reference/#target">Bake file reference, target</a>
 */
final class BakeTargetReader {

    private static final String TARGET = "target:";

    /** The platform of the builder, of which there are many here: left open. */
    private static final String LOCAL = "local";

    /** Without effect on the image or on what becomes of it. */
    private static final Set<String> WORDS = Set.of("description", "name", "inherits");

    /** Make a build possible, or quicker, and are not for this plugin to give. */
    private static final Set<String> LEFT_OUT = Set.of("entitlements", "no-cache-filter");

    private static final Set<String> HONOURED = Set.of(
            "context",
            "contexts",
            "dockerfile",
            "dockerfile-inline",
            "args",
            "labels",
            "annotations",
            "tags",
            "platforms",
            "target",
            "cache-from",
            "cache-to",
            "secret",
            "ssh",
            "no-cache",
            "pull",
            "output",
            "attest",
            "network",
            "shm-size",
            "ulimits",
            "extra-hosts");

    /** Caches that several machines can share; the others are on one machine, or belong to another service. */
    private static final Set<String> SHARED_CACHES = Set.of("registry", "s3", "azblob", "inline");

    private static final Pattern TAG_OF_REFERENCE = Pattern.compile(":[A-Za-z0-9_][A-Za-z0-9_.-]*$");

    private final String name;
    private final JsonNode json;
    private final List<String> warnings = new ArrayList<>();
    private final List<String> options = new ArrayList<>();

    private String exportTo = "";
    private boolean published = true;
    private String provenance = "";
    private String sbom = "";

    BakeTargetReader(String name, JsonNode json) {
        this.name = name;
        this.json = json;
    }

    /** @throws IllegalArgumentException naming the target, the attribute and its value */
    BakeTarget read() {
        if (!json.isObject()) {
            throw refusal("it is not an object");
        }
        try {
            return readAttributes();
        } catch (BakeFileException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw refusal(e.getMessage().replaceFirst("\\.$", ""));
        }
    }

    private BakeFileException refusal(String reason) {
        return new BakeFileException("Target '" + name + "' cannot be built: " + reason + ".");
    }

    private BakeTarget readAttributes() {
        json.fieldNames().forEachRemaining(this::requireKnown);
        Map<String, String> contexts = new LinkedHashMap<>();
        Map<String, String> bases = new LinkedHashMap<>();
        Json.strings(json, "contexts").forEach((context, place) -> {
            if (place.startsWith(TARGET)) {
                bases.put(context, place.substring(TARGET.length()));
            } else {
                contexts.put(context, workingDirectory(place));
            }
        });
        String context = workingDirectory(Json.string(json, "context"));
        if (context.startsWith(TARGET) || context.startsWith("docker-image:") || context.equals("-")) {
            throw refusal("its context is '" + context
                    + "', which is no directory and no URL. Name it in contexts, and copy from there");
        }
        readOutputs();
        readAttestations();
        BakeAnnotations annotations = BakeAnnotations.parse(texts("annotations"));
        annotations.others().forEach(other -> leaveOut("the annotation " + other));
        annotations.manifest().forEach((key, value) -> options.add("--annotation=" + key + "=" + value));
        readOptions();
        return new BakeTarget(
                name,
                context.isEmpty() ? "." : context,
                contexts,
                bases,
                Json.string(json, "dockerfile").isEmpty() ? "Dockerfile" : Json.string(json, "dockerfile"),
                Json.string(json, "dockerfile-inline"),
                args(),
                Json.strings(json, "labels"),
                annotations,
                texts("tags").stream().filter(tag -> !tag.isBlank()).distinct().toList(),
                texts("platforms").stream()
                        .flatMap(list -> Stream.of(list.split(",")))
                        .map(String::strip)
                        .filter(platform -> !platform.equals(LOCAL))
                        .map(platform -> Platform.parse(platform).toString())
                        .distinct()
                        .toList(),
                Json.string(json, "target"),
                cacheFrom(),
                cacheTo(),
                entries("secret", "id").stream().map(this::secretId).distinct().toList(),
                readSsh(),
                flag("no-cache"),
                flag("pull"),
                exportTo,
                published,
                provenance,
                sbom,
                options,
                warnings);
    }

    private void requireKnown(String attribute) {
        if (json.path(attribute).isNull() || WORDS.contains(attribute) || HONOURED.contains(attribute)) {
            return;
        }
        if (LEFT_OUT.contains(attribute)) {
            leaveOut(attribute + " " + json.path(attribute));
            return;
        }
        throw refusal("its attribute '" + attribute
                + "' is unknown, and without it the image might be another one. Remove it");
    }

    private void leaveOut(String what) {
        warnings.add("Target '" + name + "' is built without " + what + ", which cannot be honoured.");
    }

    /** Bake files build from where the command runs, and may say so. */
    private static String workingDirectory(String place) {
        return place.startsWith("cwd://") ? place.substring("cwd://".length()) : place;
    }

    /** As with buildx, one without a value leaves the Dockerfile its default. */
    private Map<String, String> args() {
        Map<String, String> args = new LinkedHashMap<>();
        JsonNode given = json.path("args");
        if (!given.isObject() && !given.isMissingNode() && !given.isNull()) {
            throw refusal("its args are no object");
        }
        given.properties().forEach(arg -> {
            if (!arg.getValue().isNull()) {
                args.put(arg.getKey(), Json.string(given, arg.getKey()));
            }
        });
        return args;
    }

    private List<String> cacheFrom() {
        List<String> sources = new ArrayList<>();
        for (BakeEntry entry : caches("cache-from")) {
            // What other platforms have left does no harm, and what an earlier tool has left is worth a look.
            if (entry.get("type").equals("registry") && isTagged(entry)) {
                sources.add(perPlatform(entry).text());
            }
            sources.add(entry.text());
        }
        return sources;
    }

    private List<String> cacheTo() {
        return caches("cache-to").stream()
                .map(entry -> entry.get("type").equals("registry") ? perPlatform(entry) : entry)
                .map(BakeEntry::text)
                .toList();
    }

    private List<BakeEntry> caches(String attribute) {
        List<BakeEntry> caches = new ArrayList<>();
        for (BakeEntry entry : entries(attribute, "ref")) {
            BakeEntry cache = entry.get("type").isEmpty()
                    ? new BakeEntry(Map.of("type", "registry")).with("ref", entry.get("ref"))
                    : entry;
            if (SHARED_CACHES.contains(cache.get("type"))) {
                caches.add(cache);
            } else {
                leaveOut(attribute + " " + cache.text());
            }
        }
        return caches;
    }

    private static boolean isTagged(BakeEntry cache) {
        return !cache.get("ref").contains("@");
    }

    /** Several machines write at once, and the last one would win: each platform gets a tag of its own. */
    private static BakeEntry perPlatform(BakeEntry cache) {
        String reference = cache.get("ref");
        if (!isTagged(cache)) {
            return cache;
        }
        return cache.with(
                "ref", reference + (TAG_OF_REFERENCE.matcher(reference).find() ? "-{platform}" : ":{platform}"));
    }

    private String secretId(BakeEntry secret) {
        String id = secret.get("id");
        String named = id.isEmpty() ? secret.get("env") : id;
        if (named.isEmpty()) {
            throw refusal("its secret '" + secret.text() + "' has no id");
        }
        return named;
    }

    private boolean readSsh() {
        List<BakeEntry> keys = entries("ssh", "id");
        for (BakeEntry key : keys) {
            if (!key.fields().containsKey("default") && !key.get("id").equals("default")) {
                throw refusal("its ssh '" + key.text() + "' is not 'default', and there is one key");
            }
        }
        return !keys.isEmpty();
    }

    private void readOutputs() {
        List<BakeEntry> outputs = entries("output", "dest");
        published = outputs.isEmpty();
        for (BakeEntry output : outputs) {
            String type = output.get("type").isEmpty() ? "local" : output.get("type");
            switch (type) {
                case "image", "registry" -> {
                    published |= !output.get("push").equals("false");
                    output.fields().keySet().stream()
                            .filter(field -> !Set.of("type", "push").contains(field))
                            .forEach(field -> leaveOut("output " + field + "=" + output.get(field)));
                }
                case "cacheonly" -> {}
                case "local" -> exportTo = output.get("dest");
                default -> leaveOut("output " + output.text());
            }
        }
    }

    private void readAttestations() {
        for (BakeEntry attestation : entries("attest", "type")) {
            boolean disabled = attestation.get("disabled").equals("true");
            Set<String> fields =
                    Set.of("type", "disabled", attestation.get("type").equals("sbom") ? "generator" : "mode");
            switch (attestation.get("type")) {
                case "sbom" -> {
                    String scanner = attestation.get("generator");
                    sbom = disabled ? "" : scanner.isEmpty() ? "true" : scanner;
                }
                case "provenance" -> {
                    String mode = attestation.get("mode");
                    provenance = disabled ? "false" : mode.isEmpty() ? "true" : mode;
                }
                default -> throw refusal("its attestation '" + attestation.text() + "' is neither provenance nor sbom");
            }
            attestation.fields().keySet().stream()
                    .filter(field -> !fields.contains(field))
                    .forEach(field -> leaveOut("attest " + field + "=" + attestation.get(field)));
        }
    }

    private void readOptions() {
        String network = Json.string(json, "network");
        if (!network.isEmpty() && !network.equals("default")) {
            options.add("--network=" + network);
        }
        if (!Json.string(json, "shm-size").isEmpty()) {
            options.add("--shm-size=" + Json.string(json, "shm-size"));
        }
        texts("ulimits").forEach(limit -> options.add("--ulimit=" + limit));
        Json.strings(json, "extra-hosts").forEach((host, address) -> options.add("--add-host=" + host + ":" + address));
    }

    private List<BakeEntry> entries(String attribute, String loneField) {
        List<BakeEntry> entries = new ArrayList<>();
        Json.list(json, attribute).forEach(value -> entries.add(BakeEntry.read(value, loneField)));
        return entries;
    }

    private List<String> texts(String attribute) {
        List<String> texts = new ArrayList<>();
        for (JsonNode value : Json.list(json, attribute)) {
            if (!value.isTextual()) {
                throw refusal("its " + attribute + " have " + value + ", which is no text");
            }
            texts.add(value.textValue());
        }
        return texts;
    }

    private boolean flag(String attribute) {
        JsonNode value = json.path(attribute);
        if (!value.isBoolean() && !value.isMissingNode() && !value.isNull()) {
            throw refusal("its " + attribute + " is " + value + ". Choose true or false");
        }
        return value.asBoolean();
    }
}
