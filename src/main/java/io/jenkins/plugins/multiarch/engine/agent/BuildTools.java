package io.jenkins.plugins.multiarch.engine.agent;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The build tools of a machine. A tool that is not installed is null.
 *
 * @param docker the docker command, unless it is podman under that name
 * @param buildx the plugin of docker
 * @param podman podman's version
 * @param buildah buildah's version
 * @param engine where the first of {@link #usable} runs its containers
 * @param unanswered names of the tools that are installed, perhaps, but did not answer in time
 */
public record BuildTools(
        Docker docker, Buildx buildx, Version podman, Version buildah, Engine engine, List<String> unanswered)
        implements Serializable {

    /** Every build tool, in the order of preference. */
    public static final List<String> NAMES = List.of("buildx", "docker", "podman", "buildah");

    /** How long one tool may take to answer. */
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    /** More than any builder has; a bound for what is kept. */
    private static final int MOST_PLATFORMS = 200;

    public BuildTools {
        unanswered = List.copyOf(unanswered);
    }

    /** Tools that all answered, with an engine of which nothing is known. */
    public BuildTools(Docker docker, Buildx buildx, Version podman, Version buildah) {
        this(docker, buildx, podman, buildah, Engine.UNKNOWN, List.of());
    }

    /**
     * Asks every tool for its version and docker for its engine and builder. Nothing is started for it.
     *
     * @throws InterruptedIOException if the thread is interrupted while a tool is asked
     */
    public static BuildTools detect(CommandRunner runner) throws InterruptedIOException {
        Detection detection = new Detection(runner);
        String name =
                detection.ask("docker", "--version").map(CommandResult::stdout).orElse("");
        // The package podman-docker installs podman under the name docker.
        boolean isDocker = !name.isEmpty() && !name.toLowerCase(Locale.ROOT).contains("podman");
        return new BuildTools(
                isDocker ? detection.docker(name) : null,
                isDocker ? detection.buildx() : null,
                detection.version("podman"),
                detection.version("buildah"));
    }

    /** The tools that can build here and now, in the order of preference: buildx, docker, podman, buildah. */
    public List<String> usable() {
        List<String> names = new ArrayList<>();
        boolean engine = docker != null && docker.reachable();
        if (buildx != null && buildx.problem().isEmpty() && (engine || !needsEngine(buildx.driver()))) {
            names.add("buildx");
        }
        if (engine) {
            names.add("docker");
        }
        if (podman != null) {
            names.add("podman");
        }
        if (buildah != null) {
            names.add("buildah");
        }
        return List.copyOf(names);
    }

    private static boolean needsEngine(String driver) {
        return !List.of("remote", "kubernetes", "cloud").contains(driver);
    }

    private record Detection(CommandRunner runner) {

        /** What a tool answers, whatever its exit code; empty if it is not installed. */
        Optional<CommandResult> ask(String... command) throws InterruptedIOException {
            try {
                return Optional.of(runner.run(List.of(command), TIMEOUT));
            } catch (InterruptedIOException e) {
                throw e;
            } catch (IOException e) {
                return Optional.empty();
            }
        }

        Version version(String tool) throws InterruptedIOException {
            return ask(tool, "--version")
                    .filter(CommandResult::succeeded)
                    .flatMap(result -> Version.find(result.stdout()))
                    .orElse(null);
        }

        Docker docker(String name) throws InterruptedIOException {
            CommandResult result = ask("docker", "version", "--format", "{{json .}}")
                    .orElse(new CommandResult(1, "", "not installed"));
            // With the engine out of reach docker fails, but prints its own half all the same.
            JsonNode answer = json(result.stdout());
            Version client = Version.find(answer.at("/Client/Version").asText())
                    .or(() -> Version.find(name))
                    .orElse(null);
            Optional<Version> server = Version.find(answer.at("/Server/Version").asText());
            if (server.isPresent()) {
                return new Docker(client, server.get(), "", "");
            }
            if (result.timedOut()) {
                return new Docker(
                        client,
                        null,
                        "the Docker engine does not answer within " + TIMEOUT.toSeconds() + " seconds",
                        "systemctl restart docker");
            }
            String error = result.stderr();
            if (error.contains("permission denied")) {
                return new Docker(
                        client,
                        null,
                        "this user may not use the socket of the Docker engine (permission denied)",
                        "usermod -aG docker " + System.getProperty("user.name") + ", then start the agent again");
            }
            if (error.contains("Cannot connect to the Docker daemon") || error.contains("daemon running")) {
                return new Docker(client, null, "the Docker engine is not running", "systemctl start docker");
            }
            return new Docker(client, null, "the Docker engine cannot be reached: " + firstLine(error), "");
        }

        Buildx buildx() throws InterruptedIOException {
            Version version = ask("docker", "buildx", "version")
                    .filter(CommandResult::succeeded)
                    .flatMap(result -> Version.find(result.stdout()))
                    .orElse(null);
            if (version == null) {
                return null;
            }
            // Without --bootstrap: looking at a builder must not start it.
            CommandResult result = ask("docker", "buildx", "inspect").orElse(new CommandResult(1, "", "not installed"));
            if (!result.succeeded()) {
                String problem = result.timedOut()
                        ? "the builder does not answer within " + TIMEOUT.toSeconds() + " seconds"
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
            TreeSet<Platform> platforms = new TreeSet<>();
            for (String line : output.split("\n")) {
                String[] parts = line.split(":", 2);
                String value = parts.length == 2 ? parts[1].strip() : "";
                switch (parts[0]) {
                    case "Name" -> name = name.isEmpty() ? value : name;
                    case "Driver" -> driver = value;
                    case "Error" -> problem = "the builder reports: " + value;
                    case "Platforms" -> {
                        for (String platform : value.split(",")) {
                            // A star marks those that the user has set for the node.
                            String[] names = platform.strip().replace("*", "").split("/");
                            if (names.length >= 2 && names.length <= 3 && platforms.size() < MOST_PLATFORMS) {
                                platforms.add(Platform.of(names[0], names[1], names.length == 3 ? names[2] : ""));
                            }
                        }
                    }
                    default -> {
                        // labels, limits, garbage collection rules
                    }
                }
            }
            // One node that answers is enough to build.
            return new Buildx(version, name, driver, List.copyOf(platforms), platforms.isEmpty() ? problem : "");
        }

        private static JsonNode json(String text) {
            ObjectMapper mapper = new ObjectMapper();
            try {
                return mapper.readTree(text);
            } catch (JsonProcessingException e) {
                return mapper.createObjectNode();
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
}
