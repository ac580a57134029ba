package io.jenkins.plugins.multiarch.config;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A real HTTP proxy on a free port of this machine, for one user. */
final class Tinyproxy implements AutoCloseable {

    private static final int MOST_TRIES = 600;

    private final Process process;
    private final Path log;
    private final int port;

    private Tinyproxy(Process process, Path log, int port) {
        this.process = process;
        this.log = log;
        this.port = port;
    }

    /** @param directory an existing one, for its files */
    static Tinyproxy start(Path directory, String user, String password) throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            port = free.getLocalPort();
        }
        Path log = directory.resolve("tinyproxy.log");
        Path configuration =
                Files.writeString(directory.resolve("tinyproxy.conf"), """
                Port %d
                Listen 127.0.0.1
                Allow 127.0.0.1
                Timeout 60
                LogFile "%s"
                LogLevel Connect
                BasicAuth %s %s
                """.formatted(port, log, user, password));
        Process process = new ProcessBuilder("tinyproxy", "-d", "-c", configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("tinyproxy.out").toFile())
                .start();
        Tinyproxy proxy = new Tinyproxy(process, log, port);
        proxy.awaitAnswer();
        return proxy;
    }

    private void awaitAnswer() throws Exception {
        for (int tries = 0; ; tries++) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress("127.0.0.1", port));
                return;
            } catch (IOException e) {
                if (tries == MOST_TRIES || !process.isAlive()) {
                    close();
                    throw e;
                }
                TimeUnit.MILLISECONDS.sleep(100);
            }
        }
    }

    int port() {
        return port;
    }

    /** What it has been asked for. */
    String log() throws IOException {
        return Files.readString(log);
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        process.waitFor();
    }
}
