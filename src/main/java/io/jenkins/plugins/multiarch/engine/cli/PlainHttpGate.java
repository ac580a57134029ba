package io.jenkins.plugins.multiarch.engine.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PushbackInputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;

/**
 * The port in front of Java's own HTTP server that tells a client at once that there is no TLS. That server itself
 * would wait for the rest of what it takes for a request, and jib, which always tries TLS first, for an answer.
 */
final class PlainHttpGate implements AutoCloseable {

    /** The first byte of a TLS handshake; no HTTP method starts with it. */
    private static final int TLS_HANDSHAKE = 0x16;

    private static final byte[] REFUSAL =
            "HTTP/1.0 400 Bad Request\r\n\r\nThis is plain HTTP, not TLS.\n".getBytes(StandardCharsets.US_ASCII);

    private final ServerSocket port;
    private final InetSocketAddress backend;
    private final ExecutorService threads;

    private PlainHttpGate(ServerSocket port, InetSocketAddress backend, ExecutorService threads) {
        this.port = port;
        this.backend = backend;
        this.threads = threads;
    }

    /** Listens on a free port of 127.0.0.1 and passes plain HTTP on to the backend. */
    static PlainHttpGate open(InetSocketAddress backend, ExecutorService threads) throws IOException {
        ServerSocket port = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        PlainHttpGate gate = new PlainHttpGate(port, backend, threads);
        threads.execute(gate::accept);
        return gate;
    }

    int port() {
        return port.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        port.close();
    }

    private void accept() {
        while (!port.isClosed()) {
            try {
                Socket client = port.accept();
                threads.execute(() -> serve(client));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Socket client) {
        try (client;
                PushbackInputStream in = new PushbackInputStream(client.getInputStream())) {
            int first = in.read();
            if (first == TLS_HANDSHAKE) {
                client.getOutputStream().write(REFUSAL);
                client.shutdownOutput();
                // Closing with something unread would reset the connection, and the refusal with it.
                in.transferTo(OutputStream.nullOutputStream());
            } else if (first >= 0) {
                in.unread(first);
                relay(client, in);
            }
        } catch (IOException e) {
            return; // Either side hung up, as they may.
        }
    }

    private void relay(Socket client, InputStream in) throws IOException {
        try (Socket server = new Socket(backend.getAddress(), backend.getPort())) {
            threads.execute(() -> {
                try {
                    server.getInputStream().transferTo(client.getOutputStream());
                    client.close();
                } catch (IOException e) {
                    return; // Either side hung up, as they may.
                }
            });
            in.transferTo(server.getOutputStream());
        }
    }
}
