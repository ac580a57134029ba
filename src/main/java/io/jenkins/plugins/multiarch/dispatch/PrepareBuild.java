package io.jenkins.plugins.multiarch.dispatch;

import edu.umd.cs.findbugs.annotations.SuppressFBWarnings;
import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.multiarch.engine.access.RegistryCredential;
import io.jenkins.plugins.multiarch.engine.agent.BuildTool;
import io.jenkins.plugins.multiarch.engine.agent.BuildTools;
import io.jenkins.plugins.multiarch.engine.agent.CommandRunner;
import io.jenkins.plugins.multiarch.engine.agent.RecentTools;
import io.jenkins.plugins.multiarch.engine.build.BuildCredentials;
import io.jenkins.plugins.multiarch.engine.build.BuildRequest;
import io.jenkins.plugins.multiarch.engine.build.PreparedBuild;
import java.io.File;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import jenkins.MasterToSlaveFileCallable;

/** Prepares a platform's build on its agent, in the build folder it is invoked on. */
final class PrepareBuild extends MasterToSlaveFileCallable<PreparedBuild> {

    private static final long serialVersionUID = 1L;

    /** Platforms that are built in place begin together; one of them asks the tools for all. */
    private static final RecentTools TOOLS_IN_PLACE = new RecentTools(Duration.ofMinutes(1));

    private final BuildRequest request;
    private final BuildTool wanted;
    private final String surroundings;
    private final String directory;
    private final HashMap<String, String> overrides;
    private final HashMap<String, String[]> logins = new HashMap<>();
    private final HashMap<String, byte[]> secrets;
    private final byte[] sshKey;

    @SuppressFBWarnings(value = "SE_BAD_FIELD", justification = "what goes to another machine is a proxy")
    private final CommandRunner runner;

    /**
     * @param wanted null to take what the agent has
     * @param surroundings what builds have in common that find the same tools; null to ask for this one alone
     * @param directory where the build runs
     * @param overrides variables that the Pipeline adds to the agent's own environment
     * @param credentials of registries, and the secrets of the Dockerfile
     * @param runner asks the build tools; where the agent is another machine, exported to it
     */
    PrepareBuild(
            BuildRequest request,
            BuildTool wanted,
            String surroundings,
            String directory,
            Map<String, String> overrides,
            BuildCredentials credentials,
            CommandRunner runner) {
        this.request = request;
        this.wanted = wanted;
        this.surroundings = surroundings;
        this.directory = directory;
        this.overrides = new HashMap<>(overrides);
        credentials
                .registries()
                .forEach((registry, login) -> logins.put(registry, new String[] {login.username(), login.password()}));
        this.secrets = new HashMap<>(credentials.secrets());
        this.sshKey = credentials.sshKey();
        this.runner = runner;
    }

    @Override
    public PreparedBuild invoke(File folder, VirtualChannel channel) throws IOException {
        Map<String, String> environment = new HashMap<>(System.getenv());
        environment.putAll(overrides);
        Map<String, RegistryCredential> registries = new HashMap<>();
        logins.forEach((registry, login) -> registries.put(registry, new RegistryCredential(login[0], login[1])));
        return PreparedBuild.prepare(
                request,
                tools(),
                Optional.ofNullable(wanted),
                folder.toPath(),
                Path.of(directory),
                environment,
                new BuildCredentials(registries, secrets, sshKey),
                runner);
    }

    private BuildTools tools() throws IOException {
        return surroundings == null ? askTools() : TOOLS_IN_PLACE.get(surroundings, this::askTools);
    }

    private BuildTools askTools() throws InterruptedIOException {
        return BuildTools.detect(runner, Optional.ofNullable(wanted));
    }
}
