package io.jenkins.plugins.multiarch.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;

/** A real browser with one page, driven by its DevTools protocol; it remembers whatever its console complains of. */
public final class Chromium implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final HttpClient http = HttpClient.newHttpClient();
    private final AtomicInteger calls = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private final Path profile;
    private final Process process;
    private final WebSocket socket;

    public Chromium() throws Exception {
        profile = Files.createTempDirectory("chromium");
        process = new ProcessBuilder(
                        executable(),
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--disable-background-networking",
                        "--no-first-run",
                        "--no-proxy-server",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + profile,
                        "about:blank")
                .redirectErrorStream(true)
                .redirectOutput(profile.resolve("chromium.log").toFile())
                .start();
        // The browser writes there where it listens.
        Path listening = profile.resolve("DevToolsActivePort");
        await(
                "the browser listens",
                () -> Files.exists(listening) && Files.readAllLines(listening).size() == 2);
        JsonNode pages = JSON.readTree(http.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:"
                                        + Files.readAllLines(listening).get(0) + "/json/list"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body());
        socket = http.newWebSocketBuilder()
                .buildAsync(URI.create(pages.get(0).path("webSocketDebuggerUrl").asText()), new Listener())
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        for (String domain : List.of("Page", "Runtime", "Log")) {
            call(domain + ".enable", Map.of());
        }
    }

    /** Debian has Chromium; machines with Ubuntu rather have its sibling. */
    private static String executable() {
        return Stream.of("chromium", "google-chrome")
                .filter(name -> Stream.of(System.getenv("PATH").split(File.pathSeparator))
                        .anyMatch(directory -> Files.isExecutable(Path.of(directory, name))))
                .findFirst()
                .orElseThrow(() -> new AssertionError("Install chromium or google-chrome; .ci/prepare does."));
    }

    /** Has the pages of a site write to the clipboard, and this read from it. */
    public void permitClipboard(URL site) throws Exception {
        call(
                "Browser.grantPermissions",
                Map.of(
                        "origin",
                        site.getProtocol() + "://" + site.getAuthority(),
                        "permissions",
                        List.of("clipboardReadWrite", "clipboardSanitizedWrite")));
        // Only who has the focus may.
        call("Emulation.setFocusEmulationEnabled", Map.of("enabled", true));
    }

    public String clipboard() throws Exception {
        return evaluate("navigator.clipboard.readText()");
    }

    /** Opens a page and waits until it is complete. */
    public void open(URL url) throws Exception {
        call("Page.navigate", Map.of("url", url.toString()));
        awaitTrue("location.href === '" + url + "' && document.readyState === 'complete'");
    }

    /** The value of an expression in the page, or of what it promises, as text. */
    public String evaluate(String expression) throws Exception {
        JsonNode answer =
                call("Runtime.evaluate", Map.of("expression", expression, "returnByValue", true, "awaitPromise", true));
        assertThat(answer.has("exceptionDetails"))
                .as("%s: %s", expression, answer)
                .isFalse();
        return answer.path("result").path("value").asText();
    }

    /** Waits until an expression is true. */
    public void awaitTrue(String expression) throws Exception {
        await(expression, () -> {
            // While a page goes and the next one comes, an expression may fail.
            JsonNode answer = call("Runtime.evaluate", Map.of("expression", expression, "returnByValue", true));
            return answer.path("result").path("value").asBoolean();
        });
    }

    /** Sets the size of the window in CSS pixels, a narrow one as a phone has it, and whether the user prefers dark colours. */
    public void look(int width, int height, boolean dark) throws Exception {
        call(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
        call(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
    }

    /** Waits until the page, which may still be laid out anew, fits into the window: only parts of it scroll sideways. */
    public void awaitFit() throws Exception {
        awaitTrue("document.documentElement.scrollWidth <= document.documentElement.clientWidth");
    }

    /** Writes what is to be seen as PNG. */
    public void screenshot(Path file) throws Exception {
        Files.write(
                file,
                Base64.getDecoder()
                        .decode(call("Page.captureScreenshot", Map.of("format", "png"))
                                .path("data")
                                .asText()));
    }

    /** Errors and warnings of the console, uncaught exceptions, and what the Content-Security-Policy has refused. */
    public List<String> complaints() {
        return complaints;
    }

    private JsonNode call(String method, Map<String, ?> parameters) throws Exception {
        int id = calls.incrementAndGet();
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        answers.put(id, answer);
        ObjectNode message = JSON.createObjectNode().put("id", id).put("method", method);
        message.set("params", JSON.valueToTree(parameters));
        socket.sendText(message.toString(), true).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        JsonNode result = answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        if (result.has("error")) {
            throw new IOException(method + ": " + result.path("error"));
        }
        return result.path("result");
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void await(String what, Condition condition) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as("waiting for: %s", what).isLessThan(deadline);
            Thread.sleep(100);
        }
    }

    @Override
    public void close() throws Exception {
        socket.abort();
        List<ProcessHandle> helpers = process.descendants().toList();
        helpers.forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
        for (ProcessHandle helper : helpers) { // they write into the profile until the very end
            helper.onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
        FileUtils.deleteDirectory(profile.toFile());
    }

    private final class Listener implements WebSocket.Listener {

        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                receive(text.toString());
                text.setLength(0);
            }
            from.request(1);
            return null;
        }

        private void receive(String message) {
            try {
                JsonNode json = JSON.readTree(message);
                JsonNode parameters = json.path("params");
                String entry = parameters.path("entry").path("level").asText();
                String console = parameters.path("type").asText();
                if (json.has("id")) {
                    answers.remove(json.get("id").asInt()).complete(json);
                } else if (entry.equals("error")
                        || entry.equals("warning")
                        || console.equals("error")
                        || console.equals("warning")
                        || json.path("method").asText().equals("Runtime.exceptionThrown")) {
                    complaints.add(parameters.toString());
                }
            } catch (IOException e) {
                complaints.add(e.toString());
            }
        }
    }
}
