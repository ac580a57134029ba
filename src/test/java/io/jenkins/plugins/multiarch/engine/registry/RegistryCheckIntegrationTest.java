package io.jenkins.plugins.multiarch.engine.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import io.jenkins.plugins.multiarch.engine.registry.RegistryCheck.Authentication;
import io.jenkins.plugins.multiarch.engine.registry.RegistryCheck.Permission;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A trial connection to Debian's docker-registry. */
@Tag("integration")
class RegistryCheckIntegrationTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    @Test
    void aRegistryForAnyone() throws IOException {
        try (RealRegistry registry = RealRegistry.start()) {
            RegistryCheck check = RegistryCheck.of(RegistryAccess.anonymous(), registry.address(), "demo/hello", LIMIT);
            assertThat(check.authentication()).isEqualTo(Authentication.NONE);
            assertThat(check.apiVersion()).isEqualTo("registry/2.0");
            assertThat(check.pull()).isEqualTo(Permission.GRANTED);
            assertThat(check.push()).isEqualTo(Permission.GRANTED);
            // Nothing was written, so there is no such repository still.
            assertThatThrownBy(() -> new Registry(RegistryAccess.anonymous()).pull(registry.image("demo/hello:1")))
                    .hasMessageContaining("404");
        }
    }

    @Test
    void aRegistryForOneUser() throws IOException {
        try (RealRegistry registry = RealRegistry.start("bob", "s3cret")) {
            RegistryAccess access = RegistryAccess.anonymous();
            RegistryCheck check = RegistryCheck.of(
                    access.withCredential(registry.address(), "bob", "s3cret"),
                    registry.address(),
                    "demo/hello",
                    LIMIT);
            assertThat(check.authentication()).isEqualTo(Authentication.BASIC);
            assertThat(check.realm()).isEqualTo("test");
            assertThat(check.user()).isEqualTo("bob");
            assertThat(check.push()).isEqualTo(Permission.GRANTED);
            assertThatThrownBy(() -> RegistryCheck.of(
                            access.withCredential(registry.address(), "bob", "wr0ng"), registry.address(), "", LIMIT))
                    .hasMessageContaining("Check the credential")
                    .hasMessageNotContaining("wr0ng");
            assertThatThrownBy(() -> RegistryCheck.of(access, registry.address(), "", LIMIT))
                    .isInstanceOf(RegistryException.NoCredential.class);
        }
    }
}
