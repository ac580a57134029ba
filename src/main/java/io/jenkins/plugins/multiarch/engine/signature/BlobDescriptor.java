package io.jenkins.plugins.multiarch.engine.signature;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.multiarch.engine.json.Json;
import io.jenkins.plugins.multiarch.engine.reference.Digest;

/**
 * How a manifest refers to some content.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.0/descriptor.md">OCI descriptor</a>
 */
final class BlobDescriptor {

    private BlobDescriptor() {}

    /** A new tree every time. */
    static ObjectNode of(String mediaType, byte[] content) {
        ObjectNode descriptor = Json.object();
        descriptor.put("mediaType", mediaType);
        descriptor.put("size", content.length);
        descriptor.put("digest", Digest.ofSha256(content).toString());
        return descriptor;
    }
}
