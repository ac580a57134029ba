package io.jenkins.plugins.multiarch.engine.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageConfigTest {

    private static ImageConfig parse(String json) {
        return ImageConfig.parse(json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void readsEveryPartOfThePlatform() {
        ImageConfig config = parse("{\"os\":\"windows\",\"architecture\":\"amd64\",\"os.version\":\"10.0.20348.1\","
                + "\"os.features\":[\"win32k\"]}");
        assertThat(config.platform()).isEqualTo(Platform.parse("windows/amd64"));
        assertThat(config.osVersion()).isEqualTo("10.0.20348.1");
        assertThat(config.osFeatures()).containsExactly("win32k");
        assertThat(parse("{\"os\":\"linux\",\"architecture\":\"arm\",\"variant\":\"v6\"}")
                        .platform())
                .hasToString("linux/arm/v6");
    }

    @ParameterizedTest
    @CsvSource({
        "amd64, '', linux/amd64, false",
        "amd64, '', linux/arm64, true",
        "arm64, v8, linux/arm64, false",
        "arm, '', linux/arm/v6, false",
        "arm, v7, linux/arm/v6, true",
        "arm, v6, linux/arm/v6, false",
        "amd64, '', windows/amd64, true",
    })
    void aVariantThatIsLeftOutContradictsNone(String architecture, String variant, String wanted, boolean contradicts) {
        ImageConfig config =
                parse("{\"os\":\"linux\",\"architecture\":\"" + architecture + "\",\"variant\":\"" + variant + "\"}");
        assertThat(config.contradicts(Platform.parse(wanted))).isEqualTo(contradicts);
    }

    @Test
    void refusesWhatNamesNoPlatform() {
        assertThatThrownBy(() -> parse("{}")).hasMessageContaining("names no platform");
        assertThatThrownBy(() -> parse("nonsense")).hasMessageContaining("not JSON");
    }
}
