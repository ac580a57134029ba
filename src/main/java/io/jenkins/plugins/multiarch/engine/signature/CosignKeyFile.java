package io.jenkins.plugins.multiarch.engine.signature;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.multiarch.engine.json.Json;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import org.bouncycastle.crypto.engines.XSalsa20Engine;
import org.bouncycastle.crypto.generators.SCrypt;
import org.bouncycastle.crypto.macs.Poly1305;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;

/**
 * The encrypted private key of {@code cosign generate-key-pair}: a key made of the passphrase by scrypt opens a NaCl
 * secretbox, which holds a PKCS #8.
 *
 * @see <a href="https://github.com/secure-systems-lab/go-securesystemslib/tree/main/encrypted">go-securesystemslib,
 *     encrypted</a>
 * @see <a href="https://nacl.cr.yp.to/secretbox.html">NaCl, secretbox</a>
 */
final class CosignKeyFile {

    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 24;
    private static final int TAG_BYTES = 16;

    /** Four times the memory that cosign's own parameters take, in bytes. */
    private static final long MOST_MEMORY = 256L * 1024 * 1024;

    private static final int MOST_PARALLEL = 16;

    private CosignKeyFile() {}

    /** @return the PKCS #8 in it */
    static byte[] decrypt(Pem pem, char[] passphrase) {
        byte[] salt;
        byte[] nonce;
        byte[] box;
        int cost;
        int block;
        int parallel;
        String derivation;
        String encryption;
        try {
            JsonNode file = Json.readObject(pem.content());
            JsonNode kdf = file.path("kdf");
            derivation = Json.string(kdf, "name");
            encryption = Json.string(file.path("cipher"), "name");
            cost = number(kdf, "N");
            block = number(kdf, "r");
            parallel = number(kdf, "p");
            salt = bytes(kdf, "salt");
            nonce = bytes(file.path("cipher"), "nonce");
            box = bytes(file, "ciphertext");
        } catch (IllegalArgumentException e) {
            throw Pem.truncated(PrivateKeyFile.WHAT, pem.label(), null);
        }
        require("key derivation", "scrypt", derivation);
        require("cipher", "nacl/secretbox", encryption);
        boolean isSound = nonce.length == NONCE_BYTES
                && box.length > TAG_BYTES
                && Integer.bitCount(cost) == 1
                && cost > 1
                && block > 0
                && parallel > 0
                && parallel <= MOST_PARALLEL
                && 128L * cost * block <= MOST_MEMORY;
        if (!isSound) {
            throw Pem.truncated(PrivateKeyFile.WHAT, pem.label(), null);
        }
        byte[] password = utf8(passphrase);
        byte[] key = SCrypt.generate(password, salt, cost, block, parallel, KEY_BYTES);
        Arrays.fill(password, (byte) 0);
        return open(key, nonce, box);
    }

    /** The cipher's first block makes the key of the authenticator; the message follows it. */
    private static byte[] open(byte[] key, byte[] nonce, byte[] box) {
        XSalsa20Engine cipher = new XSalsa20Engine();
        cipher.init(false, new ParametersWithIV(new KeyParameter(key), nonce));
        byte[] authenticatorKey = new byte[KEY_BYTES];
        cipher.processBytes(authenticatorKey, 0, KEY_BYTES, authenticatorKey, 0);
        Poly1305 authenticator = new Poly1305();
        authenticator.init(new KeyParameter(authenticatorKey));
        authenticator.update(box, TAG_BYTES, box.length - TAG_BYTES);
        byte[] tag = new byte[TAG_BYTES];
        authenticator.doFinal(tag, 0);
        if (!MessageDigest.isEqual(tag, Arrays.copyOf(box, TAG_BYTES))) {
            throw new IllegalArgumentException(
                    "The passphrase does not open the private key. Give the one that it was made with.");
        }
        byte[] message = new byte[box.length - TAG_BYTES];
        cipher.processBytes(box, TAG_BYTES, message.length, message, 0);
        return message;
    }

    private static void require(String what, String known, String given) {
        if (!given.equals(known)) {
            throw new IllegalArgumentException("The private key's " + what + " '" + given + "' is unknown; it must be '"
                    + known + "'. Make the file anew with 'cosign import-key-pair'.");
        }
    }

    private static int number(JsonNode kdf, String name) {
        return (int) Math.min(Json.size(kdf.path("params"), name), Integer.MAX_VALUE);
    }

    private static byte[] bytes(JsonNode object, String field) {
        return Base64.getDecoder().decode(Json.string(object, field));
    }

    private static byte[] utf8(char[] text) {
        ByteBuffer encoded = StandardCharsets.UTF_8.encode(CharBuffer.wrap(text));
        byte[] bytes = new byte[encoded.remaining()];
        encoded.get(bytes);
        Arrays.fill(encoded.array(), (byte) 0);
        return bytes;
    }
}
