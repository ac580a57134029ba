package io.jenkins.plugins.multiarch.engine.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChallengeTest {

    @Test
    void readsABearerChallenge() {
        assertThat(Challenge.parse(List.of("Bearer realm=\"https://auth.example/token?a=b\",service=\"reg\","
                        + "scope=\"repository:demo/hello:pull,push\"")))
                .containsExactly(new Challenge(
                        "bearer",
                        Map.of(
                                "realm",
                                "https://auth.example/token?a=b",
                                "service",
                                "reg",
                                "scope",
                                "repository:demo/hello:pull,push")));
    }

    @Test
    void readsSeveralChallengesFromOneHeaderOrMany() {
        List<Challenge> expected = List.of(
                new Challenge("basic", Map.of("realm", "a \"b\"")),
                new Challenge("bearer", Map.of("realm", "https://x", "error", "invalid_token")));
        assertThat(Challenge.parse(
                        List.of("Basic realm=\"a \\\"b\\\"\", Bearer realm=\"https://x\", error=invalid_token")))
                .isEqualTo(expected);
        assertThat(Challenge.parse(
                        List.of("Basic realm=\"a \\\"b\\\"\"", "BEARER Realm=\"https://x\",error=\"invalid_token\"")))
                .isEqualTo(expected);
    }

    @Test
    void stopsAtNonsense() {
        assertThat(Challenge.parse(List.of("\"???"))).isEmpty();
        assertThat(Challenge.parse(List.of("Negotiate"))).containsExactly(new Challenge("negotiate", Map.of()));
        assertThat(Challenge.parse(List.of("Basic"))).containsExactly(new Challenge("basic", Map.of()));
    }

    /** As a hostile registry could send it. */
    @Test
    void aLongValueNeedsNoDeepStack() {
        for (String part : List.of("a", "\\\"", ",", " ")) {
            String value = part.repeat(100_000);
            assertThat(Challenge.parse(List.of("Bearer realm=\"" + value + "\",service=\"x\"")))
                    .singleElement()
                    .satisfies(challenge ->
                            assertThat(challenge.parameter("service")).isEqualTo("x"));
            assertThat(Challenge.parse(List.of("Bearer realm=\"" + value))).hasSize(1);
        }
    }
}
