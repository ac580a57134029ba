package io.jenkins.plugins.multiarch.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

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

    private static final LabelRules CONVENTIONS = new LabelRules(Map.of(), "", false, "");
    private static final LabelRules DISCOVERED = new LabelRules(Map.of(), "", true, "multiarch-builder");

    private static final String NATIVE = "multiarch-linux-arm64 && multiarch-builder";
    private static final String CONVENTIONAL = "arm64 && docker";
    private static final String QEMU_AMD64 = "multiarch-qemu-linux-arm64 && multiarch-linux-amd64 && multiarch-builder";
    private static final String QEMU_ANY = "multiarch-qemu-linux-arm64 && multiarch-builder";

    /** A pool in which agents are counted by label expression. */
    private static final class CountedPool implements AgentPool {

        private final Map<String, LabelCapacity> matching = new HashMap<>();
        private final Map<String, LabelCapacity> emulating = new HashMap<>();
        private final Map<String, Integer> free = new HashMap<>();

        CountedPool matching(String label, int ready, int offline, boolean cloud) {
            matching.put(label, LabelCapacity.of(label, ready, offline, cloud));
            return this;
        }

        CountedPool emulating(String label, int ready) {
            emulating.put(label, LabelCapacity.of(label, ready, 0, false));
            return this;
        }

        /** The agent that the build occupies runs the platforms of the label itself. */
        CountedPool here(String label, int othersReady) {
            matching.put(label, new LabelCapacity(label, othersReady, 0, "builder", false, "", ""));
            return this;
        }

        /** The agent that the build occupies emulates the platforms of the label. */
        CountedPool emulatingHere(String label) {
            emulating.put(label, new LabelCapacity(label, 0, 0, "builder", false, "", ""));
            return this;
        }

        CountedPool free(String label, int executors) {
            free.put(label, executors);
            return this;
        }

        CountedPool failing(String label, String problem, String remedy) {
            emulating.put(label, LabelCapacity.none(label, problem, remedy));
            return this;
        }

        @Override
        public LabelCapacity matching(String label) {
            return either(label, matching);
        }

        @Override
        public LabelCapacity unprobed(String label) {
            return matching.containsKey(label) ? matching(label) : either(label, emulating);
        }

        @Override
        public LabelCapacity emulating(String label, Platform platform) {
            return either(label, emulating);
        }

        @Override
        public boolean reserve(String label) {
            Integer left = free.get(label);
            if (left == null || left == 0) {
                return false;
            }
            free.put(label, left - 1);
            return true;
        }

        @Override
        public String howToMap() {
            return "map it";
        }

        private static LabelCapacity either(String label, Map<String, LabelCapacity> supplies) {
            String[] sides = label.split(" \\|\\| ");
            if (sides.length == 1) {
                return supplies.getOrDefault(label, LabelCapacity.of(label, 0, 0, false));
            }
            List<LabelCapacity> counted = Stream.of(sides)
                    .map(side -> supplies.get(side.substring(1, side.length() - 1)))
                    .toList();
            return LabelCapacity.of(
                    label,
                    counted.stream().mapToInt(LabelCapacity::ready).sum(),
                    counted.stream().mapToInt(LabelCapacity::offline).sum(),
                    counted.stream().anyMatch(LabelCapacity::cloud));
        }
    }

    private static PlannedPlatform plan(LabelRules rules, AgentPool pool, String emulation) {
        return new Planner(rules, pool)
                .plan(List.of(ARM64), Emulation.parse(emulation))
                .platforms()
                .get(0);
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
        AgentPool conventional =
                new CountedPool().matching(CONVENTIONAL, ready, offline, cloud).emulating("amd64 && docker", emulators);
        AgentPool discovered =
                new CountedPool().matching(NATIVE, ready, offline, cloud).emulating(QEMU_AMD64, emulators);

        for (PlannedPlatform planned :
                List.of(plan(CONVENTIONS, conventional, emulation), plan(DISCOVERED, discovered, emulation))) {
            assertThat(planned.mode()).hasToString(expected);
            assertThat(planned.reason()).isNotEmpty();
            assertThat(planned.label().isEmpty()).isEqualTo(planned.isImpossible());
            assertThat(planned.remedy().isEmpty()).isNotEqualTo(planned.isImpossible());
            assertThat(planned.worthWaiting()).isEqualTo(offline > 0 && expected.equals("emulated"));
        }
    }

    /** Agents that are ready by: discovered native, conventional, QEMU on amd64, QEMU on any, conventional QEMU. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "1 ; 1 ; 1 ; 1 ; 1 ; (multiarch-linux-arm64 && multiarch-builder) || (arm64 && docker)",
                "1 ; 0 ; 1 ; 1 ; 1 ; multiarch-linux-arm64 && multiarch-builder",
                "0 ; 1 ; 1 ; 1 ; 1 ; arm64 && docker",
                "0 ; 0 ; 1 ; 1 ; 1 ; (multiarch-qemu-linux-arm64 && multiarch-linux-amd64 && multiarch-builder) || (amd64 && docker)",
                "0 ; 0 ; 1 ; 1 ; 0 ; multiarch-qemu-linux-arm64 && multiarch-linux-amd64 && multiarch-builder",
                "0 ; 0 ; 0 ; 1 ; 1 ; (multiarch-qemu-linux-arm64 && multiarch-builder) || (amd64 && docker)",
                "0 ; 0 ; 0 ; 1 ; 0 ; multiarch-qemu-linux-arm64 && multiarch-builder",
                "0 ; 0 ; 0 ; 0 ; 1 ; amd64 && docker",
                "0 ; 0 ; 0 ; 0 ; 0 ; ''",
            })
    void joinsAllThatWouldDoAndPrefersNativeToEmulated(
            int discovered, int conventional, int onAmd64, int onAny, int byConvention, String label) {
        AgentPool pool = new CountedPool()
                .matching(NATIVE, discovered, 0, false)
                .matching(CONVENTIONAL, conventional, 0, false)
                .emulating(QEMU_AMD64, onAmd64)
                .emulating(QEMU_ANY, onAny)
                .emulating("amd64 && docker", byConvention);

        assertThat(plan(DISCOVERED, pool, "fallback").label()).isEqualTo(label);
    }

    @Test
    void aCloudStandsInForAnAgentThatMayNotComeBack() {
        AgentPool pool = new CountedPool().matching(NATIVE, 1, 0, false).matching(CONVENTIONAL, 0, 0, true);

        PlannedPlatform planned = plan(DISCOVERED, pool, "fallback");

        assertThat(planned.mode()).isEqualTo(Mode.NATIVE);
        assertThat(planned.label()).isEqualTo("(" + NATIVE + ") || (" + CONVENTIONAL + ")");
        assertThat(planned.reason()).isEqualTo("1 agent is available, and a cloud provisions more");
    }

    @Test
    void whatTheOccupiedAgentRunsIsBuiltInPlace() {
        PlannedPlatform planned = plan(DISCOVERED, new CountedPool().here(NATIVE, 3), "never");

        assertThat(planned.mode()).isEqualTo(Mode.NATIVE);
        assertThat(planned.inPlace()).isTrue();
        assertThat(planned.label()).isEmpty();
        assertThat(planned.place()).isEqualTo("in place");
        assertThat(planned.reason())
                .isEqualTo("agent 'builder' builds it, where this build runs; no other agent for it is free");
    }

    @Test
    void whatTheOccupiedAgentEmulatesIsBuiltInPlaceUnlessThereIsANativeAgent() {
        CountedPool pool = new CountedPool().emulatingHere(QEMU_AMD64);

        PlannedPlatform emulated = plan(DISCOVERED, pool, "fallback");
        assertThat(emulated.mode()).isEqualTo(Mode.EMULATED);
        assertThat(emulated.inPlace()).isTrue();
        assertThat(emulated.reason()).startsWith("there is no native agent").contains("agent 'builder' emulates it");

        assertThat(plan(DISCOVERED, pool.matching(NATIVE, 1, 0, false), "fallback"))
                .extracting(PlannedPlatform::mode, PlannedPlatform::inPlace)
                .containsExactly(Mode.NATIVE, false);
    }

    @Test
    void freeExecutorsOfOthersAreTakenFirstEachOnce() {
        LabelRules rules = new LabelRules(Map.of(ARM64, "any", S390X, "any"), "", false, "");
        CountedPool pool = new CountedPool().here("any", 1).free("any", 1);

        assertThat(new Planner(rules, pool)
                        .plan(List.of(ARM64, S390X), Emulation.FALLBACK)
                        .platforms())
                .extracting(PlannedPlatform::inPlace, PlannedPlatform::label)
                .containsExactly(tuple(false, "any"), tuple(true, ""));
    }

    @Test
    void anOfflineNativeAgentIsWaitedForWhereNothingEmulates() {
        AgentPool pool = new CountedPool().matching(NATIVE, 0, 1, false);

        PlannedPlatform planned = plan(DISCOVERED, pool, "fallback");

        assertThat(planned.mode()).isEqualTo(Mode.NATIVE);
        assertThat(planned.label()).isEqualTo(NATIVE);
        assertThat(planned.reason()).isEqualTo("its only agent is offline; the build waits for it");
    }

    @Test
    void anAgentWhoseEmulatorWasInstalledSinceTheLastProbeIsFound() {
        AgentPool pool = new CountedPool().emulating("multiarch-builder", 1);

        assertThat(plan(DISCOVERED, pool, "fallback").mode()).isEqualTo(Mode.EMULATED);
    }

    @Test
    void prefersTheAdministratorsLabelToEverything() {
        LabelRules rules = new LabelRules(Map.of(ARM64, "graviton"), "emulators", true, "multiarch-podman");
        AgentPool pool = new CountedPool()
                .matching("graviton", 2, 0, false)
                .matching("multiarch-linux-arm64 && multiarch-podman", 5, 0, false)
                .matching(CONVENTIONAL, 5, 0, false)
                .emulating("multiarch-qemu-linux-s390x && multiarch-linux-amd64 && multiarch-podman", 1)
                .emulating("emulators", 1);

        Plan plan = new Planner(rules, pool).plan(List.of(ARM64, S390X, ARM64), Emulation.FALLBACK);

        assertThat(plan.platforms())
                .extracting(PlannedPlatform::platform, PlannedPlatform::mode, PlannedPlatform::label)
                .containsExactly(tuple(ARM64, Mode.NATIVE, "graviton"), tuple(S390X, Mode.EMULATED, "emulators"));
        assertThat(plan.requirePossible()).isSameAs(plan);
    }

    @Test
    void theAdministratorsLabelAloneCountsForItsPlatform() {
        LabelRules rules = new LabelRules(Map.of(ARM64, "graviton"), "", true, "");
        AgentPool pool = new CountedPool().matching("multiarch-linux-arm64", 5, 0, false);

        assertThat(plan(rules, pool, "never").isImpossible()).isTrue();
    }

    @Test
    void conventionsNameArchitectureVariantAndOtherOperatingSystems() {
        assertThat(Stream.of("linux/amd64", "linux/arm/v7", "windows/amd64")
                        .map(Platform::parse)
                        .map(LabelRules::conventionalLabel))
                .containsExactly("amd64 && docker", "armv7 && docker", "windows && amd64 && docker");
    }

    @Test
    void namesEveryImpossiblePlatformAndItsRemedy() {
        AgentPool pool = new CountedPool()
                .matching("amd64 && docker", 1, 0, false)
                .failing(
                        "amd64 && docker",
                        "agent 'builder': no handler",
                        "On agent 'builder': apt-get install qemu-user-static");
        Plan plan = new Planner(CONVENTIONS, pool)
                .plan(List.of(Platform.parse("linux/amd64"), ARM64, S390X), Emulation.FALLBACK);

        assertThatThrownBy(plan::requirePossible)
                .isInstanceOf(ImpossiblePlanException.class)
                .hasMessage("Nothing can build linux/arm64: no agent or cloud has the native label 'arm64 && docker';"
                        + " agent 'builder': no handler.\n"
                        + "Nothing can build linux/s390x: no agent or cloud has the native label 's390x && docker';"
                        + " agent 'builder': no handler.\n"
                        + "Remedy: On agent 'builder': apt-get install qemu-user-static");
    }

    @Test
    void windowsIsNeverEmulated() {
        AgentPool pool = new CountedPool().emulating("amd64 && docker", 1);
        Plan plan = new Planner(CONVENTIONS, pool).plan(List.of(Platform.parse("windows/amd64")), Emulation.ALWAYS);

        assertThat(plan.platforms())
                .singleElement()
                .satisfies(planned -> assertThat(planned.reason()).contains("emulates Linux only"));
    }

    @Test
    void printsAlignedColumns() {
        AgentPool pool =
                new CountedPool().matching("amd64 && docker", 2, 0, false).emulating("amd64 && docker", 1);
        Plan plan =
                new Planner(CONVENTIONS, pool).plan(List.of(Platform.parse("linux/amd64"), S390X), Emulation.FALLBACK);

        assertThat(plan.lines())
                .containsExactly(
                        "linux/amd64  native    amd64 && docker  2 agents are available (label by convention)",
                        "linux/s390x  emulated  amd64 && docker  there is no native agent");
    }

    @Test
    void refusesAnEmptyRequestAndUnknownEmulation() {
        Planner planner = new Planner(CONVENTIONS, new CountedPool());
        assertThatThrownBy(() -> planner.plan(List.of(), Emulation.FALLBACK)).hasMessageContaining("No platform");
        assertThatThrownBy(() -> Emulation.parse("maybe"))
                .hasMessageContaining("'maybe'")
                .hasMessageContaining("fallback");
    }
}
