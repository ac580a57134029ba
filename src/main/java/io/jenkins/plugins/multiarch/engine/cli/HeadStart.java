package io.jenkins.plugins.multiarch.engine.cli;

import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import io.jenkins.plugins.multiarch.engine.http.Connections;
import io.jenkins.plugins.multiarch.engine.json.Json;
import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import io.jenkins.plugins.multiarch.engine.threads.Workers;
import java.io.IOException;

/**
 * Gets ready what a command needs to ask a registry, in a thread of its own, while the main thread has something else to do. On
 * two processors a short command ends earlier.
 */
final class HeadStart {

    private HeadStart() {}

    /** Loads the classes that every command needs. Begins, and waits for nothing. */
    static void take() {
        Workers.daemon(HeadStart::load).start();
    }

    /**
     * Connects to the registry of an image that a build tool is about to push, and that is read back afterwards. Begins, and waits
     * for nothing. Whoever needs the registry says if it cannot be reached.
     */
    static void connect(RegistryAccess access, ImageReference image) {
        Workers.daemon(() -> {
                    try {
                        new Registry(access).has(image);
                    } catch (IOException | RuntimeException e) {
                        return;
                    }
                })
                .start();
    }

    private static void load() {
        Connections.prepare();
        Json.write(Json.readLeniently("{}"), "");
        Digest.ofSha256(new byte[0]);
    }
}
