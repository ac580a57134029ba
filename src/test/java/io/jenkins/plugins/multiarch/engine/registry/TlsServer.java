package io.jenkins.plugins.multiarch.engine.registry;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A server over TLS that answers what a registry without any repository does; its certificate is of its own authority. */
public final class TlsServer implements AutoCloseable {

    /** 127.0.0.1 in a spelling that does not count as loopback, so that it stands for any other host. */
    public static final String THIS_HOST = "[::ffff:7f00:1]";

    private final HttpsServer server;
    private final Certificate authority;
    private final AtomicInteger requests = new AtomicInteger();

    private volatile FaultyRegistry served;

    private TlsServer(HttpsServer server, Certificate authority) {
        this.server = server;
        this.authority = authority;
    }

    /**
     * Starts it.
     *
     * @param directory an empty one for its key
     * @param options of keytool for the certificate instead of its usual name, 127.0.0.1
     */
    public static TlsServer start(Path directory, String... options) throws Exception {
        Path keys = directory.resolve("keys.p12");
        keytool(directory, keys, List.of("-alias", "ca", "-dname", "CN=Test Authority", "-ext", "bc:c"));
        List<String> leaf = new ArrayList<>(List.of("-alias", "server", "-signer", "ca", "-dname", "CN=localhost"));
        leaf.addAll(options.length == 0 ? List.of("-ext", "san=ip:127.0.0.1") : List.of(options));
        keytool(directory, keys, leaf);
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keys)) {
            store.load(in, "changeit".toCharArray());
        }
        Certificate authority = store.getCertificate("ca");
        store.deleteEntry("ca");
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls(store)));
        TlsServer started = new TlsServer(server, authority);
        server.createContext("/", exchange -> {
            started.requests.incrementAndGet();
            if (started.served != null) {
                started.served.server().handle(exchange);
                return;
            }
            exchange.getResponseHeaders().set("Docker-Distribution-Api-Version", "registry/2.0");
            exchange.sendResponseHeaders(exchange.getRequestURI().getPath().equals("/v2/") ? 200 : 404, -1);
            exchange.close();
        });
        server.start();
        return started;
    }

    /**
     * Writes what another server needs for TLS on 127.0.0.1: {@code certificate.pem}, {@code key.pem}, and the authority of
     * the certificate as {@code ca.pem}.
     *
     * @param directory an empty one
     */
    public static void writePem(Path directory) throws Exception {
        try (TlsServer server = start(directory)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            try (InputStream in = Files.newInputStream(directory.resolve("keys.p12"))) {
                store.load(in, "changeit".toCharArray());
            }
            Files.writeString(
                    directory.resolve("certificate.pem"),
                    pem("CERTIFICATE", store.getCertificate("server").getEncoded()));
            Files.writeString(
                    directory.resolve("key.pem"),
                    pem(
                            "PRIVATE KEY",
                            store.getKey("server", "changeit".toCharArray()).getEncoded()));
            Files.writeString(directory.resolve("ca.pem"), server.pem());
        }
    }

    private static String pem(String kind, byte[] content) {
        return "-----BEGIN " + kind + "-----\n" + Base64.getMimeEncoder().encodeToString(content) + "\n-----END " + kind
                + "-----\n";
    }

    private static void keytool(Path directory, Path keys, List<String> options) throws Exception {
        List<String> keytool = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-storetype",
                "PKCS12",
                "-storepass",
                "changeit",
                "-keystore",
                keys.toString()));
        keytool.addAll(options);
        Path log = directory.resolve("keytool.log");
        Process process = new ProcessBuilder(keytool)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (process.waitFor() != 0) {
            throw new IOException(Files.readString(log));
        }
    }

    private static SSLContext tls(KeyStore store) throws GeneralSecurityException {
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, "changeit".toCharArray());
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(managers.getKeyManagers(), null, null);
        return tls;
    }

    /** Answers from now on what this registry would. */
    public void serve(FaultyRegistry registry) {
        served = registry;
    }

    public int port() {
        return server.getAddress().getPort();
    }

    /** Where it is, in a spelling that does not count as loopback. */
    public String address() {
        return THIS_HOST + ":" + server.getAddress().getPort();
    }

    /** The authority of its certificate, in PEM. */
    public String pem() throws GeneralSecurityException {
        return "-----BEGIN CERTIFICATE-----\n" + Base64.getMimeEncoder().encodeToString(authority.getEncoded())
                + "\n-----END CERTIFICATE-----\n";
    }

    /** How many requests have come through TLS. */
    public int requests() {
        return requests.get();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
