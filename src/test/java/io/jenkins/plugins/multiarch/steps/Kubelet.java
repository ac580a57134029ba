package io.jenkins.plugins.multiarch.steps;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.fabric8.mockwebserver.MockWebServer;
import io.fabric8.mockwebserver.http.Buffer;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A Kubernetes API server whose pods run on this machine. */
final class Kubelet implements AutoCloseable {

    private static final Pattern POD = Pattern.compile("/api/v1/namespaces/[^/]+/pods/([^/?]+)");
    private static final Pattern EXEC = Pattern.compile(POD.pattern() + "/exec");

    /** Writes a line of each request. */
    private static final Logger REQUESTS = Logger.getLogger(MockWebServer.class.getName());

    private final MockWebServer server = new MockWebServer();
    private final Map<String, PodProcess> running = new ConcurrentHashMap<>();
    private final Path directory;
    private final Function<String, Path> programs;

    /**
     * @param directory where the files of the pods are
     * @param programs the directory of programs of an image
     */
    Kubelet(Path directory, Function<String, Path> programs) {
        this.directory = directory;
        this.programs = programs;
    }

    Kubelet start() {
        REQUESTS.setLevel(Level.WARNING);
        server.setDispatcher(new Api());
        server.start();
        return this;
    }

    String url() {
        return server.url("/").toString();
    }

    private final class Api extends KubernetesCrudDispatcher {

        @Override
        public MockResponse handleCreate(RecordedRequest request) {
            String body = request.getBody().readUtf8();
            if (!(Serialization.unmarshal(body) instanceof Pod pod)) {
                return super.handleCreate(withBody(request, body));
            }
            try {
                running.put(
                        pod.getMetadata().getName(),
                        PodProcess.start(
                                pod, directory.resolve(pod.getMetadata().getName()), programs));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            pod.setStatus(ready(pod));
            return super.handleCreate(withBody(request, Serialization.asJson(pod)));
        }

        private static RecordedRequest withBody(RecordedRequest request, String body) {
            return new RecordedRequest(
                    request.getHttpVersion(),
                    request.method(),
                    request.getPath(),
                    request.getHeaders(),
                    new Buffer().writeUtf8(body));
        }

        @Override
        public MockResponse handleGet(String path) {
            Matcher exec = EXEC.matcher(path);
            if (!exec.lookingAt()) {
                return super.handleGet(path);
            }
            PodProcess pod = running.get(exec.group(1));
            if (pod == null) {
                return new MockResponse().setResponseCode(404);
            }
            String container = parameters(path, "container").get(0);
            return new MockResponse()
                    .withWebSocketUpgrade(new ExecSession(pod.exec(container, parameters(path, "command"))));
        }

        @Override
        public MockResponse handleDelete(String path) {
            Matcher deleted = POD.matcher(path);
            PodProcess pod = deleted.lookingAt() ? running.remove(deleted.group(1)) : null;
            if (pod != null) {
                pod.close();
            }
            return super.handleDelete(path);
        }
    }

    private static List<String> parameters(String path, String name) {
        return Stream.of(URI.create(path).getRawQuery().split("&"))
                .filter(parameter -> parameter.startsWith(name + "="))
                .map(parameter -> URLDecoder.decode(parameter.substring(name.length() + 1), StandardCharsets.UTF_8))
                .toList();
    }

    private static PodStatus ready(Pod pod) {
        PodStatusBuilder status = new PodStatusBuilder()
                .withPhase("Running")
                .addNewCondition()
                .withType("Ready")
                .withStatus("True")
                .endCondition();
        pod.getSpec()
                .getContainers()
                .forEach(container -> status.addNewContainerStatus()
                        .withName(container.getName())
                        .withReady(true)
                        .withNewState()
                        .withNewRunning(Instant.now().toString())
                        .endState()
                        .endContainerStatus());
        return status.build();
    }

    @Override
    public void close() {
        running.values().forEach(PodProcess::close);
        server.shutdown();
    }
}
