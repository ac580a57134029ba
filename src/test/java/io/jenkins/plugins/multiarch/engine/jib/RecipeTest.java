package io.jenkins.plugins.multiarch.engine.jib;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.multiarch.engine.build.BuildFeatures;
import io.jenkins.plugins.multiarch.engine.build.BuildRequest;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RecipeTest {

    private static BuildRequest request(String platform, String test, BuildFeatures features) {
        return new BuildRequest(
                ImageReference.parse("example.com/app:1"),
                Platform.parse(platform),
                ".",
                "Dockerfile",
                "",
                Map.of(),
                Map.of(),
                false,
                false,
                test,
                true,
                false,
                features);
    }

    @Test
    void someRequestsNeedAMachineWhateverTheDockerfileSays() {
        BuildFeatures options =
                new BuildFeatures(Map.of(), "", List.of(), List.of(), Map.of(), "", false, List.of("--network=host"));
        assertThatCode(() -> Recipe.requireNoMachineFor(request("linux/arm64", "", BuildFeatures.NONE)))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> Recipe.requireNoMachineFor(request("linux/arm64", "true", BuildFeatures.NONE)))
                .hasMessageStartingWith("The test runs the image");
        assertThatThrownBy(() -> Recipe.requireNoMachineFor(request("windows/amd64", "", BuildFeatures.NONE)))
                .hasMessageStartingWith("The builder jib makes images of Linux");
        assertThatThrownBy(() -> Recipe.requireNoMachineFor(request("linux/arm64", "", options)))
                .hasMessageStartingWith("The builder jib has no options of a build tool");
    }

    @Test
    void theTextAloneTellsWhetherAMachineIsNeeded() {
        BuildRequest request = request("linux/arm64", "", BuildFeatures.NONE);
        assertThatCode(() -> Recipe.withoutContext("Dockerfile", "FROM scratch\nCOPY a /\n")
                        .requireNoMachine(request))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> Recipe.withoutContext("docker/Release", "FROM scratch\nRUN make\n")
                        .requireNoMachine(request))
                .hasMessageStartingWith("docker/Release, line 2: RUN 'make' runs a program");
    }
}
