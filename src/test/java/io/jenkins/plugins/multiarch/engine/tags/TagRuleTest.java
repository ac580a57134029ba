package io.jenkins.plugins.multiarch.engine.tags;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TagRuleTest {

    private static final List<TagRule> ALL = List.of(TagRule.values());

    /** Variables as Jenkins sets them, and the tags that all rules give together. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            BRANCH_NAME=main;BRANCH_IS_PRIMARY=true;GIT_COMMIT=0123456789abcdef0123456789abcdef01234567 | main sha-0123456 latest
            BRANCH_NAME=feature/JIRA-7 fix;GIT_COMMIT=0123456789abcdef0123456789abcdef01234567 | feature-JIRA-7-fix sha-0123456
            BRANCH_NAME=.github/ünï--x | github-n---x
            BRANCH_NAME=PR-12;CHANGE_ID=12;CHANGE_TARGET=main;GIT_COMMIT=abcdef0 | pr-12 sha-abcdef0
            BRANCH_NAME=PR-12;CHANGE_ID=12;BRANCH_IS_PRIMARY=true | pr-12
            BRANCH_NAME=v1.2.3;TAG_NAME=v1.2.3 | 1.2.3 1.2 1 latest
            BRANCH_NAME=1.2.3;TAG_NAME=1.2.3+build.5 | 1.2.3 1.2 1 latest
            TAG_NAME=v2.0.0-rc.1 | 2.0.0-rc.1
            TAG_NAME=v0.3.0 | 0.3.0 0.3 latest
            TAG_NAME=v01.2.3 | ''
            TAG_NAME=nightly | ''
            GIT_COMMIT=main | ''
            A=b | ''
            """)
    void tagsFollowFromWhatIsBuilt(String variables, String tags) {
        Map<String, String> environment = new TreeMap<>();
        for (String variable : variables.split(";")) {
            environment.put(variable.replaceFirst("=.*", ""), variable.replaceFirst("^[^=]*=", ""));
        }

        List<String> expected =
                Stream.of(tags.split(" ")).filter(tag -> !tag.isEmpty()).toList();

        assertThat(TagRule.tags(ALL, SourceRef.of(environment))).isEqualTo(expected);
    }

    @Test
    void rulesAreAppliedInTheOrderGiven() {
        SourceRef ref = SourceRef.of(Map.of("BRANCH_NAME", "main", "BRANCH_IS_PRIMARY", "true"));

        assertThat(TagRule.tags(List.of(TagRule.LATEST, TagRule.BRANCH, TagRule.LATEST), ref))
                .containsExactly("latest", "main");
        assertThat(TagRule.tags(List.of(TagRule.BRANCH), SourceRef.of(Map.of("BRANCH_NAME", "x".repeat(300)))))
                .containsExactly("x".repeat(128));
    }

    @ParameterizedTest
    @CsvSource({
        "v1.2.9, '2.0.0 1.2.8 latest main', false",
        "v2.0.1, '2.0.0 1.2.8 2.1.0-rc.1', true",
        "v2.0.0, '2.0.0', true",
        "v1.0.0, '', true"
    })
    void aReleaseOfAnOlderLineIsNotTheLatest(String tag, String present, boolean latest) {
        SourceRef ref = SourceRef.of(Map.of("TAG_NAME", tag));
        List<String> tags = TagRule.tags(List.of(TagRule.SEMVER, TagRule.LATEST), ref);

        List<String> left = TagRule.withoutLatestOfOldRelease(tags, ref, List.of(present.split(" ")));

        assertThat(left.contains("latest")).isEqualTo(latest);
        assertThat(left).contains(tag.substring(1));
    }

    @Test
    void anUnknownRuleIsNamedWithThoseThatThereAre() {
        assertThatThrownBy(() -> TagRule.parse("date"))
                .hasMessage("Unknown rule 'date' in tagsFrom. Choose branch, pr, semver, sha, latest.");
    }

    /** The example of section 11 of the specification. */
    @Test
    void versionsAreOrderedAsTheSpecificationSays() {
        List<SemanticVersion> versions = Stream.of(
                        "1.0.0-alpha",
                        "1.0.0-alpha.1",
                        "1.0.0-alpha.beta",
                        "1.0.0-beta",
                        "1.0.0-beta.2",
                        "1.0.0-beta.11",
                        "1.0.0-rc.1",
                        "1.0.0",
                        "1.0.10",
                        "1.2.0",
                        "10.0.0")
                .map(text -> SemanticVersion.parse(text).orElseThrow())
                .toList();

        assertThat(versions.stream().sorted().toList()).isEqualTo(versions);
        for (int i = 1; i < versions.size(); i++) {
            assertThat(versions.get(i)).isGreaterThan(versions.get(i - 1));
        }
    }
}
