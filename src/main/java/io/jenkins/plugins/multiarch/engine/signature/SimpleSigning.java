package io.jenkins.plugins.multiarch.engine.signature;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.multiarch.engine.json.Json;
import io.jenkins.plugins.multiarch.engine.provenance.Statement;
import io.jenkins.plugins.multiarch.engine.provenance.Subject;
import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import java.util.List;
import java.util.Map;

/**
 * What cosign 2 signs of an image.
 *
 * @see <a href="https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md#simple-signing">cosign signature
 *     specification, simple signing</a>
 */
final class SimpleSigning {

    static final String MEDIA_TYPE = "application/vnd.dev.cosign.simplesigning.v1+json";

    private static final String TYPE = "cosign container image signature";

    private SimpleSigning() {}

    /** @param image by digest */
    static byte[] payload(ImageReference image) {
        ObjectNode document = Json.object();
        ObjectNode critical = document.putObject("critical");
        critical.putObject("identity").put("docker-reference", image.name());
        critical.putObject("image").put("docker-manifest-digest", image.digest());
        critical.put("type", TYPE);
        document.putNull("optional");
        return Json.write(document, "");
    }

    /**
     * The same as a statement of cosign 3.
     *
     * @throws IllegalArgumentException if it is none; the message is the rest of a sentence
     */
    static SignedStatement opened(String location, byte[] payload, byte[] signature) {
        JsonNode critical = Json.readObject(payload).path("critical");
        String type = Json.string(critical, "type");
        if (!type.equals(TYPE)) {
            throw new IllegalArgumentException("its type '" + type + "' is no signature of an image");
        }
        Digest digest = Digest.parse(Json.string(critical.path("image"), "docker-manifest-digest"));
        Subject subject = new Subject(
                Json.string(critical.path("identity"), "docker-reference"), Map.of(digest.algorithm(), digest.hex()));
        Statement statement = new Statement(List.of(subject), SignedStatement.SIGNATURE, Json.object());
        return new SignedStatement(location, "", payload, List.of(signature), statement);
    }
}
