package io.jenkins.plugins.multiarch.agents;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import hudson.Util;
import io.jenkins.plugins.multiarch.engine.agent.AgentLabels;
import io.jenkins.plugins.multiarch.engine.agent.Machine;
import io.jenkins.plugins.multiarch.engine.agent.MachineJson;
import io.jenkins.plugins.multiarch.engine.agent.UntrustedText;
import io.jenkins.plugins.multiarch.engine.json.Json;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * What is known of one agent's machine.
 *
 * @param machine the answer to the last probe that succeeded; empty if none ever did
 * @param probed when the last probe ended, successful or not
 * @param problem why the last probe failed; empty if it did not
 * @param labels the dynamic labels that follow from {@code machine}
 */
record AgentRecord(Optional<Machine> machine, Instant probed, String problem, Set<String> labels) {

    AgentRecord {
        problem = UntrustedText.clean(problem); // it may be an exception of the agent's
    }

    static AgentRecord of(Machine machine) {
        return of(Optional.of(machine), Instant.now(), "");
    }

    private static AgentRecord of(Optional<Machine> machine, Instant probed, String problem) {
        return new AgentRecord(
                machine, probed, problem, machine.map(AgentLabels::of).orElse(Set.of()));
    }

    /** A probe failed: what was known before still counts. */
    AgentRecord failed(String reason) {
        return new AgentRecord(machine, Instant.now(), reason, labels);
    }

    static AgentRecord neverAnswered(String reason) {
        return of(Optional.empty(), Instant.now(), reason);
    }

    String toJson() throws IOException {
        ObjectNode json = Json.object();
        json.put("probed", probed.toEpochMilli());
        json.put("problem", problem);
        if (machine.isPresent()) {
            json.set("machine", Json.readLeniently(MachineJson.write(machine.get())));
        }
        return json.toPrettyString();
    }

    /** @throws IOException if the text is not what {@link #toJson} writes */
    static AgentRecord fromJson(String text) throws IOException {
        try {
            JsonNode json = Json.readLeniently(text);
            Optional<Machine> machine = json.has("machine")
                    ? Optional.of(MachineJson.read(json.get("machine").toString()))
                    : Optional.empty();
            return of(
                    machine,
                    Instant.ofEpochMilli(json.path("probed").asLong()),
                    Util.fixNull(json.path("problem").asText()));
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}
