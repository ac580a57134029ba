package io.jenkins.plugins.multiarch.engine.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MachineJsonTest {

    private static final Platform AMD64 = Platform.parse("linux/amd64");
    private static final Platform ARM64 = Platform.parse("linux/arm64");
    private static final Version V = new Version("26.1.3", 26, 1);

    private static Machine machine(String text) {
        return machine(text, List.of(new Requirement(text, Requirement.State.WARNING, text, text)));
    }

    private static Machine machine(String text, List<Requirement> requirements) {
        return new Machine(
                AMD64,
                List.of(AMD64, Platform.parse("linux/386")),
                List.of(Platform.parse("linux/arm/v7"), ARM64),
                text,
                text,
                text,
                16L << 30,
                new BuildTools(
                        new Docker(V, null, text, text),
                        new Buildx(V, text, "docker-container", List.of(ARM64), ""),
                        null,
                        V,
                        new Engine(ARM64, text, new Storage(text, 1L << 40)),
                        List.of("podman")),
                requirements);
    }

    @Test
    void returnsWhatWasWritten() {
        Machine machine = machine("<b>\"O'Neill\" & Söhne\\</b>");

        assertThat(MachineJson.read(MachineJson.write(machine))).isEqualTo(machine);
    }

    @Test
    void saysWhetherTheMachineIsComplete() throws Exception {
        JsonNode json = new ObjectMapper().readTree(MachineJson.write(machine("x")));

        assertThat(json.get("complete").isBoolean()).isTrue();
        assertThat(json.fieldNames())
                .toIterable()
                .containsExactly(
                        "nativePlatform",
                        "nativePlatforms",
                        "emulatedPlatforms",
                        "os",
                        "kernel",
                        "cpu",
                        "memoryBytes",
                        "tools",
                        "requirements",
                        "complete");
        assertThat(json.at("/tools/docker").fieldNames())
                .toIterable()
                .containsExactly("client", "server", "problem", "remedy");
        assertThat(json.at("/tools/buildx").fieldNames())
                .toIterable()
                .containsExactly("version", "builder", "driver", "platforms", "problem");
        assertThat(json.at("/nativePlatform").asText()).isEqualTo("linux/amd64");
        assertThat(json.at("/tools/docker/client").asText()).isEqualTo("26.1.3");
        assertThat(json.at("/tools/engine/storage/freeBytes").asLong()).isEqualTo(1L << 40);
    }

    @Test
    void whatIsMissingIsEmpty() {
        Machine empty = new Machine(
                new Platform("unknown", "unknown", ""),
                List.of(),
                List.of(),
                "",
                "",
                "",
                -1,
                new BuildTools(null, null, null, null),
                List.of());

        assertThat(MachineJson.read("{}")).isEqualTo(empty);
        assertThat(MachineJson.read(
                        "{\"os\": null, \"tools\": null, \"memoryBytes\": null, \"nativePlatforms\": null}"))
                .isEqualTo(empty);
        assertThat(MachineJson.read(MachineJson.write(empty))).isEqualTo(empty);
    }

    @Test
    void whatOnlyAnotherVersionKnowsIsIgnored() {
        Machine machine = MachineJson.read("""
                {"shoeSize": [1, {"a": "b"}], "nativePlatform": "linux/z80",
                 "nativePlatforms": ["linux/amd64", "linux/z80", "linux/amd64", "templeos/amd64", "", "a/b/c/d"],
                 "requirements": [{"id": "a", "state": "OK", "new": 1}, {"id": "b", "state": "GREAT"}, {"id": "c"}],
                 "tools": {"podman": "new", "make": "4.3", "unanswered": ["docker", "make"]}}
                """);

        assertThat(machine.nativePlatform()).hasToString("unknown/unknown");
        assertThat(machine.nativePlatforms()).containsExactly(AMD64);
        assertThat(machine.requirements()).containsExactly(new Requirement("a", Requirement.State.OK, "", ""));
        assertThat(machine.tools().podman()).isNull();
        assertThat(machine.tools().unanswered()).containsExactly("docker", "make");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[] | description of a machine must be an object",
                "null | must be an object",
                "'' | it is not JSON, but empty",
                "3 | must be an object",
                "{ | cannot be read: it is not JSON",
                "{\"os\": NaN} | cannot be read: it is not JSON",
                "{} {} | cannot be read: it is not JSON",
                "{\"os\": 3} | os of the description of a machine must be a text, not 3",
                "{\"os\": {}} | must be a text",
                "{\"os\": \"a\", \"os\": \"b\"} | it is not JSON (Duplicate",
                "{\"memoryBytes\": \"4\"} | memoryBytes of the description of a machine must be a number of bytes",
                "{\"memoryBytes\": -2} | not -2",
                "{\"memoryBytes\": 1.5} | not 1.5",
                "{\"memoryBytes\": 99999999999999999999} | must be a number of bytes",
                "{\"nativePlatforms\": \"linux/amd64\"} | must be a list",
                "{\"nativePlatforms\": [1]} | must be a text",
                "{\"tools\": []} | tools of the description of a machine must be an object",
                "{\"tools\": {\"docker\": \"26.1\"}} | docker of tools of",
                "{\"tools\": {\"engine\": {\"storage\": {\"freeBytes\": -7}}}} | freeBytes of storage of engine of tools",
                "{\"requirements\": {}} | must be a list",
                "{\"requirements\": [[]]} | must be an object",
            })
    void refusesWhatIsMalformed(String json, String message) {
        assertThatThrownBy(() -> MachineJson.read(json))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void refusesWhatIsTooLongOrTooDeep() {
        assertThatThrownBy(() -> MachineJson.read(null)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> MachineJson.read(" ".repeat(MachineJson.MOST_CHARACTERS + 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("262145 characters");
        assertThatThrownBy(() -> MachineJson.read("{\"x\":" + "[".repeat(100_000)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cannot be read: it is not JSON");
        assertThatThrownBy(() -> MachineJson.read("{\"x\":" + "[".repeat(70) + "]".repeat(70) + "}"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> MachineJson.read("{\"memoryBytes\":" + "9".repeat(200_000) + "}"))
                .isInstanceOf(IllegalArgumentException.class)
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(2000));
    }

    @Test
    void cutsOffLongTextsAndLists() throws Exception {
        ObjectNode json = new ObjectMapper().createObjectNode();
        json.put("os", "x".repeat(100_000));
        json.set("nativePlatforms", new ObjectMapper().valueToTree(Collections.nCopies(5_000, "linux/amd64")));
        json.set(
                "requirements",
                new ObjectMapper()
                        .valueToTree(Collections.nCopies(500, new Requirement("a", Requirement.State.OK, "", ""))));

        Machine machine = MachineJson.read(json.toString());

        assertThat(machine.os()).hasSize(UntrustedText.LONGEST).endsWith("x…");
        assertThat(machine.nativePlatforms()).containsExactly(AMD64);
        assertThat(machine.requirements()).hasSize(MachineJson.MOST_REQUIREMENTS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u0000", "\n", "\u001b", "\u007f", "\u0085", "\u202e", "\ud800", "\ufeff"})
    void replacesWhatCannotBeSeen(String character) {
        String text = "a" + character + "b";

        assertThat(MachineJson.read(MachineJson.write(machine(text)))).isEqualTo(machine("a?b"));
        assertThat(MachineJson.read(new ObjectMapper()
                                .createObjectNode()
                                .put("os", text)
                                .toString())
                        .os())
                .isEqualTo("a?b");
    }

    @Test
    void theWorstThatCanBeWrittenCanBeRead() {
        String worst = "\"\\".repeat(10_000);
        Machine machine = machine(
                worst, Collections.nCopies(1000, new Requirement(worst, Requirement.State.MISSING, worst, worst)));

        String json = MachineJson.write(machine);
        Machine read = MachineJson.read(json);

        assertThat(read.requirements()).hasSize(MachineJson.MOST_REQUIREMENTS);
        assertThat(MachineJson.write(read)).isEqualTo(json);
    }

    /** Whatever is done to a description, it is either read or refused with the one exception. */
    @Test
    void damageIsEitherReadOrRefused() {
        Random random = new Random(7);
        String good = MachineJson.write(machine("text"));
        List<String> pieces =
                List.of("{", "}", "[", "]", "\"", ",", ":", "null", "-1", "1e999", "\\u0000", "\\", "\u0000");
        List<String> read = new ArrayList<>();
        for (int i = 0; i < 5000; i++) {
            StringBuilder damaged = new StringBuilder(good);
            for (int n = random.nextInt(4); n >= 0; n--) {
                int at = random.nextInt(damaged.length());
                damaged.replace(
                        at,
                        Math.min(damaged.length(), at + random.nextInt(20)),
                        pieces.get(random.nextInt(pieces.size())));
            }
            try {
                read.add(MachineJson.write(MachineJson.read(damaged.toString())));
            } catch (IllegalArgumentException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
        assertThat(read)
                .isNotEmpty()
                .allSatisfy(json ->
                        assertThat(MachineJson.write(MachineJson.read(json))).isEqualTo(json));
    }
}
