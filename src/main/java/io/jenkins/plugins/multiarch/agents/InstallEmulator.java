package io.jenkins.plugins.multiarch.agents;

import io.jenkins.plugins.multiarch.engine.agent.BuildTool;
import io.jenkins.plugins.multiarch.engine.agent.CommandResult;
import io.jenkins.plugins.multiarch.engine.agent.EmulatorInstaller;
import io.jenkins.plugins.multiarch.engine.agent.LocalCommandRunner;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.io.IOException;
import jenkins.security.MasterToSlaveCallable;

/** Runs the installer of emulators on an agent. */
final class InstallEmulator extends MasterToSlaveCallable<CommandResult, IOException> {

    private static final long serialVersionUID = 1L;

    private final EmulatorInstaller installer;
    private final BuildTool engine;
    private final Platform platform;

    InstallEmulator(EmulatorInstaller installer, BuildTool engine, Platform platform) {
        this.installer = installer;
        this.engine = engine;
        this.platform = platform;
    }

    @Override
    public CommandResult call() throws IOException {
        return installer.run(new LocalCommandRunner(), engine, platform);
    }
}
