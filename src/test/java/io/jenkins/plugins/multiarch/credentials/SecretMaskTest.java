package io.jenkins.plugins.multiarch.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Run;
import io.jenkins.plugins.multiarch.WithSharedJenkins;
import io.jenkins.plugins.multiarch.engine.access.RegistryCredential;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import jenkins.security.MasterToSlaveCallable;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;

@WithSharedJenkins
class SecretMaskTest {

    /** What is in the log afterwards. */
    private static final class Log extends MasterToSlaveCallable<String, IOException> {

        private static final long serialVersionUID = 1L;

        private final SecretMask mask;
        private final String line;

        Log(SecretMask mask, String line) {
            this.mask = mask;
            this.line = line;
        }

        @Override
        public String call() throws IOException {
            ByteArrayOutputStream log = new ByteArrayOutputStream();
            try (OutputStream masked = mask.decorateLogger((Run<?, ?>) null, log)) {
                masked.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            }
            return log.toString(StandardCharsets.UTF_8);
        }
    }

    /** Git, for example, logs there while it checks out. */
    @Test
    void agentsMaskWhatTheyLog(JenkinsRule jenkins) throws Exception {
        SecretMask mask = new SecretMask("UTF-8");
        var agent = jenkins.createOnlineSlave().getChannel();

        assertThat(agent.call(new Log(mask, "nothing yet: s3cr3t"))).isEqualTo("nothing yet: s3cr3t\n");
        mask.add(new RegistryCredential("robot", "s3cr3t"));
        assertThat(agent.call(new Log(mask, "given: s3cr3t"))).isEqualTo("given: ****\n");
        mask.add("0ther".getBytes(StandardCharsets.UTF_8));
        assertThat(agent.call(new Log(mask, "both: s3cr3t, 0ther, cm9ib3Q6czNjcjN0")))
                .isEqualTo("both: ****, ****, ****\n");
        assertThat(new Log(mask, "here: s3cr3t, 0ther").call()).isEqualTo("here: ****, ****\n");
    }
}
