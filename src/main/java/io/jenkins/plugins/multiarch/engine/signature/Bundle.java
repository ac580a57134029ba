package io.jenkins.plugins.multiarch.engine.signature;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.multiarch.engine.json.Json;

/**
 * A sigstore bundle: an envelope, and which key it is to be verified with. cosign 3 attaches it to images.
 *
 * @param keyHint the key's fingerprint in Base64, as whoever made the bundle says; empty if he says none
 * @see <a href="https://github.com/sigstore/protobuf-specs/blob/v0.4.0/protos/sigstore_bundle.proto">sigstore bundle</a>
 */
record Bundle(Envelope envelope, String keyHint) {

    static final String MEDIA_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json";

    /** Of all versions. */
    private static final String MEDIA_TYPES = "application/vnd.dev.sigstore.bundle";

    static boolean isBundle(String mediaType) {
        return mediaType.startsWith(MEDIA_TYPES);
    }

    /** @throws IllegalArgumentException if it is no bundle of a statement; the message is the rest of a sentence */
    static Bundle parse(byte[] content) {
        JsonNode document = Json.readObject(content);
        if (!document.path("dsseEnvelope").isObject()) {
            throw new IllegalArgumentException("it has no envelope");
        }
        JsonNode key = document.path("verificationMaterial").path("publicKey");
        return new Bundle(Envelope.parse(document.path("dsseEnvelope")), Json.string(key, "hint"));
    }

    byte[] toJson() {
        ObjectNode document = Json.object();
        document.put("mediaType", MEDIA_TYPE);
        document.putObject("verificationMaterial").putObject("publicKey").put("hint", keyHint);
        document.set("dsseEnvelope", envelope.json());
        return Json.write(document, "");
    }
}
