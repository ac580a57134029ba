package io.jenkins.plugins.multiarch.engine.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.multiarch.engine.agent.BuildTool;
import java.util.List;
import org.junit.jupiter.api.Test;

class PreparedBuildTest {

    /** The canonical constructor is what deserialization calls. */
    @Test
    void whatAnAgentSendsIsCleaned() {
        PreparedBuild sent = new PreparedBuild(
                true,
                BuildTool.BUILDAH,
                "1.28.2",
                true,
                "native\nFinished: SUCCESS",
                List.of("IMAGE=x:1", "PATH=/evil", "TARGETARCH=a\nb", "TARGETOS=linux"));

        assertThat(sent.explanation()).isEqualTo("native?Finished: SUCCESS");
        assertThat(sent.environment()).containsExactly("IMAGE=x:1", "TARGETOS=linux");
        assertThatThrownBy(() -> new PreparedBuild(true, null, "", false, "", List.of()))
                .isInstanceOf(NullPointerException.class);
    }
}
