package io.jenkins.plugins.multiarch.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.multiarch.engine.plan.Plan.ImpossiblePlanException;
import io.jenkins.plugins.multiarch.engine.plan.PlannedPlatform.Mode;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlannerTest {

    private static final Platform ARM64 = Platform.parse("linux/arm64");
    private static final Platform S390X = Platform.parse("linux/s390x");

    /** A pool in which agents are counted by label expression. */
    private static final class CountedPool implements AgentPool {

        private final Map<String, Supply> matching = new HashMap<>();
        private final Map<String, Supply> emulating = new HashMap<>();

        CountedPool matching(String label, int ready, int offline, boolean cloud) {
            matching.put(label, new Supply(label, ready, offline, cloud, ""));
            return this;
        }

        CountedPool emulating(String label, int ready, int offline, String problem) {
            emulating.put(label, new Supply(label, ready, offline, false, problem));
            return this;
        }

        @Override
        public Supply matching(String label) {
            return matching.getOrDefault(label, new Supply(label, 0, 0, false, ""));
        }

        @Override
        public Supply emulating(String label, Platform platform) {
            return emulating.getOrDefault(label, new Supply(label, 0, 0, false, ""));
        }
    }

    /** natives: ready/offline/cloud; emulators: ready. */
    @ParameterizedTest
    @CsvSource({
        "1, 0, false, 1, fallback, native",
        "0, 0, true,  1, fallback, native",
        "0, 1, false, 1, fallback, emulated",
        "0, 0, false, 1, fallback, emulated",
        "0, 1, false, 0, fallback, native",
        "0, 0, false, 0, fallback, impossible",
        "1, 0, false, 1, never,    native",
        "0, 1, false, 1, never,    native",
        "0, 0, false, 1, never,    impossible",
        "1, 0, false, 1, always,   emulated",
        "1, 0, false, 0, always,   native",
        "0, 0, false, 0, always,   impossible",
    })
    void choosesByWhatThePoolHas(
            int ready, int offline, boolean cloud, int emulators, String emulation, String expected) {
        AgentPool pool = new CountedPool()
                .matching("arm64 && docker", ready, offline, cloud)
                .emulating("amd64 && docker", emulators, 0, "");

        Plan plan = new Planner(LabelRules.CONVENTIONS, pool).plan(List.of(ARM64), Emulation.parse(emulation));

        assertThat(plan.platforms()).singleElement().satisfies(planned -> {
            assertThat(planned.mode()).hasToString(expected);
            assertThat(planned.reason()).isNotEmpty();
        });
    }

    @Test
    void prefersTheAdministratorsLabelToTheConvention() {
        LabelRules rules = new LabelRules(Map.of(ARM64, "graviton"), "emulators");
        AgentPool pool = new CountedPool()
                .matching("graviton", 2, 0, false)
                .matching("arm64 && docker", 5, 0, false)
                .emulating("emulators", 1, 0, "");

        Plan plan = new Planner(rules, pool).plan(List.of(ARM64, S390X, ARM64), Emulation.FALLBACK);

        assertThat(plan.platforms())
                .extracting(PlannedPlatform::platform, PlannedPlatform::mode, PlannedPlatform::label)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(ARM64, Mode.NATIVE, "graviton"),
                        org.assertj.core.groups.Tuple.tuple(S390X, Mode.EMULATED, "emulators"));
        assertThat(plan.requirePossible()).isSameAs(plan);
    }

    @Test
    void conventionsNameArchitectureVariantAndOtherOperatingSystems() {
        assertThat(Stream.of("linux/amd64", "linux/arm/v7", "windows/amd64")
                        .map(Platform::parse)
                        .map(LabelRules.CONVENTIONS::nativeLabel))
                .containsExactly("amd64 && docker", "armv7 && docker", "windows && amd64 && docker");
    }

    @Test
    void namesEveryImpossiblePlatformAndItsRemedy() {
        AgentPool pool = new CountedPool()
                .matching("amd64 && docker", 1, 0, false)
                .emulating("amd64 && docker", 0, 0, "on agent 'builder', run update-binfmts --enable qemu-s390x");
        Plan plan = new Planner(LabelRules.CONVENTIONS, pool)
                .plan(List.of(Platform.parse("linux/amd64"), ARM64, S390X), Emulation.FALLBACK);

        assertThatThrownBy(plan::requirePossible)
                .isInstanceOf(ImpossiblePlanException.class)
                .hasMessageContaining(
                        "Nothing can build linux/arm64: no agent or cloud has the label 'arm64 && docker'")
                .hasMessageContaining("Nothing can build linux/s390x")
                .hasMessageContaining("update-binfmts --enable qemu-s390x")
                .hasMessageNotContaining("linux/amd64:");
    }

    @Test
    void saysEachRemedyOnce() {
        Plan plan = new Planner(LabelRules.CONVENTIONS, new CountedPool()).plan(List.of(ARM64, S390X), Emulation.NEVER);

        assertThatThrownBy(plan::requirePossible)
                .hasMessage("Nothing can build linux/arm64: no agent or cloud has the label 'arm64 && docker'.\n"
                        + "Nothing can build linux/s390x: no agent or cloud has the label 's390x && docker'.\n"
                        + "Give the label to an agent of that architecture, or map the platform to another label"
                        + " expression under Manage Jenkins » System » Multi-Arch Build."
                        + " Emulation is 'never'; 'fallback' would allow QEMU.");
    }

    @Test
    void windowsIsNeverEmulated() {
        AgentPool pool = new CountedPool().emulating("amd64 && docker", 1, 0, "");
        Plan plan = new Planner(LabelRules.CONVENTIONS, pool)
                .plan(List.of(Platform.parse("windows/amd64")), Emulation.ALWAYS);

        assertThat(plan.platforms())
                .singleElement()
                .satisfies(planned -> assertThat(planned.reason()).contains("emulates Linux only"));
    }

    @Test
    void printsAlignedColumns() {
        AgentPool pool =
                new CountedPool().matching("amd64 && docker", 2, 0, false).emulating("amd64 && docker", 1, 0, "");
        Plan plan = new Planner(LabelRules.CONVENTIONS, pool)
                .plan(List.of(Platform.parse("linux/amd64"), S390X), Emulation.FALLBACK);

        assertThat(plan.lines())
                .containsExactly(
                        "linux/amd64  native    amd64 && docker  2 agents are available (label by convention)",
                        "linux/s390x  emulated  amd64 && docker  no agent has the native label 's390x && docker'");
    }

    @Test
    void refusesAnEmptyRequestAndUnknownEmulation() {
        Planner planner = new Planner(LabelRules.CONVENTIONS, new CountedPool());
        assertThatThrownBy(() -> planner.plan(List.of(), Emulation.FALLBACK)).hasMessageContaining("No platform");
        assertThatThrownBy(() -> Emulation.parse("maybe"))
                .hasMessageContaining("'maybe'")
                .hasMessageContaining("fallback");
    }
}
