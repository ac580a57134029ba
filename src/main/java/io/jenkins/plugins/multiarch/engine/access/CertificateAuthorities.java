package io.jenkins.plugins.multiarch.engine.access;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** Certificate authorities that are trusted besides those of this Java; its own stay trusted. */
public final class CertificateAuthorities {

    private CertificateAuthorities() {}

    /**
     * Reads certificates.
     *
     * @param pem one or more certificates in PEM, one after the other
     * @throws IOException if the file cannot be read or has none; the message names it
     */
    static List<X509Certificate> read(Path pem) throws IOException {
        try {
            return parse(pem.toString(), Files.readString(pem, StandardCharsets.ISO_8859_1));
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /**
     * Reads certificates.
     *
     * @param name what the text is, for messages
     * @param pem one or more certificates in PEM, one after the other
     * @throws IllegalArgumentException if it has none; the message names it
     */
    static List<X509Certificate> parse(String name, String pem) {
        List<X509Certificate> certificates = new ArrayList<>();
        CertificateException cause = null;
        try {
            CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.ISO_8859_1)))
                    .forEach(certificate -> certificates.add((X509Certificate) certificate));
        } catch (CertificateException e) {
            cause = e;
        }
        if (certificates.isEmpty() || cause != null) {
            String key = pem.contains("PRIVATE KEY-----") ? " It contains a private key; remove it." : "";
            throw new IllegalArgumentException(
                    name + " has no certificates. Give certificate authorities in PEM, with the lines"
                            + " '-----BEGIN CERTIFICATE-----' and '-----END CERTIFICATE-----'." + key,
                    cause);
        }
        return certificates;
    }

    public static SSLContext of(Collection<X509Certificate> more) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            List<X509Certificate> all = new ArrayList<>(more);
            for (TrustManager manager : managers(null)) {
                if (manager instanceof X509TrustManager x509) {
                    all.addAll(List.of(x509.getAcceptedIssuers()));
                }
            }
            for (X509Certificate certificate : all) {
                store.setCertificateEntry("authority " + store.size(), certificate);
            }
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers(store), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("This Java cannot keep certificate authorities", e);
        }
    }

    /** @param store null for what this Java trusts */
    private static TrustManager[] managers(KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }
}
