package io.jenkins.plugins.multiarch.engine.signature;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;

/** New keys for tests, in PEM. */
public final class TestKeys {

    private TestKeys() {}

    /** A key that can sign. */
    public static SigningKey signing() {
        return SigningKey.read(pem("PRIVATE KEY", ec("secp256r1").getPrivate().getEncoded()), new char[0]);
    }

    /** A private key that can sign, as a file has it. */
    public static String privatePem() {
        return pem("PRIVATE KEY", ec("secp256r1").getPrivate().getEncoded());
    }

    static KeyPair ec(String curve) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(curve));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static KeyPair of(String algorithm) {
        try {
            return KeyPairGenerator.getInstance(algorithm).generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static String pem(String label, byte[] content) {
        return "-----BEGIN " + label + "-----\n" + Base64.getMimeEncoder().encodeToString(content) + "\n-----END "
                + label + "-----\n";
    }
}
