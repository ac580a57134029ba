package io.jenkins.plugins.multiarch.engine.bake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The order of the targets, their platforms and their tags. */
class BakePlanTest {

    private static BakePlan plan(String targets, String... wanted) {
        BakeFile file = BakeFile.read("{\"target\": {%s}}".formatted(targets.replace('\'', '"')));
        return BakePlan.of(file, List.of(wanted), List.of("linux/amd64", "linux/arm64"), ImageReference::parse);
    }

    private static List<String> names(BakePlan plan) {
        return plan.targets().stream().map(PlannedTarget::name).toList();
    }

    private static PlannedTarget target(BakePlan plan, String name) {
        return plan.targets().stream()
                .filter(target -> target.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            'a': {}, 'b': {}                                                       | b a | b a
            'a': {'contexts': {'x': 'target:b'}}, 'b': {}                          | a   | b a
            'a': {'contexts': {'x': 'target:b', 'y': 'target:c'}}, 'b': {'contexts': {'z': 'target:c'}}, 'c': {} | a | c b a
            'a': {'contexts': {'x': 'target:b'}}, 'b': {}, 'c': {}                 | c a | c b a
            """)
    void aTargetComesAfterThoseThatItBuildsOn(String targets, String wanted, String order) {
        assertThat(String.join(" ", names(plan(targets, wanted.split(" "))))).isEqualTo(order);
    }

    @Test
    void whatIsBuiltOnlyForOthersIsNotPublished() {
        BakePlan plan = plan("'a': {'contexts': {'x': 'target:b'}}, 'b': {'tags': ['r.example.com/b:1']}", "a");
        assertThat(target(plan, "b").published()).isFalse();
        assertThat(target(plan, "b").isBase()).isTrue();
        assertThat(target(plan, "a").published()).isTrue();
        assertThat(target(plan, "a").isBase()).isFalse();
        assertThat(target(plan("'b': {'output': ['type=cacheonly']}", "b"), "b").published())
                .isFalse();
    }

    @Test
    void whoNamesNoPlatformIsBuiltForWhatIsNeeded() {
        BakePlan plan = plan("""
                'a': {'contexts': {'x': 'target:open'}, 'platforms': ['linux/s390x']},
                'b': {'contexts': {'x': 'target:open'}, 'platforms': ['linux/arm64']},
                'open': {}, 'c': {}""", "a", "b", "c");
        assertThat(target(plan, "open").platforms()).containsExactlyInAnyOrder("linux/s390x", "linux/arm64");
        assertThat(target(plan, "c").platforms()).containsExactly("linux/amd64", "linux/arm64");
        assertThat(target(plan, "a").platforms()).containsExactly("linux/s390x");
    }

    @Test
    void tagsAreGroupedByRepository() {
        BakePlan plan = plan(
                "'a': {'tags': ['r.example.com/a:1', 'example/a', 'r.example.com/a:2', 'docker.io/example/a:latest']}",
                "a");
        PlannedTarget a = target(plan, "a");
        assertThat(a.repositories()).hasToString("{r.example.com/a=[1, 2], docker.io/example/a=[latest]}");
        assertThat(a.references())
                .containsExactly("r.example.com/a:1", "r.example.com/a:2", "docker.io/example/a:latest");
        assertThat(plan.image(a)).hasToString("r.example.com/a:1");
    }

    /** One without tags is pushed by digest, so it needs the repository of another. */
    @Test
    void oneWithoutTagsIsBuiltInTheRepositoryOfThoseOnTop() {
        BakePlan plan = plan("""
                'a': {'contexts': {'x': 'target:b'}, 'tags': ['r.example.com/a:1']},
                'b': {'contexts': {'x': 'target:c d'}}, 'c d': {}, 'e': {}""", "a", "e");
        assertThat(plan.image(target(plan, "b"))).hasToString("r.example.com/a:b");
        assertThat(plan.image(target(plan, "c d"))).hasToString("r.example.com/a:c-d");
        assertThat(plan.image(target(plan, "e"))).hasToString("localhost/bake:e");
        assertThatThrownBy(plan::requireTags)
                .hasMessage("Target 'e' has no tags, so it cannot be pushed. Give it tags, or build without pushing.");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            'a': {'contexts': {'x': 'target:b'}}, 'b': {'contexts': {'x': 'target:c'}}, 'c': {'contexts': {'x': 'target:b'}} \
            | The targets build on each other in a circle: b -> c -> b. Remove one of these contexts.
            'a': {'contexts': {'x': 'target:a'}} | The targets build on each other in a circle: a -> a.
            'a': {'contexts': {'x': 'target:z'}} | Target 'a' builds on 'target:z', which is not in the bake file. It has the targets a.
            'b': {} | The bake file has no target and no group 'a'. It has the targets b.
            'a': {'contexts': {'x': 'target:b'}}, 'b': {'platforms': ['linux/amd64']} \
            | Target 'a' is built for linux/amd64, linux/arm64, but 'b', which it builds on, only for linux/amd64.
            'a': {'tags': ['R.example.com/X:1']} | Target 'a' has the tag 'R.example.com/X:1'.
            """)
    void whatCannotBeIsNamed(String targets, String message) {
        assertThatThrownBy(() -> plan(targets, "a"))
                .isInstanceOf(BakeFileException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void aBaseNeedsARepository() {
        BakePlan plan = plan("'a': {'contexts': {'x': 'target:b'}, 'output': ['type=cacheonly']}, 'b': {}", "a");
        assertThatThrownBy(plan::requireTags)
                .hasMessage(
                        "Target 'b' has no tags, and neither have the targets that build on it, so there is no repository"
                                + " to hand it on through. Give it tags.");
    }

    @Test
    void twoTargetsCannotHaveOneTag() {
        assertThatThrownBy(() ->
                        plan("'a': {'tags': ['example/x']}, 'b': {'tags': ['docker.io/example/x:latest']}", "a", "b"))
                .hasMessage(
                        "The targets 'a' and 'b' have the same tag docker.io/example/x:latest. Only one of them could be"
                                + " published.");
    }
}
