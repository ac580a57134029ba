package io.jenkins.plugins.multiarch.engine.signature;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.multiarch.engine.json.Json;
import io.jenkins.plugins.multiarch.engine.provenance.Statement;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * A statement with its signatures, in a DSSE envelope.
 *
 * @param payload the exact bytes of the statement
 * @param signatures each in ASN.1; at least one
 * @see <a href="https://github.com/secure-systems-lab/dsse/blob/v1.0.0/envelope.md">DSSE envelope</a>
 */
record Envelope(byte[] payload, List<byte[]> signatures) {

    private static final String PAYLOAD_TYPE = "application/vnd.in-toto+json";

    Envelope {
        signatures = List.copyOf(signatures);
    }

    static Envelope sign(Statement statement, SigningKey key) {
        byte[] payload = statement.toJson();
        return new Envelope(payload, List.of(key.sign(authenticated(payload))));
    }

    /**
     * What is signed of a payload.
     *
     * @see <a href="https://github.com/secure-systems-lab/dsse/blob/v1.0.0/protocol.md">DSSE protocol, pre-authentication
     *     encoding</a>
     */
    private static byte[] authenticated(byte[] payload) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        String head = "DSSEv1 " + PAYLOAD_TYPE.length() + " " + PAYLOAD_TYPE + " " + payload.length + " ";
        all.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
        all.writeBytes(payload);
        return all.toByteArray();
    }

    /** @throws IllegalArgumentException if it is no envelope of a statement; the message is the rest of a sentence */
    static Envelope parse(JsonNode document) {
        String type = Json.string(document, "payloadType");
        if (!type.equals(PAYLOAD_TYPE)) {
            throw new IllegalArgumentException("its payload type '" + type + "' is no in-toto statement");
        }
        List<byte[]> signatures = new ArrayList<>();
        for (JsonNode signature : Json.list(document, "signatures")) {
            signatures.add(bytes(signature, "sig"));
        }
        if (signatures.isEmpty()) {
            throw new IllegalArgumentException("it has no signature");
        }
        return new Envelope(bytes(document, "payload"), signatures);
    }

    static byte[] bytes(JsonNode object, String field) {
        try {
            return Base64.getDecoder().decode(Json.string(object, field));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("its '" + field + "' is not Base64", e);
        }
    }

    ObjectNode json() {
        ObjectNode document = Json.object();
        document.put("payload", Base64.getEncoder().encodeToString(payload));
        document.put("payloadType", PAYLOAD_TYPE);
        signatures.forEach(signature -> document.withArrayProperty("signatures")
                .addObject()
                .put("sig", Base64.getEncoder().encodeToString(signature)));
        return document;
    }

    /** @throws IllegalArgumentException if the payload is no statement; the message is the rest of a sentence */
    SignedStatement opened(String location, String keyHint) {
        return new SignedStatement(location, keyHint, authenticated(payload), signatures, Statement.parse(payload));
    }
}
