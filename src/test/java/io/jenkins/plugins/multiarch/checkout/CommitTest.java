package io.jenkins.plugins.multiarch.checkout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import hudson.AbortException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CommitTest {

    private static final Map<String, String> GIT = Map.of(
            "GIT_COMMIT",
            "aaa",
            "GIT_URL",
            "https://git.example.com/x",
            "GIT_PREVIOUS_COMMIT",
            "000",
            "GIT_BRANCH",
            "main");

    @Test
    void theFirstCheckoutTells() throws Exception {
        Commit commit = Commit.UNKNOWN.joinedBy(GIT, "linux/amd64");

        assertThat(commit.isKnown()).isTrue();
        assertThat(commit.revision()).isEqualTo("aaa");
        assertThat(commit.repository()).isEqualTo("https://git.example.com/x");
        assertThat(Commit.ofGit("aaa").joinedBy(GIT, "linux/amd64")).isEqualTo(commit);
    }

    @Test
    void anotherCommitIsRefused() throws Exception {
        Commit commit = Commit.UNKNOWN.joinedBy(GIT, "linux/amd64");

        assertThatExceptionOfType(AbortException.class)
                .isThrownBy(() -> commit.joinedBy(Map.of("GIT_COMMIT", "bbb"), "linux/arm64"))
                .withMessageStartingWith("linux/arm64 got another commit")
                .withMessageContaining("GIT_COMMIT is bbb, not aaa");
    }

    /** What one agent has built before is no part of the commit. */
    @Test
    void onlyTheCommitIsCompared() throws Exception {
        Commit commit = Commit.UNKNOWN.joinedBy(GIT, "linux/amd64");

        assertThat(commit.joinedBy(Map.of("GIT_COMMIT", "aaa", "GIT_PREVIOUS_COMMIT", "999"), "linux/arm64"))
                .isEqualTo(commit);
    }

    @Test
    void everyLocationOfSubversionIsCompared() throws Exception {
        Commit commit = Commit.UNKNOWN.joinedBy(Map.of("SVN_REVISION_1", "7", "SVN_REVISION_2", "8"), "linux/amd64");

        assertThat(commit.revision()).isEqualTo("7");
        assertThatExceptionOfType(AbortException.class)
                .isThrownBy(() -> commit.joinedBy(Map.of("SVN_REVISION_1", "7", "SVN_REVISION_2", "9"), "linux/arm64"))
                .withMessageContaining("SVN_REVISION_2 is 9, not 8");
    }

    @Test
    void anScmThatTellsNothingStaysUnknown() throws Exception {
        assertThat(Commit.UNKNOWN.joinedBy(null, "linux/amd64").isKnown()).isFalse();
        assertThat(Commit.UNKNOWN.joinedBy(Map.of("X", "1"), "linux/amd64").revision())
                .isEmpty();
    }
}
