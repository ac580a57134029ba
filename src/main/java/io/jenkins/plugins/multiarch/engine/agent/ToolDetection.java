package io.jenkins.plugins.multiarch.engine.agent;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.multiarch.engine.json.Json;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Asks the build tools of a machine who they are, and the preferred one for its engine, all at once; the engine of another one
 * only if the preferred one cannot be used.
 */
final class ToolDetection {

    /** More than any builder has; a bound for what is kept. */
    private static final int MOST_PLATFORMS = 200;

    private static final CommandResult NOT_INSTALLED = new CommandResult(1, "", "not installed");

    private final ProbeCommands questions;
    private final Platform machine;
    private final Path root;
    private final OsRelease os;
    private final Map<BuildTool, Question> engines = new EnumMap<>(BuildTool.class);
    private final List<String> unanswered = new ArrayList<>();

    /** @param root the root of the file system, {@code /} except in tests */
    ToolDetection(ProbeCommands questions, Platform machine, Path root, OsRelease os) {
        this.questions = questions;
        this.machine = machine;
        this.root = root;
        this.os = os;
    }

    /** @param wanted some of {@link BuildTool#PROGRAMS}; the others count as not installed */
    BuildTools tools(List<BuildTool> wanted) throws InterruptedIOException {
        // How docker builds depends on whether it has buildx, and that is one of docker's commands.
        boolean either = wanted.contains(BuildTool.DOCKER) || wanted.contains(BuildTool.BUILDX);
        Question docker = ask(either, "docker", "--version");
        Question engine = ask(either, "docker", "version", "--format", "{{json .}}");
        Question buildx = ask(either, "docker", "buildx", "version");
        // Without --bootstrap: looking at a builder must not start it.
        Question builder = ask(either, "docker", "buildx", "inspect");
        Question podman = ask(wanted.contains(BuildTool.PODMAN), "podman", "--version");
        Question buildah = ask(wanted.contains(BuildTool.BUILDAH), "buildah", "--version");
        engineOf(wanted.get(0));

        String name = answer(docker).map(CommandResult::stdout).orElse("");
        // Others go by the name docker too: podman by the package podman-docker, nerdctl and finch by a link.
        boolean isDocker = name.toLowerCase(Locale.ROOT).lines().anyMatch(line -> line.startsWith("docker version"));
        JsonNode dockerVersion =
                json(isDocker ? engine.answer().map(CommandResult::stdout).orElse("") : "");
        BuildTools tools = new BuildTools(
                isDocker ? docker(name, dockerVersion, engine) : null,
                isDocker ? buildx(buildx, builder) : null,
                version(podman),
                version(buildah));
        return new BuildTools(
                tools.docker(),
                tools.buildx(),
                tools.podman(),
                tools.buildah(),
                engine(tools, dockerVersion),
                unanswered);
    }

    private record Question(String command, ProbeCommands.Answer pending) {

        /** What the tool answers, whatever its exit code; empty if it is not installed. */
        Optional<CommandResult> answer() throws InterruptedIOException {
            try {
                return Optional.of(pending.await());
            } catch (InterruptedIOException e) {
                throw e;
            } catch (IOException e) {
                return Optional.empty();
            }
        }
    }

    private Question ask(boolean wanted, String... command) {
        return wanted ? ask(command) : new Question(String.join(" ", command), ToolDetection::notAsked);
    }

    private Question ask(String... command) {
        return new Question(String.join(" ", command), questions.ask(command));
    }

    private static CommandResult notAsked() throws IOException {
        throw new FileNotFoundException();
    }

    /** What a tool answers, whatever its exit code; notes one that did not answer in time. */
    private Optional<CommandResult> answer(Question question) throws InterruptedIOException {
        Optional<CommandResult> answer = question.answer();
        if (answer.filter(CommandResult::timedOut).isPresent()) {
            unanswered.add("'" + question.command() + "' " + late());
        } else if (answer.filter(result -> result.succeeded() && result.stdout().isBlank())
                .isPresent()) {
            // On a machine that is too busy, a tool may end before what it has said arrives.
            unanswered.add("'" + question.command() + "' said nothing");
        }
        return answer;
    }

    private Optional<CommandResult> success(Question question) throws InterruptedIOException {
        return answer(question).filter(CommandResult::succeeded);
    }

    private String late() {
        return "did not answer within " + questions.limit();
    }

    private Version version(Question question) throws InterruptedIOException {
        return success(question)
                .flatMap(result -> Version.find(result.stdout()))
                .orElse(null);
    }

    private Docker docker(String name, JsonNode version, Question question) throws InterruptedIOException {
        // With the engine out of reach docker fails, but prints its own half all the same.
        Version client = Version.find(version.at("/Client/Version").asText())
                .or(() -> Version.find(name))
                .orElse(null);
        Optional<Version> server = Version.find(version.at("/Server/Version").asText());
        if (server.isPresent()) {
            return new Docker(client, server.get(), "", "");
        }
        CommandResult result = question.answer().orElse(NOT_INSTALLED);
        if (result.timedOut()) {
            return new Docker(client, null, "the Docker engine " + late(), Remedy.restartDocker(os));
        }
        String error = result.stderr();
        String lower = error.toLowerCase(Locale.ROOT);
        if (lower.contains("permission denied") || lower.contains("access is denied")) {
            return new Docker(
                    client,
                    null,
                    "this user may not use the socket of the Docker engine (permission denied)",
                    Remedy.joinDocker(os));
        }
        boolean stopped = List.of("cannot connect to the docker daemon", "daemon running", "daemon is running").stream()
                .anyMatch(lower::contains);
        return stopped
                ? new Docker(client, null, "the Docker engine is not running", Remedy.startDocker(os))
                : new Docker(client, null, "the Docker engine cannot be reached: " + firstLine(error), "");
    }

    private Buildx buildx(Question question, Question builder) throws InterruptedIOException {
        Version version = version(question);
        if (version == null) {
            return null;
        }
        CommandResult result = builder.answer().orElse(NOT_INSTALLED);
        if (!result.succeeded()) {
            String problem = result.timedOut()
                    ? "the builder " + late()
                    : "the builder cannot be inspected: " + firstLine(result.stderr());
            return new Buildx(version, "", "", List.of(), problem);
        }
        return builder(version, result.stdout());
    }

    /** Reads {@code buildx inspect}: first the builder's fields, then those of each of its nodes. */
    private static Buildx builder(Version version, String output) {
        String name = "";
        String driver = "";
        String problem = "";
        Set<Platform> platforms = new LinkedHashSet<>();
        for (String line : output.split("\n")) {
            String[] parts = line.split(":", 2);
            String value = parts.length == 2 ? parts[1].strip() : "";
            switch (parts[0]) {
                case "Name" -> name = name.isEmpty() ? value : name;
                case "Driver" -> driver = value;
                case "Error" -> problem = "the builder reports: " + value;
                case "Platforms" -> addPlatforms(value, platforms);
                default -> {
                    // labels, limits, garbage collection rules
                }
            }
        }
        // One node that answers is enough to build.
        return new Buildx(version, name, driver, List.copyOf(platforms), platforms.isEmpty() ? problem : "");
    }

    private static void addPlatforms(String list, Set<Platform> platforms) {
        for (String platform : list.split(",")) {
            if (platforms.size() < MOST_PLATFORMS) {
                try {
                    // A star marks those that the user has set for the node.
                    platforms.add(Platform.parse(platform.replace("*", "")));
                } catch (IllegalArgumentException e) {
                    // What we do not know, nobody can ask us for.
                    continue;
                }
            }
        }
    }

    /** What a tool is asked about its engine. It is asked once. */
    private Question engineOf(BuildTool tool) {
        return engines.computeIfAbsent(tool == BuildTool.BUILDX ? BuildTool.DOCKER : tool, one -> switch (one) {
            case BUILDX, DOCKER -> ask("docker", "info", "--format", "{{json .}}");
            case PODMAN -> ask("podman", "info", "--format", "json");
            case BUILDAH -> ask("buildah", "info");
            case JIB -> new Question("jib", ToolDetection::notAsked);
        });
    }

    private Engine engine(BuildTools tools, JsonNode dockerVersion) throws InterruptedIOException {
        List<BuildTool> usable = tools.usable();
        if (usable.isEmpty()) {
            return Engine.UNKNOWN;
        }
        BuildTool first = usable.get(0);
        if (first == BuildTool.BUILDX && !tools.buildx().needsEngine()) {
            return remoteBuilder(tools.buildx());
        }
        JsonNode info = json(engineOf(first));
        return switch (first) {
            case BUILDX, DOCKER -> dockerEngine(dockerVersion, info);
            case PODMAN -> {
                JsonNode store = info.path("store");
                // podman may be the remote client of a virtual machine, whose disk only podman can see.
                long free = store.path("graphRootAllocated").asLong(-1)
                        - store.path("graphRootUsed").asLong(0);
                yield containersEngine(info, new Storage(store.path("graphRoot").asText(), Math.max(-1, free)));
            }
            case BUILDAH ->
                containersEngine(info, new Storage(info.at("/store/GraphRoot").asText(), -1));
            case JIB -> Engine.UNKNOWN;
        };
    }

    private Engine dockerEngine(JsonNode version, JsonNode info) throws InterruptedIOException {
        JsonNode server = version.path("Server");
        return measured(new Engine(
                platform(server.path("Os").asText(), server.path("Arch").asText()),
                server.path("KernelVersion").asText(),
                new Storage(info.path("DockerRootDir").asText(), -1, isContainerd(info))));
    }

    private static boolean isContainerd(JsonNode info) {
        for (JsonNode entry : info.path("DriverStatus")) {
            if (entry.path(1).asText().startsWith("io.containerd.snapshotter")) {
                return true;
            }
        }
        return false;
    }

    private Engine containersEngine(JsonNode info, Storage storage) throws InterruptedIOException {
        JsonNode host = info.path("host");
        return measured(new Engine(
                platform(host.path("os").asText(), host.path("arch").asText()),
                host.path("kernel").asText(),
                storage));
    }

    private static Engine remoteBuilder(Buildx buildx) {
        return buildx.platforms().isEmpty()
                ? Engine.UNKNOWN
                : new Engine(buildx.platforms().get(0), "", Storage.UNKNOWN);
    }

    private Engine measured(Engine engine) throws InterruptedIOException {
        boolean elsewhere = engine.elsewhere(
                machine, EmulationCheck.kernel(root).map(Version::text).orElse(""));
        return elsewhere
                ? engine
                : new Engine(
                        engine.platform(), engine.kernel(), engine.storage().measured(root, questions));
    }

    private static Platform platform(String os, String architecture) {
        try {
            return Platform.parse(os + "/" + architecture);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private JsonNode json(Question question) throws InterruptedIOException {
        return json(success(question).map(CommandResult::stdout).orElse(""));
    }

    private static JsonNode json(String text) {
        try {
            return Json.readLeniently(text);
        } catch (IllegalArgumentException e) {
            return Json.object();
        }
    }

    private static String firstLine(String text) {
        return text.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .findFirst()
                .orElse("no reason given");
    }
}
