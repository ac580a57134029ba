package io.jenkins.plugins.multiarch.dispatch;

import hudson.CloseProofOutputStream;
import hudson.remoting.RemoteOutputStream;
import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.multiarch.engine.access.EnvironmentProxies;
import io.jenkins.plugins.multiarch.engine.access.Proxies;
import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import io.jenkins.plugins.multiarch.engine.access.RegistryCredential;
import io.jenkins.plugins.multiarch.engine.access.RequestLimits;
import io.jenkins.plugins.multiarch.engine.access.Route;
import io.jenkins.plugins.multiarch.engine.build.BuildFolder;
import io.jenkins.plugins.multiarch.engine.build.BuildRequest;
import io.jenkins.plugins.multiarch.engine.build.PushedImage;
import io.jenkins.plugins.multiarch.engine.jib.ImageBuilder;
import io.jenkins.plugins.multiarch.engine.jib.Recipe;
import io.jenkins.plugins.multiarch.engine.login.Logins;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jenkins.MasterToSlaveFileCallable;

/**
 * Builds and pushes a platform image in the agent's own process, without a build tool, and leaves its digest in the build
 * folder it is invoked on.
 */
final class MakeImage extends MasterToSlaveFileCallable<Void> {

    private static final long serialVersionUID = 1L;

    private final BuildRequest request;
    private final String directory;
    private final HashMap<String, String> variables;
    private final HashMap<String, String[]> logins = new HashMap<>();
    private final HashMap<String, Route> routes;
    private final RequestLimits limits;
    private final OutputStream log;

    /**
     * @param directory the build context
     * @param variables that the Pipeline adds to the agent's own environment
     * @param credentials by registry; for others, the logins of the agent's user count
     * @param access how registries are reached from Jenkins; through which proxies is the agent's own matter
     * @param log is told how far it is; what masks secrets stays on the controller, so the bytes go there
     */
    MakeImage(
            BuildRequest request,
            String directory,
            Map<String, String> variables,
            Map<String, RegistryCredential> credentials,
            RegistryAccess access,
            PrintStream log) {
        this.request = request;
        this.directory = directory;
        this.variables = new HashMap<>(variables);
        credentials.forEach(
                (registry, login) -> logins.put(registry, new String[] {login.username(), login.password()}));
        this.routes = new HashMap<>(access.routes());
        this.limits = access.limits();
        this.log = new RemoteOutputStream(new CloseProofOutputStream(log));
    }

    @Override
    public Void invoke(File folder, VirtualChannel channel) throws IOException {
        BuildFolder build = BuildFolder.create(folder.toPath());
        PrintStream lines = new PrintStream(log, true, StandardCharsets.UTF_8);
        Map<String, String> ofUser = new HashMap<>(System.getenv());
        ofUser.putAll(variables);
        Map<String, String> environment = new HashMap<>(ofUser);
        environment.putAll(request.buildArgs());
        Recipe recipe = Recipe.read(Path.of(directory), request.dockerfile());
        Registry registry = new Registry(access(recipe, ofUser, lines), lines::println);
        try (ImageBuilder builder = ImageBuilder.createWithCache(
                recipe, registry, build.path(), environment, environment, lines::println)) {
            Optional<PushedImage> pushed = builder.build(request);
            if (pushed.isPresent()) {
                build.writeDigest(pushed.get().descriptor().digest());
            }
        }
        return null;
    }

    private RegistryAccess access(Recipe recipe, Map<String, String> environment, PrintStream lines)
            throws IOException {
        RegistryAccess access = RegistryAccess.anonymous().withRoutes(routes).withLimits(limits);
        Optional<Proxies> proxies = EnvironmentProxies.of(environment);
        access = proxies.isPresent() ? access.withProxies(proxies.get()) : access;
        for (Map.Entry<String, String[]> login : logins.entrySet()) {
            access = access.withCredential(login.getKey(), login.getValue()[0], login.getValue()[1]);
        }
        List<ImageReference> images = new ArrayList<>(recipe.images(request));
        images.add(request.image());
        return Logins.ofUser(environment, lines::println).addTo(access, images);
    }
}
