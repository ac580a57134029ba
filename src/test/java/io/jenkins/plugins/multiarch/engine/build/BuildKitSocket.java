package io.jenkins.plugins.multiarch.engine.build;

import io.jenkins.plugins.multiarch.engine.ToolGeneration;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Map;

/**
 * The BuildKit inside a Docker engine on a socket of its own, where the {@code remote} driver of buildx finds it, as it finds
 * a {@code buildkitd}. Each connection is one {@code docker-buildx dial-stdio}.
 */
final class BuildKitSocket implements Closeable {

    private static final int PIECE = 64 * 1024;

    private final ServerSocketChannel server;
    private final ToolGeneration tools;
    private final OwnEngine engine;
    private final Path configuration;

    private BuildKitSocket(ServerSocketChannel server, ToolGeneration tools, OwnEngine engine, Path configuration) {
        this.server = server;
        this.tools = tools;
        this.engine = engine;
        this.configuration = configuration;
    }

    /**
     * @param file the socket to create
     * @param configuration a docker configuration directory without any builder
     */
    static BuildKitSocket open(ToolGeneration tools, OwnEngine engine, Path file, Path configuration)
            throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(file));
        BuildKitSocket socket = new BuildKitSocket(server, tools, engine, configuration);
        socket.start(socket::serve);
        return socket;
    }

    private interface Task {
        void run() throws IOException;
    }

    private void start(Task task) {
        Thread thread = new Thread(
                () -> {
                    try {
                        task.run();
                    } catch (IOException e) {
                        // One side has closed the connection, which the other is told.
                    }
                },
                "buildkit-socket");
        thread.setDaemon(true);
        thread.start();
    }

    private void serve() throws IOException {
        while (true) {
            SocketChannel client = server.accept();
            ProcessBuilder builder = new ProcessBuilder(tools.buildx(), "dial-stdio");
            builder.environment()
                    .putAll(Map.of("DOCKER_HOST", engine.host(), "DOCKER_CONFIG", configuration.toString()));
            Process dial =
                    builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
            start(() -> send(client, dial.getOutputStream()));
            start(() -> receive(dial.getInputStream(), client));
        }
    }

    // Not by the streams of the channel: one of them would wait for the other.

    private static void send(SocketChannel client, OutputStream to) throws IOException {
        try (to) {
            ByteBuffer buffer = ByteBuffer.allocate(PIECE);
            while (client.read(buffer) >= 0) {
                to.write(buffer.array(), 0, buffer.position());
                to.flush();
                buffer.clear();
            }
        }
    }

    private static void receive(InputStream from, SocketChannel client) throws IOException {
        try (client) {
            byte[] buffer = new byte[PIECE];
            for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
                client.write(ByteBuffer.wrap(buffer, 0, read));
            }
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
