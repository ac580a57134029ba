package io.jenkins.plugins.multiarch.engine.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An HTTP proxy that leads wherever one wants to go to one and the same server, and remembers what it was asked. */
final class RecordingProxy implements AutoCloseable {

    private final ServerSocket port = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<String> users = new CopyOnWriteArrayList<>();
    private final int target;

    /** @param target the port of the server on this machine; 0 to answer everything with an empty index */
    RecordingProxy(int target) throws IOException {
        this.target = target;
        threads.execute(this::accept);
    }

    String address() {
        return "127.0.0.1:" + port.getLocalPort();
    }

    /** The first lines of all requests. */
    List<String> requests() {
        return List.copyOf(requests);
    }

    /** {@code user:password} of all requests that had one. */
    List<String> users() {
        return List.copyOf(users);
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
        try (client) {
            // A client says nothing behind its CONNECT before it has been answered, so no byte of TLS is read here.
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.ISO_8859_1));
            String request = lines.readLine();
            requests.add(request);
            for (String line = lines.readLine(); line != null && !line.isEmpty(); line = lines.readLine()) {
                if (line.toLowerCase(java.util.Locale.ROOT).startsWith("proxy-authorization: basic ")) {
                    users.add(new String(Base64.getDecoder().decode(line.substring(line.lastIndexOf(' ') + 1))));
                }
            }
            OutputStream out = client.getOutputStream();
            if (target == 0) {
                String index = "{\"manifests\":[]}";
                out.write(
                        ("HTTP/1.1 200 OK\r\nContent-Type: application/vnd.oci.image.index.v1+json\r\nContent-Length: "
                                        + index.length() + "\r\nConnection: close\r\n\r\n" + index)
                                .getBytes(StandardCharsets.US_ASCII));
                return;
            }
            try (Socket server = new Socket("127.0.0.1", target)) {
                out.write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                InputStream answers = server.getInputStream();
                threads.execute(() -> relay(answers, out));
                client.getInputStream().transferTo(server.getOutputStream());
            }
        } catch (IOException e) {
            return; // Either side hung up, as they may.
        }
    }

    private static void relay(InputStream from, OutputStream to) {
        try {
            from.transferTo(to);
        } catch (IOException e) {
            return; // Either side hung up, as they may.
        }
    }

    @Override
    public void close() throws IOException {
        port.close();
        threads.shutdownNow();
    }
}
