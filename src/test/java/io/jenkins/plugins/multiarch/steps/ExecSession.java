package io.jenkins.plugins.multiarch.steps;

import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.fabric8.mockwebserver.http.Response;
import io.fabric8.mockwebserver.http.WebSocket;
import io.fabric8.mockwebserver.http.WebSocketListener;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The server's side of {@code exec}: a process whose streams go through a WebSocket. The first byte of each message is the
 * number of a stream (v4.channel.k8s.io).
 */
final class ExecSession extends WebSocketListener {

    private static final byte STDIN = 0;
    private static final byte STDOUT = 1;
    private static final byte STDERR = 2;
    private static final byte STATUS = 3;

    private final ProcessBuilder command;
    private Process process;

    ExecSession(ProcessBuilder command) {
        this.command = command;
    }

    @Override
    public void onOpen(WebSocket socket, Response response) {
        try {
            process = command.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread stdout = send(process.getInputStream(), STDOUT, socket);
        Thread stderr = send(process.getErrorStream(), STDERR, socket);
        start("exec-status", () -> {
            int exit = process.waitFor();
            stdout.join();
            stderr.join();
            socket.send(message(STATUS, Serialization.asJson(status(exit)).getBytes(StandardCharsets.UTF_8)));
            socket.close(1000, "");
        });
    }

    private static Status status(int exit) {
        if (exit == 0) {
            return new StatusBuilder().withStatus("Success").build();
        }
        return new StatusBuilder()
                .withStatus("Failure")
                .withReason("NonZeroExitCode")
                .withNewDetails()
                .addNewCause(null, String.valueOf(exit), "ExitCode")
                .endDetails()
                .build();
    }

    private static Thread send(InputStream stream, byte channel, WebSocket socket) {
        return start("exec-" + channel, () -> {
            byte[] buffer = new byte[8192];
            for (int read = stream.read(buffer); read >= 0; read = stream.read(buffer)) {
                socket.send(message(channel, Arrays.copyOf(buffer, read)));
            }
        });
    }

    private static byte[] message(byte channel, byte[] content) {
        byte[] message = new byte[content.length + 1];
        message[0] = channel;
        System.arraycopy(content, 0, message, 1, content.length);
        return message;
    }

    @Override
    public void onMessage(WebSocket socket, byte[] message) {
        if (message[0] == STDIN) {
            try {
                OutputStream stdin = process.getOutputStream();
                stdin.write(message, 1, message.length - 1);
                stdin.flush();
            } catch (IOException e) {
                // It has ended, which its status tells.
            }
        }
    }

    @Override
    public void onClosed(WebSocket socket, int code, String reason) {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            // It has ended.
        }
    }

    private interface Task {
        void run() throws Exception;
    }

    private static Thread start(String name, Task task) {
        Thread thread = new Thread(
                () -> {
                    try {
                        task.run();
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
