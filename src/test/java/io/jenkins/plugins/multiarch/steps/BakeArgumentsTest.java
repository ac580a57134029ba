package io.jenkins.plugins.multiarch.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.multiarch.engine.bake.BakeFile;
import io.jenkins.plugins.multiarch.engine.bake.BakePlan;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

/** What the steps for one target are called with. */
class BakeArgumentsTest {

    private final MultiArchBakeStep step = new MultiArchBakeStep();

    /** @param targets JSON, with ' for " */
    private static BakePlan plan(String targets) {
        return BakePlan.of(
                BakeFile.read("{\"target\": {%s}}".formatted(targets.replace('\'', '"'))),
                List.of("app"),
                List.of("linux/amd64"),
                ImageReference::parse);
    }

    private BakeArguments arguments(BakePlan plan) {
        return new BakeArguments(BakeOrder.of(step), plan);
    }

    @Test
    void aCredentialGoesToItsOwnRegistryAlone() {
        BakePlan plan =
                plan("'app': {'tags': ['one.example.com/app:1', 'two.example.com/app:1', 'two.example.com/app:2']}");
        step.setCredentialsId("mine");
        assertThatThrownBy(() -> arguments(plan))
                .hasMessageStartingWith(
                        "The tags are in the registries one.example.com, two.example.com, and credentialsId 'mine'");

        step.setLogins(List.of(new RegistryLogin("one.example.com", "first")));
        BakeArguments arguments = arguments(plan);
        assertThat(arguments.build(plan.targets().get(0)))
                .containsEntry("image", "one.example.com/app:1")
                .containsEntry("credentialsId", "first")
                .containsEntry("push", true);
        List<Map<String, Object>> publications =
                arguments.publications(plan.targets().get(0));
        assertThat(publications).hasSize(2);
        assertThat(publications.get(0)).doesNotContainKey("sourceCredentialsId");
        assertThat(publications.get(1)).containsEntry("sourceCredentialsId", "first");
        assertThat(publications.get(1).get("push"))
                .asInstanceOf(InstanceOfAssertFactories.MAP)
                .containsEntry("image", "two.example.com/app:1")
                .containsEntry("tags", List.of("2"))
                .containsEntry("credentialsId", "mine");
    }

    @Test
    void whatIsNotPublishedIsPushedOnlyIfOthersBuildOnIt() {
        BakePlan plan = plan("""
                'app': {'contexts': {'b': 'target:base'}, 'output': ['type=cacheonly'], 'tags': ['r.example.com/app:1']},
                'base': {}""");
        BakeArguments arguments = arguments(plan);
        assertThat(arguments.build(plan.targets().get(0)))
                .containsEntry("image", "r.example.com/app:base")
                .containsEntry("push", true);
        assertThat(arguments.build(plan.targets().get(1))).containsEntry("push", false);
        assertThat(plan.targets())
                .allSatisfy(target -> assertThat(arguments.publications(target)).isEmpty());
    }

    @Test
    void aTargetGetsTheSecretsThatItNames() {
        BakePlan plan = plan("'app': {'tags': ['r.example.com/app:1'], 'secret': ['id=a'], 'ssh': ['default']}");
        assertThatThrownBy(() -> arguments(plan)).hasMessageStartingWith("Target 'app' needs the secret 'a'.");
        step.setSecrets(Map.of("a", "credential", "b", "another"));
        assertThatThrownBy(() -> arguments(plan)).hasMessageStartingWith("Target 'app' needs SSH.");
        step.setSshCredentialsId("key");
        assertThat(arguments(plan).build(plan.targets().get(0)))
                .containsEntry("secrets", Map.of("a", "credential"))
                .containsEntry("sshCredentialsId", "key");
    }

    @Test
    void eachTargetHasACacheOfItsOwn() {
        BakePlan plan = plan("'app': {'tags': ['r.example.com/app:1'], 'cache-from': ['r.example.com/app:cache']}");
        assertThat(arguments(plan).build(plan.targets().get(0)))
                .doesNotContainKey("cache")
                .extractingByKey("cacheFrom")
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .hasSize(2);
        step.setCache("r.example.com/cache");
        assertThat(arguments(plan).build(plan.targets().get(0)))
                .containsEntry("cache", "r.example.com/cache-app")
                .doesNotContainKey("cacheFrom");
    }
}
