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

/** A server with a certificate of its own that has nothing: it answers 404, over TLS. */
final class TlsServer implements AutoCloseable {

    /** 127.0.0.1 in a spelling that does not count as loopback, so that it stands for any other host. */
    static final String THIS_HOST = "[::ffff:7f00:1]";

    private final HttpsServer server;
    private final Certificate certificate;
    private final AtomicInteger requests = new AtomicInteger();

    private TlsServer(HttpsServer server, Certificate certificate) {
        this.server = server;
        this.certificate = certificate;
    }

    /**
     * Starts it.
     *
     * @param directory an empty one for its key
     * @param options of keytool, e.g. for when the certificate begins and ends to be valid
     */
    static TlsServer start(Path directory, String... options) throws Exception {
        Path keys = directory.resolve("keys.p12");
        List<String> keytool = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-storepass",
                "changeit",
                "-keystore",
                keys.toString()));
        keytool.addAll(List.of(options));
        Process process = new ProcessBuilder(keytool)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("keytool.log").toFile())
                .start();
        if (process.waitFor() != 0) {
            throw new IOException(Files.readString(directory.resolve("keytool.log")));
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keys)) {
            store.load(in, "changeit".toCharArray());
        }
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls(store)));
        TlsServer started =
                new TlsServer(server, store.getCertificate(store.aliases().nextElement()));
        server.createContext("/", exchange -> {
            started.requests.incrementAndGet();
            exchange.sendResponseHeaders(404, -1);
            exchange.close();
        });
        server.start();
        return started;
    }

    private static SSLContext tls(KeyStore store) throws GeneralSecurityException {
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, "changeit".toCharArray());
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(managers.getKeyManagers(), null, null);
        return tls;
    }

    /** Where it is, in a spelling that does not count as loopback. */
    String address() {
        return THIS_HOST + ":" + server.getAddress().getPort();
    }

    /** Its own certificate, in PEM. */
    String pem() throws GeneralSecurityException {
        return "-----BEGIN CERTIFICATE-----\n" + Base64.getMimeEncoder().encodeToString(certificate.getEncoded())
                + "\n-----END CERTIFICATE-----\n";
    }

    /** How many requests have come through TLS. */
    int requests() {
        return requests.get();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
