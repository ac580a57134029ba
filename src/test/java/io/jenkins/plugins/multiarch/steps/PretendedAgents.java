package io.jenkins.plugins.multiarch.steps;

import hudson.slaves.DumbSlave;
import io.jenkins.plugins.multiarch.agents.Probed;
import io.jenkins.plugins.multiarch.engine.agent.MachineJson;
import org.jvnet.hudson.test.JenkinsRule;

/** Agents that a probe seems to have found on machines other than this one. */
final class PretendedAgents {

    private PretendedAgents() {}

    /** A Raspberry Pi, and one of s390x that emulates riscv64; nothing runs on the controller. */
    static void createPiAndMainframe(JenkinsRule jenkins) throws Exception {
        jenkins.jenkins.setNumExecutors(0);
        createPi(jenkins, "pi");
        create(jenkins, "mainframe", "[\"linux/s390x\"]", "[\"linux/riscv64\"]");
    }

    static void createPi(JenkinsRule jenkins, String name) throws Exception {
        create(jenkins, name, "[\"linux/arm/v7\", \"linux/arm/v6\"]", "[]");
    }

    private static void create(JenkinsRule jenkins, String name, String natives, String emulated) throws Exception {
        DumbSlave agent = jenkins.createSlave(name, "", null);
        jenkins.waitOnline(agent);
        Probed.await(agent);
        Probed.pretend(
                agent,
                MachineJson.read("{\"nativePlatforms\": %s, \"emulatedPlatforms\": %s}".formatted(natives, emulated)));
    }
}
