package io.jenkins.plugins.multiarch.steps;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.slaves.DumbSlave;
import io.jenkins.plugins.multiarch.WithSharedJenkins;
import io.jenkins.plugins.multiarch.engine.build.BusyboxContext;
import io.jenkins.plugins.multiarch.engine.registry.RealRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.jvnet.hudson.test.JenkinsRule;

/** Passwords that are hard to handle, on their way through Jenkins, an agent and a build tool to a registry. */
@Tag("integration")
@Tag("slow")
@WithSharedJenkins
class SecretsTest {

    @TempDir
    private Path temp;

    private JenkinsRule jenkins;
    private DumbSlave agent;

    @BeforeEach
    void startAgent(JenkinsRule rule) throws Exception {
        jenkins = rule;
        jenkins.jenkins.setNumExecutors(0);
        agent = RoomyAgent.add(jenkins, "agent", "linux", temp.resolve("agent"), 3);
    }

    static Stream<Arguments> passwords() {
        return Stream.of(
                Arguments.of("quotes and dollars", "buildah", "it's \"quoted\" $HOME `id` \\n %s && exit 1;#"),
                Arguments.of("several lines", "buildah", "first-line-of-it\nsecond-line-of-it\n\nlast-line-of-it"),
                Arguments.of("Unicode", "podman", "pässwörd-☃-密码-🔑-" + "é".repeat(20)),
                Arguments.of("4 kB", "buildah", "long-" + "Kx7-qW9_zu3.hT5~".repeat(256)),
                Arguments.of("a long one for docker", "docker", "$x'\"" + "vN2+eR8=pL4:sD6/".repeat(256) + "ü"),
                Arguments.of("a common word", "buildah", "linux"));
    }

    @ParameterizedTest(name = "{0} with {1}")
    @MethodSource("passwords")
    void itWorksAndIsSeenNowhere(String what, String builder, String password) throws Exception {
        StoredCredential.add("registry", "robot", password);
        StoredCredential.addText("token", password);
        String encoded = Base64.getEncoder().encodeToString(("robot:" + password).getBytes(StandardCharsets.UTF_8));
        // A common word is everywhere anyway; what gives it away is its place in the files of the tools.
        List<String> secrets = new ArrayList<>(List.of(encoded.substring(0, Math.min(60, encoded.length()))));
        if (password.length() > 10) {
            password.lines().filter(line -> !line.isEmpty()).forEach(line -> secrets.add(line.substring(0, 10)));
            password.lines()
                    .filter(line -> !line.isEmpty())
                    .forEach(line -> secrets.add(line.substring(line.length() - 10)));
        }
        String log;
        Watch watch = new Watch(secrets);
        try (RealRegistry registry = RealRegistry.start();
                RegistryGate gate = new RegistryGate(registry.address(), "robot", password);
                watch) {
            log = build(gate.address(), builder, password);
            assertThat(gate.passed()).anyMatch(request -> request.startsWith("PUT /v2/demo/hello/manifests/1.0 201"));
        }

        assertThat(watch.seen).as("in a process").isEmpty();
        assertThat(watch.looks).as("looks at the processes").isGreaterThan(5);
        assertThat(log).doesNotContain(secrets.toArray(String[]::new)).contains("SAID ****");
        assertThat(filesWith(
                        secrets,
                        agent.getRemoteFS(),
                        "/dev/shm",
                        jenkins.jenkins.getRootDir().toString()))
                .isEmpty();
        String user = System.getProperty("user.home");
        assertThat(filesWith(secrets, user + "/.docker", user + "/.config/containers", "/run/containers"))
                .isEmpty();
    }

    private String build(String registry, String builder, String password) throws Exception {
        Path context = BusyboxContext.create(temp.resolve("context"));
        // What a test script can read while it is there, it may print: every line of it is to be masked.
        Files.writeString(
                context.resolve("Dockerfile"),
                Files.readString(context.resolve("Dockerfile"))
                        + "RUN --mount=type=secret,id=token cat /run/secrets/token > /dev/null && echo BUILT && sleep 1\n");
        Path said = temp.resolve("said");
        Files.writeString(said, password + "\n");
        WorkflowJob job = jenkins.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition("""
                node('linux') {
                    sh 'cp -R %s/. .'
                    multiArchBuild image: '%s/demo/hello:1.0', platforms: ['linux/amd64'], builder: '%s',
                        test: '''#!/bin/sh
                            while IFS= read -r line; do printf "SAID %%s\\\\n" "$line"; done < %s
                            grep -ho "auth.*" "$REGISTRY_AUTH_FILE" "$DOCKER_CONFIG/config.json" || true
                            sleep 2
                        ''', secrets: [token: 'token'], credentialsId: 'registry'
                    pushManifestList image: '%2$s/demo/hello:1.0', credentialsId: 'registry'
                }
                """.formatted(context, registry, builder, said), true));
        WorkflowRun run = jenkins.buildAndAssertSuccess(job);
        Files.delete(said);
        return JenkinsRule.getLog(run);
    }

    private static List<Path> filesWith(List<String> secrets, String... roots) throws IOException {
        List<Path> found = new ArrayList<>();
        for (String root : roots) {
            if (!Files.isDirectory(Path.of(root))) {
                continue;
            }
            Files.walkFileTree(Path.of(root), new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    if (attributes.isRegularFile() && contains(file, secrets)) {
                        found.add(file);
                    }
                    return FileVisitResult.CONTINUE;
                }

                /** Other tests remove theirs meanwhile. */
                @Override
                public FileVisitResult visitFileFailed(Path file, IOException failure) {
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path directory, IOException failure) {
                    return FileVisitResult.CONTINUE;
                }
            });
        }
        return found;
    }

    private static boolean contains(Path file, List<String> secrets) {
        try {
            if (Files.size(file) > 5_000_000) {
                return false; // plugins and their libraries
            }
            String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
            return secrets.stream().anyMatch(text::contains);
        } catch (IOException e) {
            return false; // gone meanwhile
        }
    }

    /** Looks for secrets in the arguments and the environment of all processes, as {@code ps -e} would, all the time. */
    private static final class Watch implements AutoCloseable {

        private final Set<String> seen = ConcurrentHashMap.newKeySet();
        private final List<String> secrets;
        private final Thread thread = new Thread(this::look, "watch on processes");
        private volatile int looks;
        private volatile boolean ended;

        Watch(List<String> secrets) {
            this.secrets = secrets;
            thread.start();
        }

        private void look() {
            while (!ended) {
                ProcessHandle.allProcesses().forEach(process -> {
                    for (String file : List.of("cmdline", "environ")) {
                        try {
                            Path path = Path.of("/proc", String.valueOf(process.pid()), file);
                            String text = new String(Files.readAllBytes(path), StandardCharsets.UTF_8);
                            if (secrets.stream().anyMatch(text::contains)) {
                                seen.add(path + ": " + text.substring(0, Math.min(200, text.length())));
                            }
                        } catch (IOException e) {
                            // It has ended meanwhile, or is another user's.
                            continue;
                        }
                    }
                });
                looks++;
                try {
                    TimeUnit.MILLISECONDS.sleep(20);
                } catch (InterruptedException e) {
                    return;
                }
            }
        }

        @Override
        public void close() throws InterruptedException {
            ended = true;
            thread.join();
        }
    }
}
