package io.jenkins.plugins.multiarch.agents;

import io.jenkins.plugins.multiarch.engine.agent.MachineJson;

/** What an agent might say whose owner wants to run scripts in the browser of an administrator. */
final class HostileMachine {

    static final String SCRIPT = "<script>window.hacked='yes'</script><img src=x onerror=window.hacked='yes'>";

    private static final String JSON = """
            {"nativePlatform": "linux/amd64",
             "nativePlatforms": ["linux/amd64", "SCRIPT"],
             "emulatedPlatforms": ["linux/arm64", "linux/arm/v7"],
             "os": "SCRIPT", "kernel": "SCRIPT", "cpu": "SCRIPT", "memoryBytes": 4294967296,
             "tools": {
               "docker": {"client": "20.10.1SCRIPT", "server": null, "problem": "SCRIPT", "remedy": "SCRIPT"},
               "buildx": {"version": "0.13.1", "builder": "SCRIPT", "driver": "SCRIPT", "platforms": [], "problem": ""},
               "podman": "4.3.1",
               "engine": {"platform": "linux/amd64", "kernel": "SCRIPT", "storage": {"path": "SCRIPT", "freeBytes": 2147483648}},
               "unanswered": ["SCRIPT"]},
             "requirements": [
               {"id": "SCRIPT", "state": "WARNING", "found": "SCRIPT", "remedy": "SCRIPT"},
               {"id": "jelly", "state": "MISSING", "found": "${it.class} ${7*7} %probed &lt;", "remedy": "\\" onclick=\\"alert(1)"},
               {"id": "long", "state": "OK", "found": "LONG", "remedy": ""}]}
            """.replace("SCRIPT", SCRIPT).replace("LONG", "x".repeat(700));

    private HostileMachine() {}

    static AgentRecord record() {
        return AgentRecord.of(MachineJson.read(JSON)).failed(SCRIPT);
    }
}
