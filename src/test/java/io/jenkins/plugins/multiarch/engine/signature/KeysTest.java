package io.jenkins.plugins.multiarch.engine.signature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.interfaces.ECPrivateKey;
import java.util.Base64;
import java.util.stream.Stream;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class KeysTest {

    private static final byte[] CONTENT = "what is signed".getBytes(StandardCharsets.UTF_8);
    private static final char[] PASSPHRASE = "correct horse ä".toCharArray();
    private static final KeyPair PAIR = TestKeys.ec("secp256r1");
    private static final String PUBLIC =
            TestKeys.pem("PUBLIC KEY", PAIR.getPublic().getEncoded());
    private static final String PRIVATE =
            TestKeys.pem("PRIVATE KEY", PAIR.getPrivate().getEncoded());

    private static String resource(String name) {
        try (InputStream in = KeysTest.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static SigningKey read(String text) {
        return SigningKey.read(text, new char[0]);
    }

    @Test
    void whatOneKeySignsItsOtherHalfVerifiesAndNoOtherDoes() {
        SigningKey key = read(PRIVATE);
        byte[] signature = key.sign(CONTENT);

        assertThat(VerificationKey.read(PUBLIC).verifies(CONTENT, signature)).isTrue();
        assertThat(VerificationKey.read(PUBLIC).verifies("other".getBytes(StandardCharsets.UTF_8), signature))
                .isFalse();
        assertThat(TestKeys.signing().verificationKey().verifies(CONTENT, signature))
                .isFalse();
        assertThat(key.verificationKey().verifies(CONTENT, new byte[] {1, 2, 3}))
                .isFalse();
    }

    @Test
    void aPrivateKeyKnowsItsPublicHalf() {
        assertThat(read(PRIVATE).verificationKey()).isEqualTo(VerificationKey.read(PUBLIC));
        assertThat(VerificationKey.read(read(PRIVATE).verificationKey().pem())).isEqualTo(VerificationKey.read(PUBLIC));
    }

    @Test
    void aKeyInSec1IsRead() throws IOException {
        BigInteger secret = ((ECPrivateKey) PAIR.getPrivate()).getS();
        byte[] sec1 =
                new org.bouncycastle.asn1.sec.ECPrivateKey(256, secret, SECObjectIdentifiers.secp256r1).getEncoded();
        String parameters = TestKeys.pem("EC PARAMETERS", SECObjectIdentifiers.secp256r1.getEncoded());

        assertThat(read(parameters + TestKeys.pem("EC PRIVATE KEY", sec1)).verificationKey())
                .isEqualTo(VerificationKey.read(PUBLIC));
    }

    @Test
    void theEncryptedKeyOfCosignIsOpenedByItsPassphrase() {
        SigningKey key = SigningKey.read(resource("cosign.key"), PASSPHRASE);

        assertThat(key.verificationKey()).isEqualTo(VerificationKey.read(resource("cosign.pub")));
        // Old files of cosign differ in nothing but their label.
        assertThat(SigningKey.read(resource("cosign.key").replace("SIGSTORE", "COSIGN"), PASSPHRASE)
                        .verificationKey())
                .isEqualTo(key.verificationKey());
    }

    @Test
    void theFingerprintIsThatOfTheDerKey() {
        // openssl pkey -pubin -in cosign.pub -outform DER | sha256sum
        assertThat(VerificationKey.read(resource("cosign.pub")).fingerprint())
                .isEqualTo("sha256:1cd74ded3054f24fc08ed65c4421651362dc418ad9fb33761ab0b5342f6d5603");
    }

    @Test
    void nothingThatIsPrintedShowsAPrivateKey() {
        SigningKey key = read(PRIVATE);
        String secret = ((ECPrivateKey) PAIR.getPrivate()).getS().toString(16);

        assertThat(key.toString())
                .isEqualTo("private key of " + VerificationKey.read(PUBLIC).fingerprint())
                .doesNotContain(secret);
        assertThat(Pem.parse(PRIVATE, "private key")).hasToString("PRIVATE KEY");
    }

    static Stream<Arguments> badPrivateKeys() {
        String encrypted = resource("cosign.key");
        String middle = encrypted.substring(0, encrypted.length() / 2);
        String body = encrypted.replaceAll("-----.*-----|\\s", "");
        String file = new String(Base64.getDecoder().decode(body), StandardCharsets.UTF_8);
        byte[] der = PAIR.getPrivate().getEncoded();
        return Stream.of(
                arguments("an empty file", "", "is not in PEM"),
                arguments("base64 alone", body, "is not in PEM"),
                arguments("a file that ends early", PRIVATE.substring(0, 60), "is truncated or damaged"),
                arguments("a key that ends early", middle, "is truncated or damaged"),
                arguments(
                        "half of a DER", TestKeys.pem("PRIVATE KEY", java.util.Arrays.copyOf(der, 30)), "is truncated"),
                arguments(
                        "no DER at all", TestKeys.pem("PRIVATE KEY", new byte[] {1, 2, 3}), "is truncated or damaged"),
                arguments(
                        "SEC 1 without content", TestKeys.pem("EC PRIVATE KEY", new byte[] {0x30, 0}), "is truncated"),
                arguments("a public key", PUBLIC, "This is a public key ('PUBLIC KEY'), which cannot sign"),
                arguments("an RSA key", pkcs8("RSA"), "of the kind RSA"),
                arguments("an old RSA key", TestKeys.pem("RSA PRIVATE KEY", new byte[] {1}), "of the kind RSA"),
                arguments("an Ed25519 key", pkcs8("Ed25519"), "of the kind Ed25519"),
                arguments("another curve", p384(), "of the kind EC on P-384"),
                arguments("OpenSSL's encryption", TestKeys.pem("ENCRYPTED PRIVATE KEY", der), "openssl pkey"),
                arguments(
                        "an SSH key",
                        TestKeys.pem("OPENSSH PRIVATE KEY", der),
                        "'OPENSSH PRIVATE KEY' is no private key"),
                arguments("a wrong passphrase", encrypted, "The passphrase does not open the private key"),
                arguments("another cipher", box(file.replace("nacl/secretbox", "aes")), "cipher 'aes' is unknown"),
                arguments("another derivation", box(file.replace("\"scrypt\"", "\"argon\"")), "'argon' is unknown"),
                arguments("cost beyond memory", box(file.replace("65536", "1073741824")), "is truncated or damaged"),
                arguments("no power of two", box(file.replace("65536", "65537")), "is truncated or damaged"),
                arguments("no cost", box(file.replace("65536", "\"much\"")), "is truncated or damaged"),
                arguments("no JSON", box("{"), "is truncated or damaged"));
    }

    private static String box(String json) {
        return TestKeys.pem("ENCRYPTED SIGSTORE PRIVATE KEY", json.getBytes(StandardCharsets.UTF_8));
    }

    private static String pkcs8(String algorithm) {
        return TestKeys.pem("PRIVATE KEY", TestKeys.of(algorithm).getPrivate().getEncoded());
    }

    private static String p384() {
        return TestKeys.pem("PRIVATE KEY", TestKeys.ec("secp384r1").getPrivate().getEncoded());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badPrivateKeys")
    void whatIsNoPrivateKeyIsRefusedAndNotQuoted(String what, String text, String message) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message)
                .satisfies(e -> text.lines()
                        .filter(line -> line.length() > 20 && !line.startsWith("-----"))
                        .forEach(line -> assertThat(e.toString() + e.getCause()).doesNotContain(line)));
    }

    static Stream<Arguments> badPublicKeys() {
        byte[] der = PAIR.getPublic().getEncoded();
        return Stream.of(
                arguments("an empty file", "", "The public key is not in PEM"),
                arguments(
                        "half of a DER", TestKeys.pem("PUBLIC KEY", java.util.Arrays.copyOf(der, 40)), "is truncated"),
                arguments("a private key", PRIVATE, "This is a private key ('PRIVATE KEY')"),
                arguments("a damaged certificate", TestKeys.pem("CERTIFICATE", der), "The certificate ('CERTIFICATE')"),
                arguments("a request", TestKeys.pem("CERTIFICATE REQUEST", der), "is no key to verify with"),
                arguments("an RSA key", spki("RSA"), "of the kind RSA"),
                arguments("an Ed25519 key", spki("Ed25519"), "of the kind EdDSA"),
                arguments(
                        "another curve",
                        TestKeys.pem(
                                "PUBLIC KEY",
                                TestKeys.ec("secp384r1").getPublic().getEncoded()),
                        "of the kind EC of 384 bits"));
    }

    private static String spki(String algorithm) {
        return TestKeys.pem("PUBLIC KEY", TestKeys.of(algorithm).getPublic().getEncoded());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badPublicKeys")
    void whatIsNoPublicKeyIsRefused(String what, String text, String message) {
        assertThatThrownBy(() -> VerificationKey.read(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void aCertificateStandsForItsKeyWhileItIsValid() {
        assertThat(VerificationKey.read(resource("valid.pem"))).isEqualTo(VerificationKey.read(resource("valid.pub")));
        assertThatThrownBy(() -> VerificationKey.read(resource("expired.pem")))
                .hasMessage(
                        "The certificate of CN=release has expired on 2021-01-01T00:00:00Z. Give its successor, or the"
                                + " public key itself.");
        assertThatThrownBy(() -> VerificationKey.read(resource("future.pem")))
                .hasMessageContaining("is not valid before 2120-01-01T00:00:00Z");
    }
}
