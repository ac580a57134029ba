package io.jenkins.plugins.multiarch.steps;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A network namespace as another machine: what runs in there reaches one port of this machine, over a cable that can be
 * pulled, and nothing else. Needs {@code ip} of iproute2, and root.
 */
final class FarMachine implements AutoCloseable {

    /** Exists between the two ends of the cable alone. */
    private static final String NEAR = "10.213.77.1";

    private static final String FAR = "10.213.77.2";

    private static final String PREFIX = "multiarch-";

    private final String namespace = PREFIX + ProcessHandle.current().pid();
    private final String nearEnd = "ma" + ProcessHandle.current().pid();
    private final String farEnd = nearEnd + "f";
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private ServerSocket server;

    /** @param port of this machine, to be reached from there */
    FarMachine(int port) throws Exception {
        removeThoseOfKilledTests();
        run("ip", "netns", "add", namespace);
        try {
            run("ip", "link", "add", nearEnd, "type", "veth", "peer", "name", farEnd, "netns", namespace);
            run("ip", "addr", "add", NEAR + "/30", "dev", nearEnd);
            run("ip", "link", "set", nearEnd, "up");
            run("ip", "-n", namespace, "addr", "add", FAR + "/30", "dev", farEnd);
            run("ip", "-n", namespace, "link", "set", farEnd, "up");
            run("ip", "-n", namespace, "link", "set", "lo", "up");
            server = new ServerSocket();
            server.bind(new InetSocketAddress(InetAddress.getByName(NEAR), 0));
            threads.execute(() -> accept(port));
        } catch (Exception e) {
            close();
            throw e;
        }
    }

    /** Their cables have the same addresses. */
    private static void removeThoseOfKilledTests() throws Exception {
        for (String line : run("ip", "netns", "list").lines().toList()) {
            String name = line.replaceFirst(" .*", "");
            if (name.matches(PREFIX + "\\d+")
                    && ProcessHandle.of(Long.parseLong(name.substring(PREFIX.length())))
                            .isEmpty()) {
                run("ip", "netns", "del", name);
            }
        }
    }

    /** What runs a command there. */
    String[] wrapper() {
        return new String[] {"ip", "netns", "exec", namespace};
    }

    /** {@code host:port} by which this machine's port is reached from there. */
    String gateway() {
        return NEAR + ":" + server.getLocalPort();
    }

    /** From now on nothing arrives, and nobody is told. */
    void pullTheCable() throws Exception {
        run("ip", "link", "set", nearEnd, "down");
    }

    private void accept(int port) {
        while (!server.isClosed()) {
            try {
                Socket far = server.accept();
                Socket near = new Socket(InetAddress.getLoopbackAddress(), port);
                threads.execute(() -> pump(far, near));
                threads.execute(() -> pump(near, far));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private static void pump(Socket from, Socket to) {
        try (from;
                to;
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            in.transferTo(out);
        } catch (IOException e) {
            return; // the other direction has ended
        }
    }

    private static String run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + ": " + output.trim()
                    + ". This test makes a network namespace of its own, for which it needs iproute2 and root.");
        }
        return output;
    }

    @Override
    public void close() throws Exception {
        if (server != null) {
            server.close();
        }
        threads.shutdownNow();
        // The cable goes with the namespace.
        run("ip", "netns", "del", namespace);
    }
}
