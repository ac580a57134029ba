package io.jenkins.plugins.multiarch.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl;
import hudson.ExtensionList;
import hudson.model.ParametersAction;
import hudson.model.ParametersDefinitionProperty;
import hudson.model.Result;
import hudson.model.StringParameterDefinition;
import hudson.model.StringParameterValue;
import hudson.model.queue.QueueListener;
import hudson.tasks.LogRotator;
import io.jenkins.plugins.multiarch.WithOwnJenkins;
import io.jenkins.plugins.multiarch.config.MultiArchBuildConfiguration;
import io.jenkins.plugins.multiarch.config.PlatformLabel;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.registry.RealRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;

/**
 * Many builds at once on many agents, with the plugin and written by hand; {@code bench/run load} and
 * {@code bench/run soak} run it. The build tool only sleeps and pushes, so what is measured is Jenkins.
 */
@Tag("bench")
@WithOwnJenkins
class LoadBenchmark {

    private static final Map<Platform, String> LABELS = new LinkedHashMap<>();

    static {
        // What one amd64 machine runs by itself, so that nothing is emulated.
        LABELS.put(Platform.parse("linux/amd64"), "amd64");
        LABELS.put(Platform.parse("linux/amd64/v2"), "amd64-v2");
        LABELS.put(Platform.parse("linux/amd64/v3"), "amd64-v3");
        LABELS.put(Platform.parse("linux/386"), "386");
    }

    private static final Set<String> BUILD_TOOLS = Set.of("docker", "podman", "buildah");

    private static final String SOURCE = "source";
    private static final String MULTIARCH = "multiarch";
    /** The same script, where the agent around it builds. */
    private static final String IN_PLACE = "in-place";

    private static final int AGENTS = number("AGENTS", 50);
    private static final int BUILDS = number("BUILDS", 200);
    private static final int ROUNDS = number("ROUNDS", 2);
    private static final int MINUTES = number("MINUTES", 30);

    /** Jenkins holds everything that has left its queue for 5 minutes, so the heap is as large as the pace is high. */
    private static final int BATCHES_A_MINUTE = 2;

    /** Of a bake file, for as many platforms as there are labels. */
    private static final int TARGETS = number("TARGETS", 30);

    private static final int CONTEXT_MB = number("CONTEXT_MB", 20);

    /** With the agent and what was sent to it. */
    private static final Pattern SENT = Pattern.compile("Sent the build context to ([^:]+): ");

    private static final int BUILD_SECONDS = number("BUILD_SECONDS", 10);

    private JenkinsRule jenkins;
    private RealRegistry registry;
    private SimulatedAgents agents;
    private final QueueLatency latency = new QueueLatency();

    @TempDir(cleanup = CleanupMode.NEVER) // a process of a build that was stopped may still write there
    private Path directory;

    private static int number(String name, int otherwise) {
        String given = System.getenv(name);
        return given == null ? otherwise : Integer.parseInt(given);
    }

    @BeforeEach
    void start(JenkinsRule rule) throws Exception {
        jenkins = rule;
        jenkins.jenkins.setNumExecutors(0);
        ExtensionList.lookup(QueueListener.class).add(latency);
        registry = RealRegistry.start();
        Path manifests = Files.createDirectory(directory.resolve("manifests"));
        new PlatformManifests(registry.address()).write(manifests, List.copyOf(LABELS.keySet()));
        agents = new SimulatedAgents(
                Files.createDirectory(directory.resolve("agents")),
                Map.of(
                        "PATH",
                        Path.of("bench/load/tool").toAbsolutePath() + ":" + programs(directory.resolve("bin")),
                        "IMAGES",
                        manifests.toString(),
                        "BUILD_SECONDS",
                        String.valueOf(BUILD_SECONDS)));
        // A fifth holds the builds themselves, so that none of them waits for an executor that another one holds, and
        // builds what is built in place.
        int sources = Math.max(1, AGENTS / 5);
        List<String> labels = List.copyOf(LABELS.values());
        for (int i = 0; i < AGENTS; i++) {
            if (i < sources) {
                agents.add("source-" + i, SOURCE, (BUILDS + sources - 1) / sources);
            } else {
                agents.add("agent-" + i, labels.get(i % labels.size()), 5);
            }
        }
        MultiArchBuildConfiguration.get().setPlainHttpOnLoopback(true);
        SystemCredentialsProvider.getInstance()
                .getCredentials()
                .add(new UsernamePasswordCredentialsImpl(
                        CredentialsScope.GLOBAL, "registry", "", "user", "not-a-word-of-any-log"));
        SystemCredentialsProvider.getInstance().save();
    }

    @AfterEach
    void stop() throws Exception {
        agents.close();
        registry.close();
    }

    /** What this machine has but for build tools and their engines: the simulated agents have but one of those. */
    private static Path programs(Path directory) throws IOException {
        Files.createDirectory(directory);
        List<Path> folders = Stream.of(System.getenv("PATH").split(":"))
                .map(Path::of)
                .filter(Files::isDirectory)
                .toList();
        for (Path folder : folders) {
            for (String name : folder.toFile().list()) {
                Path link = directory.resolve(name);
                if (!BUILD_TOOLS.contains(name) && Files.notExists(link, LinkOption.NOFOLLOW_LINKS)) {
                    Files.createSymbolicLink(link, folder.resolve(name));
                }
            }
        }
        return directory;
    }

    private WorkflowJob job(String form) throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class, form);
        job.addProperty(new ParametersDefinitionProperty(
                new StringParameterDefinition("REGISTRY", ""),
                new StringParameterDefinition("TARGETS", String.valueOf(TARGETS)),
                new StringParameterDefinition("CONTEXT_MB", String.valueOf(CONTEXT_MB))));
        try (InputStream script =
                LoadBenchmark.class.getResourceAsStream((form.equals(IN_PLACE) ? MULTIARCH : form) + ".groovy")) {
            job.setDefinition(new CpsFlowDefinition(new String(script.readAllBytes(), StandardCharsets.UTF_8), true));
        }
        job.setBuildDiscarder(new LogRotator(-1, BUILDS, -1, -1));
        return job;
    }

    /** In place, all platforms are those of the agent that the build itself is on. */
    private static void mapPlatforms(WorkflowJob job) {
        MultiArchBuildConfiguration.get()
                .setPlatformLabels(LABELS.entrySet().stream()
                        .map(row -> new PlatformLabel(
                                row.getKey().toString(), job.getName().equals(IN_PLACE) ? SOURCE : row.getValue()))
                        .toList());
    }

    private WorkflowRun begin(WorkflowJob job) throws Exception {
        return job.scheduleBuild2(
                        0,
                        new ParametersAction(
                                new StringParameterValue("REGISTRY", registry.address()),
                                new StringParameterValue("TARGETS", String.valueOf(TARGETS)),
                                new StringParameterValue("CONTEXT_MB", String.valueOf(CONTEXT_MB))))
                .waitForStart();
    }

    private void awaitSuccess(WorkflowRun run) throws Exception {
        while (run.isBuilding()) {
            TimeUnit.MILLISECONDS.sleep(200);
        }
        jenkins.assertBuildStatus(Result.SUCCESS, run);
    }

    private List<WorkflowRun> begin(WorkflowJob job, int count) throws Exception {
        List<WorkflowRun> runs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            runs.add(begin(job));
        }
        return runs;
    }

    @Test
    void load() throws Exception {
        List<WorkflowJob> jobs = Arrays.asList(job("by-hand"), job(MULTIARCH), job(IN_PLACE));
        for (WorkflowJob job : jobs) { // classes are loaded, here and on the agents
            mapPlatforms(job);
            for (WorkflowRun run : begin(job, Math.min(BUILDS, AGENTS))) {
                awaitSuccess(run);
            }
        }
        for (int round = 0; round < ROUNDS; round++) {
            for (WorkflowJob job : jobs) {
                measure(job);
            }
            // What one has left in the heap weighs upon the next, so the order alternates.
            Collections.reverse(jobs);
        }
    }

    private void measure(WorkflowJob job) throws Exception {
        mapPlatforms(job);
        latency.take();
        Meter before = Meter.read();
        long start = System.nanoTime();
        List<WorkflowRun> runs = begin(job, BUILDS);
        long heap = 0;
        int threads = 0;
        Instant collection = Instant.now();
        while (runs.stream().anyMatch(WorkflowRun::isBuilding)) {
            threads = Math.max(threads, Meter.threadsNow());
            if (Duration.between(collection, Instant.now()).toSeconds() >= 10) {
                heap = Math.max(heap, Meter.read().heapBytes());
                collection = Instant.now();
            }
            TimeUnit.MILLISECONDS.sleep(200);
        }
        double wall = (System.nanoTime() - start) / 1e9;
        Meter after = Meter.read();
        List<Long> waits = latency.take();
        for (WorkflowRun run : runs) {
            jenkins.assertBuildStatus(Result.SUCCESS, run);
        }
        System.out.printf(
                Locale.ROOT,
                "BENCH | %s | %.1f s | %.1f s | %.0f MB | %.0f MB | %d | %d | %.1f s | %.1f s |%n",
                job.getName(),
                wall,
                (after.cpuNanos() - before.cpuNanos()) / 1e9,
                heap / 1e6,
                after.heapBytes() / 1e6,
                before.threads(),
                threads,
                waits.get(waits.size() / 2) / 1e3,
                waits.get(waits.size() * 95 / 100) / 1e3);
    }

    /** One build of many targets. */
    @Test
    void bake() throws Exception {
        List<WorkflowJob> jobs = Arrays.asList(job("bake-by-hand"), job("bake"));
        for (WorkflowJob job : jobs) { // classes are loaded, here and on the agents
            mapPlatforms(job);
            awaitSuccess(begin(job));
        }
        for (int round = 0; round < ROUNDS; round++) {
            for (WorkflowJob job : jobs) {
                Meter before = Meter.read();
                long start = System.nanoTime();
                WorkflowRun run = begin(job);
                awaitSuccess(run);
                System.out.printf(
                        Locale.ROOT,
                        "BENCH | %s | %.1f s | %.1f s | %s |%n",
                        job.getName(),
                        (System.nanoTime() - start) / 1e9,
                        (Meter.read().cpuNanos() - before.cpuNanos()) / 1e9,
                        sent(run));
            }
            Collections.reverse(jobs);
        }
    }

    /** How often the context has been sent to agents; by hand it is unstashed for each platform of each target. */
    private static String sent(WorkflowRun run) throws IOException {
        if (run.getParent().getName().equals("bake-by-hand")) {
            return TARGETS * LABELS.size() * CONTEXT_MB + " MB";
        }
        List<String> agents = SENT.matcher(JenkinsRule.getLog(run))
                .results()
                .map(sent -> sent.group(1))
                .toList();
        assertThat(agents).doesNotHaveDuplicates();
        return agents.size() * CONTEXT_MB + " MB, once to each of " + agents.size() + " agents";
    }

    @Test
    void soak() throws Exception {
        WorkflowJob job = job(MULTIARCH);
        mapPlatforms(job);
        job.setBuildDiscarder(new LogRotator(-1, 20, -1, -1));
        List<long[]> samples = new ArrayList<>();
        Instant start = Instant.now();
        int done = 0;
        for (int minute = 1; minute <= MINUTES; minute++) {
            for (int batch = 1; batch <= BATCHES_A_MINUTE; batch++) {
                Instant next = start.plusSeconds((minute - 1) * 60L + batch * 60L / BATCHES_A_MINUTE);
                List<WorkflowRun> runs = begin(job, Math.min(BUILDS, 10));
                for (WorkflowRun run : runs) {
                    awaitSuccess(run);
                }
                done += runs.size();
                TimeUnit.MILLISECONDS.sleep(
                        Math.max(0, Duration.between(Instant.now(), next).toMillis()));
            }
            Meter now = Meter.read();
            long[] sample = {now.heapBytes(), now.threads(), now.files(), leftovers()};
            samples.add(sample);
            System.out.printf(
                    Locale.ROOT,
                    "BENCH | %d | %d | %.1f MB | %d | %d | %d |%n",
                    minute,
                    done,
                    sample[0] / 1e6,
                    sample[1],
                    sample[2],
                    sample[3]);
        }
        // The first third warms up. A leak in every build would be as much as this many times over.
        List<long[]> middle = samples.subList(samples.size() / 3, samples.size() * 2 / 3);
        List<long[]> last = samples.subList(samples.size() * 2 / 3, samples.size());
        assertThat(median(last, 0)).as("bytes of heap").isLessThan((long) (median(middle, 0) * 1.05));
        assertThat(median(last, 1)).as("threads").isLessThan(median(middle, 1) + 10);
        assertThat(median(last, 2)).as("file descriptors").isLessThan(median(middle, 2) + 10);
        assertThat(last.get(last.size() - 1)[3])
                .as("files of builds that are over")
                .isZero();
    }

    private static long median(List<long[]> samples, int column) {
        long[] values =
                samples.stream().mapToLong(sample -> sample[column]).sorted().toArray();
        assertThat(values).as(Arrays.toString(values)).isNotEmpty();
        return values[values.length / 2];
    }

    /** What builds have left on agents, in and beside their workspaces, and as stashes on the controller. */
    private long leftovers() throws IOException {
        try (Stream<Path> onAgents = Files.walk(agents.directory());
                Stream<Path> onController =
                        Files.walk(jenkins.jenkins.getRootDir().toPath().resolve("jobs"))) {
            return onAgents.filter(path -> path.getFileName().toString().startsWith("multiarch-"))
                            .count()
                    + onController
                            .filter(path -> path.getParent().endsWith("stashes"))
                            .count();
        }
    }
}
