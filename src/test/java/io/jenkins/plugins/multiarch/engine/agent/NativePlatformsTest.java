package io.jenkins.plugins.multiarch.engine.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NativePlatformsTest {

    @ParameterizedTest
    @CsvSource({
        "'CPU architecture: 6', linux/arm/v6, 'linux/arm/v6, linux/arm/v5'",
        "'CPU architecture: 5TEJ', linux/arm/v5, linux/arm/v5",
        "'CPU architecture: 7', linux/arm/v7, 'linux/arm/v7, linux/arm/v6, linux/arm/v5'",
    })
    void anArmMachineRunsItsOwnVersionAndOlderOnes(String cpuinfo, String machine, String platforms, @TempDir Path root)
            throws Exception {
        Files.createDirectories(root.resolve("proc"));
        Files.writeString(root.resolve("proc/cpuinfo"), cpuinfo);

        NativePlatforms found = NativePlatforms.read(Platform.parse("linux/arm/v7"), root, new Recorded());

        assertThat(found.machine()).hasToString(machine);
        assertThat(found.platforms()).extracting(Platform::toString).containsExactly(platforms.split(", "));
    }
}
