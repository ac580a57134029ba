package io.jenkins.plugins.multiarch.engine.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArmVersionTest {

    private static final Platform ARM = Platform.parse("linux/arm/v7");

    @TempDir
    private Path root;

    @ParameterizedTest
    @CsvSource({
        "'CPU architecture: 6', linux/arm/v6",
        "'CPU architecture: 6TEJ', linux/arm/v6",
        "'CPU architecture: 5TE', linux/arm/v5",
        "'CPU architecture: 7', linux/arm/v7",
        "'CPU architecture: 8', linux/arm/v7",
        "'model name\t: ARMv6-compatible processor rev 7 (v6l)\nCPU architecture: 7', linux/arm/v6",
        "'Processor\t: ARM926EJ-S rev 5 (v5l)\nCPU architecture: 5TEJ', linux/arm/v5",
        "'model name\t: ARMv7 Processor rev 4 (v7l)\nCPU architecture: 7', linux/arm/v7",
        "'', linux/arm/v7",
    })
    void theFileKnowsOlderVersions(String cpuinfo, String platform) throws IOException {
        Path file = Files.writeString(
                root.resolve("cpuinfo"), cpuinfo.replace("\\t", "\t").replace("\\n", "\n"));
        assertThat(ArmVersion.correct(ARM, file)).hasToString(platform);
        Platform other = Platform.parse("linux/arm64");
        assertThat(ArmVersion.correct(other, file)).isEqualTo(other);
    }

    @Test
    void withoutTheFileItIsWhatJavaSays() {
        assertThat(ArmVersion.correct(ARM, root.resolve("none"))).isEqualTo(ARM);
    }
}
