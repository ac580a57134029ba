package io.jenkins.plugins.multiarch.agents;

import hudson.Extension;
import hudson.ExtensionList;
import hudson.model.Computer;
import hudson.model.Node;
import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.multiarch.config.MultiArchBuildConfiguration;
import io.jenkins.plugins.multiarch.engine.agent.BuildTool;
import io.jenkins.plugins.multiarch.engine.agent.BuildTools;
import io.jenkins.plugins.multiarch.engine.agent.CommandResult;
import io.jenkins.plugins.multiarch.engine.agent.EmulatorInstaller;
import io.jenkins.plugins.multiarch.engine.agent.Machine;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.io.IOException;
import java.io.PrintStream;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Installs QEMU handlers on agents where the administrator allows it: once per architecture while an agent stays
 * connected, however many builds want it.
 */
@Extension
public final class EmulatorInstallation {

    private final Map<VirtualChannel, Attempts> attempts = new WeakHashMap<>();

    /** What was done on one connection of an agent. */
    private static final class Attempts {

        /** Held while something is installed. A thread that waits for it can be interrupted, by an abort. */
        private final Lock turn = new ReentrantLock();

        private final Set<String> architectures = new HashSet<>();
    }

    public static EmulatorInstallation get() {
        return ExtensionList.lookupSingleton(EmulatorInstallation.class);
    }

    /** Whether a plan may count on a machine for platforms that it does not emulate yet. */
    static boolean isPossible(Machine machine) {
        return MultiArchBuildConfiguration.get().emulatorInstaller().isPresent()
                && machine.nativePlatform().os().equals("linux")
                && EmulatorInstaller.engine(machine.tools()).isPresent();
    }

    /**
     * Installs what an agent needs to emulate a platform, if it lacks it and the administrator allows that, and has the
     * agent probed again. Whether it helped is for the check before the build to say.
     *
     * @param computer an agent that is connected
     * @param log where to say what is run, and how it ended
     * @throws IOException if the agent is lost meanwhile
     */
    public void installFor(Computer computer, Platform platform, PrintStream log)
            throws IOException, InterruptedException {
        Optional<EmulatorInstaller> installer =
                MultiArchBuildConfiguration.get().emulatorInstaller();
        VirtualChannel channel = computer.getChannel();
        Node node = computer.getNode();
        if (installer.isEmpty() || channel == null || node == null) {
            return;
        }
        Optional<BuildTools> tools =
                AgentRecords.get().of(node).flatMap(AgentRecord::machine).map(Machine::tools);
        Optional<BuildTool> engine = tools.flatMap(EmulatorInstaller::engine);
        if (engine.isEmpty()
                || !EmulationAnswer.ask(channel, Set.of(platform), tools)
                        .obstacle(platform)
                        .exists()) {
            return;
        }
        Attempts here;
        synchronized (attempts) {
            here = attempts.computeIfAbsent(channel, key -> new Attempts());
        }
        // Whoever wants the same while it is being installed waits for the end of it.
        here.turn.lockInterruptibly();
        try {
            if (!here.architectures.contains(platform.architecture())) {
                run(installer.get(), engine.get(), platform, channel, log);
                // Not before: an installation that was aborted is tried again.
                here.architectures.add(platform.architecture());
            }
        } finally {
            here.turn.unlock();
        }
        try {
            AgentProber.get().probe(computer).get();
        } catch (ExecutionException e) {
            throw new IOException("Probing the agent failed", e);
        }
    }

    private static void run(
            EmulatorInstaller installer, BuildTool engine, Platform platform, VirtualChannel channel, PrintStream log)
            throws IOException, InterruptedException {
        log.println("Installing the emulator for " + platform + ": "
                + String.join(" ", installer.command(engine, platform)));
        CommandResult result = channel.call(new InstallEmulator(installer, engine, platform));
        if (result.timedOut()) {
            log.println("The installer was stopped because it took too long");
        } else if (!result.succeeded()) {
            log.println("The installer has failed with exit code " + result.exitCode() + ": "
                    + result.stderr().strip());
        }
    }
}
