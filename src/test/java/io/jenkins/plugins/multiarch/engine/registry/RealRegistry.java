package io.jenkins.plugins.multiarch.engine.registry;

import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Debian's {@code docker-registry} on a free port of this machine, with its storage in a temporary directory; both are
 * gone when closed. Deleting is enabled.
 */
public final class RealRegistry implements AutoCloseable {

    private static final long START_MILLIS = 30_000;

    private final Process process;
    private final Path directory;
    private final int port;

    private RealRegistry(Process process, Path directory, int port) {
        this.process = process;
        this.directory = directory;
        this.port = port;
    }

    /** A registry for anyone. */
    public static RealRegistry start() throws IOException {
        return start("", "");
    }

    /** A registry for this user alone; anyone if the user is empty. Needs {@code htpasswd} of apache2-utils. */
    public static RealRegistry start(String user, String password) throws IOException {
        return start(user, password, "");
    }

    private static RealRegistry start(String user, String password, String tls) throws IOException {
        Path directory = Files.createTempDirectory("docker-registry");
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            port = free.getLocalPort();
        }
        String auth = "";
        if (!user.isEmpty()) {
            Path file = directory.resolve("htpasswd");
            // The password goes through standard input; anyone could read an argument.
            Process htpasswd = new ProcessBuilder("htpasswd", "-niB", user)
                    .redirectOutput(file.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try (var in = htpasswd.outputWriter()) {
                in.write(password);
            }
            if (await(htpasswd) != 0) {
                throw new IOException("htpasswd failed");
            }
            auth = "auth:\n  htpasswd:\n    realm: test\n    path: " + file + "\n";
        }
        Path config = directory.resolve("config.yml");
        Files.writeString(
                config,
                "version: 0.1\nlog:\n  level: warn\nstorage:\n  delete:\n    enabled: true\n  filesystem:\n    rootdirectory: "
                        + directory.resolve("data") + "\nhttp:\n  addr: 127.0.0.1:" + port + "\n" + tls + auth);
        Process process = new ProcessBuilder("docker-registry", "serve", config.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
        RealRegistry registry = new RealRegistry(process, directory, port);
        try {
            registry.awaitAnswer();
        } catch (IOException e) {
            String log = Files.readString(directory.resolve("log"));
            registry.close();
            throw new IOException("docker-registry does not answer; its log: " + log, e);
        }
        return registry;
    }

    /**
     * A registry for anyone, over TLS.
     *
     * @param certificate file in PEM
     * @param key file in PEM
     */
    public static RealRegistry startWithTls(Path certificate, Path key) throws IOException {
        return start("", "", "  tls:\n    certificate: " + certificate + "\n    key: " + key + "\n");
    }

    /** {@code localhost:port}, as it stands in an image reference. */
    public String address() {
        return "localhost:" + port;
    }

    /** A reference into this registry, e.g. of {@code demo/hello:1}. */
    public ImageReference image(String repositoryAndTag) {
        return ImageReference.parse(address() + "/" + repositoryAndTag);
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        await(process);
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    private void awaitAnswer() throws IOException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(START_MILLIS);
        while (true) {
            try {
                HttpURLConnection connection = (HttpURLConnection)
                        URI.create("http://127.0.0.1:" + port + "/v2/").toURL().openConnection();
                int status = connection.getResponseCode();
                connection.disconnect();
                if (List.of(200, 400, 401).contains(status)) {
                    return;
                }
            } catch (IOException e) {
                if (!process.isAlive() || System.nanoTime() > end) {
                    throw e;
                }
            }
            try {
                TimeUnit.MILLISECONDS.sleep(50);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException(e);
            }
        }
    }

    private static int await(Process process) throws IOException {
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            return process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
