package io.jenkins.plugins.multiarch.engine.signature;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Map;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.sec.SECNamedCurves;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/**
 * Reads private keys, with Bouncy Castle. Nothing else of the engine needs it, so that a command that only verifies runs
 * without.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc5958">RFC 5958, PKCS #8</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc5915">RFC 5915, EC private key</a>
 */
final class PrivateKeyFile {

    static final String WHAT = "private key";

    private static final AlgorithmIdentifier P256 =
            new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, SECObjectIdentifiers.secp256r1);

    /** Keys that people have. The names are for errors. */
    private static final Map<String, String> OTHER_KINDS =
            Map.of("1.2.840.113549.1.1.1", "RSA", "1.3.101.112", "Ed25519", "1.2.840.10040.4.1", "DSA");

    private static final Map<String, String> OTHER_CURVES = Map.of(
            "1.3.132.0.34", "EC on P-384",
            "1.3.132.0.35", "EC on P-521",
            "1.3.132.0.10", "EC on secp256k1");

    private PrivateKeyFile() {}

    static SigningKey read(Pem pem, char[] passphrase) {
        return switch (pem.label()) {
            case "PRIVATE KEY" -> ofPkcs8(pem.label(), pem.content());
            case "EC PRIVATE KEY" -> ofSec1(pem);
            case "ENCRYPTED SIGSTORE PRIVATE KEY", "ENCRYPTED COSIGN PRIVATE KEY" ->
                ofPkcs8(pem.label(), CosignKeyFile.decrypt(pem, passphrase));
            case "RSA PRIVATE KEY" -> throw VerificationKey.otherKind("RSA");
            case "ENCRYPTED PRIVATE KEY" ->
                throw new IllegalArgumentException(
                        "The private key is encrypted in the way of OpenSSL. Decrypt it with"
                                + " 'openssl pkey -in FILE', or use the encrypted key file of cosign ('cosign import-key-pair').");
            case "PUBLIC KEY", "CERTIFICATE" ->
                throw new IllegalArgumentException("This is a public key ('" + pem.label()
                        + "'), which cannot sign. Give the private key that belongs to it.");
            default ->
                throw new IllegalArgumentException("A '" + pem.label() + "' is no private key that signs images. Give a"
                        + " 'PRIVATE KEY' (EC, P-256) in PEM, or the key file of 'cosign generate-key-pair'.");
        };
    }

    private interface Parsing<T> {
        T parse() throws IOException;
    }

    /** Bouncy Castle throws exceptions of many kinds at what is malformed, and some of them quote it. */
    private static <T> T parsed(String label, Parsing<T> parsing) {
        try {
            return parsing.parse();
        } catch (IOException | RuntimeException e) {
            throw Pem.truncated(WHAT, label, null);
        }
    }

    private static SigningKey ofPkcs8(String label, byte[] der) {
        PrivateKeyInfo info = parsed(label, () -> PrivateKeyInfo.getInstance(der));
        ASN1ObjectIdentifier algorithm = info.getPrivateKeyAlgorithm().getAlgorithm();
        if (!algorithm.equals(X9ObjectIdentifiers.id_ecPublicKey)) {
            throw VerificationKey.otherKind(OTHER_KINDS.getOrDefault(algorithm.getId(), algorithm.getId()));
        }
        BigInteger secret = parsed(
                label, () -> ECPrivateKey.getInstance(info.parsePrivateKey()).getKey());
        return of(label, secret, info.getPrivateKeyAlgorithm().getParameters());
    }

    private static SigningKey ofSec1(Pem pem) {
        ECPrivateKey key = parsed(pem.label(), () -> ECPrivateKey.getInstance(pem.content()));
        BigInteger secret = parsed(pem.label(), key::getKey);
        return of(pem.label(), secret, parsed(pem.label(), key::getParametersObject));
    }

    /** @param named the curve */
    private static SigningKey of(String label, BigInteger secret, ASN1Encodable named) {
        if (!SECObjectIdentifiers.secp256r1.equals(named)) {
            throw VerificationKey.otherKind(OTHER_CURVES.getOrDefault(String.valueOf(named), "EC on another curve"));
        }
        X9ECParameters curve = SECNamedCurves.getByOID(SECObjectIdentifiers.secp256r1);
        if (secret.signum() <= 0 || secret.compareTo(curve.getN()) >= 0) {
            throw Pem.truncated(WHAT, label, null);
        }
        // Not every file has the public half, and one that has it may have another key's.
        byte[] point = curve.getG().multiply(secret).getEncoded(false);
        try {
            KeyFactory keys = KeyFactory.getInstance("EC");
            PublicKey publicKey =
                    keys.generatePublic(new X509EncodedKeySpec(new SubjectPublicKeyInfo(P256, point).getEncoded()));
            PrivateKey privateKey = keys.generatePrivate(new PKCS8EncodedKeySpec(
                    new PrivateKeyInfo(P256, new ECPrivateKey(curve.getN().bitLength(), secret)).getEncoded()));
            return new SigningKey(privateKey, VerificationKey.of(publicKey));
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("This Java cannot use a key on P-256", e);
        }
    }
}
