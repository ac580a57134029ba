package io.jenkins.plugins.multiarch.engine.cli;

import io.jenkins.plugins.multiarch.engine.http.Connections;
import io.jenkins.plugins.multiarch.engine.json.Json;
import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.threads.Workers;

/**
 * Loads the classes that a command needs to ask a registry, in a thread of its own, while the main thread reads the
 * arguments. On two processors a short command ends earlier.
 */
final class HeadStart {

    private HeadStart() {}

    /** Begins, and waits for nothing. */
    static void take() {
        Workers.daemon(HeadStart::load).start();
    }

    private static void load() {
        Connections.prepare();
        Json.write(Json.readLeniently("{}"), "");
        Digest.ofSha256(new byte[0]);
    }
}
