package io.jenkins.plugins.multiarch.steps;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Result;
import io.jenkins.plugins.multiarch.WithSharedJenkins;
import io.jenkins.plugins.multiarch.config.MultiArchBuildConfiguration;
import io.jenkins.plugins.multiarch.config.RegistryEntry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;

/** What else runs on the controller's machine is out of reach of whoever writes a Pipeline. */
@WithSharedJenkins
class PlainHttpTest {

    /** Takes every request for one, remembers how it begins, and has nothing. */
    private static final class Listener implements AutoCloseable {

        private final ServerSocket socket = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
        private final List<String> requests = new CopyOnWriteArrayList<>();
        private final Thread thread = new Thread(this::listen);

        Listener() throws IOException {
            thread.start();
        }

        private void listen() {
            while (!socket.isClosed()) {
                try (Socket connection = socket.accept()) {
                    requests.add(new String(connection.getInputStream().readNBytes(4), StandardCharsets.ISO_8859_1));
                    connection
                            .getOutputStream()
                            .write("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
                } catch (IOException e) {
                    requests.add("");
                }
            }
        }

        String address() {
            return "localhost:" + socket.getLocalPort();
        }

        boolean isAskedByPlainHttp() {
            return requests.stream().anyMatch(Set.of("GET ", "HEAD", "PUT ", "POST")::contains);
        }

        @Override
        public void close() throws Exception {
            socket.close();
            thread.join();
        }
    }

    private static WorkflowRun push(JenkinsRule jenkins, Listener registry) throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition(
                "pushManifestList image: '%1$s/index:1', sources: ['%1$s/image:1']".formatted(registry.address()),
                true));
        return jenkins.buildAndAssertStatus(Result.FAILURE, job);
    }

    @Test
    void theLoopbackOfTheControllerIsAskedOnlyWhereAnAdministratorAllowsIt(JenkinsRule jenkins) throws Exception {
        MultiArchBuildConfiguration configuration = MultiArchBuildConfiguration.get();
        configuration.setRequestRetries(0);
        configuration.setPlainHttpOnLoopback(false);
        try (Listener registry = new Listener()) {
            WorkflowRun refused = push(jenkins, registry);
            assertThat(JenkinsRule.getLog(refused))
                    .contains("It does not speak TLS; if it is meant to be plain HTTP, name " + registry.address());
            assertThat(registry.isAskedByPlainHttp()).isFalse();

            RegistryEntry entry = new RegistryEntry(registry.address());
            entry.setPlainHttp(true);
            configuration.setRegistries(List.of(entry));
            push(jenkins, registry);
            assertThat(registry.isAskedByPlainHttp()).isTrue();
        }
        configuration.setRegistries(List.of());
        configuration.setPlainHttpOnLoopback(true);
        try (Listener registry = new Listener()) {
            push(jenkins, registry);
            assertThat(registry.isAskedByPlainHttp()).isTrue();
        }
    }
}
