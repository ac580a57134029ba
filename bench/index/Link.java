import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A link with latency: passes on what comes to a port of this machine to another port, half the latency later in each
 * direction, however much is on the way. Arguments: the port to listen on, the port to pass on to, and the latency of a
 * round trip in milliseconds.
 */
final class Link {

    private record Chunk(long due, byte[] bytes) {}

    private static final byte[] END = {};

    public static void main(String[] arguments) throws IOException {
        int to = Integer.parseInt(arguments[1]);
        long oneWay = TimeUnit.MILLISECONDS.toNanos(Integer.parseInt(arguments[2])) / 2;
        int listen = Integer.parseInt(arguments[0]);
        try (ServerSocket port = new ServerSocket(listen, 50, InetAddress.getLoopbackAddress())) {
            while (true) {
                Socket client = port.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), to);
                client.setTcpNoDelay(true);
                server.setTcpNoDelay(true);
                connect(client, server, oneWay);
                connect(server, client, oneWay);
            }
        }
    }

    private static void connect(Socket from, Socket to, long delay) {
        BlockingQueue<Chunk> way = new LinkedBlockingQueue<>();
        start(() -> {
            byte[] buffer = new byte[65536];
            try {
                InputStream in = from.getInputStream();
                for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                    way.add(new Chunk(System.nanoTime() + delay, Arrays.copyOf(buffer, read)));
                }
            } catch (IOException e) {
                // Hung up; what is on the way still arrives.
            }
            way.add(new Chunk(System.nanoTime() + delay, END));
        });
        start(() -> {
            try {
                OutputStream out = to.getOutputStream();
                for (Chunk chunk = way.take(); chunk.bytes() != END; chunk = way.take()) {
                    TimeUnit.NANOSECONDS.sleep(chunk.due() - System.nanoTime());
                    out.write(chunk.bytes());
                }
                to.shutdownOutput();
            } catch (IOException | InterruptedException e) {
                // Hung up on the other side.
            }
        });
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        thread.start();
    }
}
