package io.jenkins.plugins.multiarch.engine.registry;

import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Consumer;

/** Registries that are asked again without a wait. */
public final class QuickRegistry {

    private QuickRegistry() {}

    /** @param retries how often a request is sent again at most */
    public static Registry of(RegistryAccess access, Consumer<String> log, int retries) {
        return new Registry(
                access,
                log,
                new RetryPolicy(
                        1 + retries,
                        Duration.ofMillis(1),
                        Duration.ofSeconds(1),
                        () -> 1,
                        Clock.systemUTC(),
                        delay -> {}));
    }
}
