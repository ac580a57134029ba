package io.jenkins.plugins.multiarch.engine.login;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PushbackInputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A registry on 127.0.0.1 that lets nobody in, and remembers whose logins it was sent. It tells those who try TLS at
 * once that there is none; docker takes nothing else as a reason to try plain HTTP.
 */
final class LoginRecorder implements AutoCloseable {

    private static final int TLS_HANDSHAKE = 0x16;
    private static final String PREFIX = "authorization: basic ";
    private static final String REFUSAL = "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"recorded\"\r\n"
            + "Content-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";

    private final ServerSocket port = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<String> users = new CopyOnWriteArrayList<>();

    LoginRecorder() throws IOException {
        threads.execute(this::accept);
    }

    String address() {
        return "127.0.0.1:" + port.getLocalPort();
    }

    List<String> requests() {
        return List.copyOf(requests);
    }

    /** The user of the first login that was sent; empty if none was. */
    String user() {
        return users.isEmpty() ? "" : users.get(0);
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
                client.getOutputStream().write("HTTP/1.0 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                client.shutdownOutput();
                // Closing with something unread would reset the connection, and the answer with it.
                in.transferTo(OutputStream.nullOutputStream());
            }
            if (first < 0 || first == TLS_HANDSHAKE) {
                return;
            }
            in.unread(first);
            BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.ISO_8859_1));
            requests.add(lines.readLine());
            for (String line = lines.readLine(); line != null && !line.isEmpty(); line = lines.readLine()) {
                if (line.regionMatches(true, 0, PREFIX, 0, PREFIX.length())) {
                    byte[] pair = Base64.getDecoder().decode(line.substring(PREFIX.length()));
                    users.add(new String(pair, StandardCharsets.UTF_8).replaceFirst(":.*", ""));
                }
            }
            client.getOutputStream().write(REFUSAL.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            return; // The client hung up, as it may.
        }
    }

    @Override
    public void close() throws IOException {
        port.close();
        threads.shutdownNow();
    }
}
