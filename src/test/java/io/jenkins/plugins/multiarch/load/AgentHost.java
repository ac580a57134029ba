package io.jenkins.plugins.multiarch.load;

import hudson.remoting.Channel;
import hudson.remoting.ChannelBuilder;
import hudson.remoting.FileSystemJarCache;
import hudson.remoting.JarCache;
import java.io.BufferedOutputStream;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A program that is an agent to everyone who connects: many agents in one process, which is not the controller's, so
 * that what agents need does not count as the controller's. Its own class path has Jenkins' remoting alone.
 */
public final class AgentHost {

    private AgentHost() {}

    /**
     * Prints the port it listens on, and ends when its standard input does.
     *
     * @param arguments the directory in which agents keep what they have loaded from the controller
     */
    public static void main(String[] arguments) throws IOException {
        ExecutorService threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task);
            thread.setDaemon(true);
            return thread;
        });
        ServerSocket server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        System.out.println(server.getLocalPort());
        JarCache jars = new FileSystemJarCache(new File(arguments[0]), true);
        threads.execute(() -> {
            while (true) {
                try {
                    Socket socket = server.accept();
                    socket.setTcpNoDelay(true);
                    threads.submit(() -> new ChannelBuilder("controller", threads)
                            .withMode(Channel.Mode.BINARY)
                            .withJarCache(jars)
                            .build(socket.getInputStream(), new BufferedOutputStream(socket.getOutputStream())));
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            }
        });
        while (System.in.read() >= 0) {
            // Whoever has started it holds the other end for as long as agents are needed.
        }
    }
}
