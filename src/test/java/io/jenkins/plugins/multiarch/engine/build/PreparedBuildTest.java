package io.jenkins.plugins.multiarch.engine.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.multiarch.engine.agent.BuildTool;
import org.junit.jupiter.api.Test;

class PreparedBuildTest {

    /** The canonical constructor is what deserialization calls. */
    @Test
    void whatAnAgentSendsIsCleaned() {
        PreparedBuild sent = new PreparedBuild(true, BuildTool.BUILDAH, true, "native\nFinished: SUCCESS");

        assertThat(sent.explanation()).isEqualTo("native?Finished: SUCCESS");
        assertThatThrownBy(() -> new PreparedBuild(true, null, false, "")).isInstanceOf(NullPointerException.class);
    }
}
