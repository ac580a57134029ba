package io.jenkins.plugins.multiarch.engine.registry;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.multiarch.engine.json.Json;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * What the configuration of an image says of the platform it is for; the manifest itself says nothing.
 *
 * @param os as written in the configuration, e.g. {@code linux}
 * @param architecture as written in the configuration, e.g. {@code arm64}
 * @param variant as written in the configuration; empty if it has none
 * @param osVersion {@code os.version}, used by Windows images; empty if there is none
 * @param osFeatures {@code os.features}; empty if there are none
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.0/config.md#properties">OCI image
 *     configuration</a>
 */
public record ImageConfig(String os, String architecture, String variant, String osVersion, List<String> osFeatures)
        implements Serializable {

    public ImageConfig {
        osFeatures = List.copyOf(osFeatures);
    }

    /**
     * Reads a configuration blob.
     *
     * @throws IllegalArgumentException if it is no JSON or names no platform; the message says which
     */
    public static ImageConfig parse(byte[] blob) {
        try {
            JsonNode config = Json.readObject(blob);
            String os = Json.string(config, "os");
            String architecture = Json.string(config, "architecture");
            if (os.isEmpty() || architecture.isEmpty()) {
                throw new IllegalArgumentException("it names no platform");
            }
            List<String> features = new ArrayList<>();
            Json.list(config, "os.features").forEach(feature -> features.add(feature.asText()));
            return new ImageConfig(
                    os, architecture, Json.string(config, "variant"), Json.string(config, "os.version"), features);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("its configuration is invalid: " + e.getMessage(), e);
        }
    }

    /** The platform in its normal spelling. */
    public Platform platform() {
        return Platform.of(os, architecture, variant);
    }

    /**
     * Whether an image with this configuration cannot be what was asked for. A variant that the configuration leaves
     * out contradicts none: the classic builders never write it.
     */
    public boolean contradicts(Platform wanted) {
        String variantThatCounts = variant.isEmpty() ? "" : wanted.variant();
        return !platform().satisfies(new Platform(wanted.os(), wanted.architecture(), variantThatCounts));
    }
}
