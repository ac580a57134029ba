package io.jenkins.plugins.multiarch.dispatch;

import io.jenkins.plugins.multiarch.engine.access.EnvironmentProxies;
import io.jenkins.plugins.multiarch.engine.access.Proxies;
import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import io.jenkins.plugins.multiarch.engine.access.RegistryCredential;
import io.jenkins.plugins.multiarch.engine.access.RequestLimits;
import io.jenkins.plugins.multiarch.engine.access.Route;
import io.jenkins.plugins.multiarch.engine.login.Logins;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import java.io.IOException;
import java.io.PrintStream;
import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How the agent's own process reaches registries, for images that are made without a build tool. */
final class AgentRegistries implements Serializable {

    private static final long serialVersionUID = 1L;

    private final HashMap<String, String> variables;
    private final HashMap<String, String[]> logins = new HashMap<>();
    private final HashMap<String, Route> routes;
    private final RequestLimits limits;

    /**
     * @param variables that the Pipeline adds to the agent's own environment
     * @param credentials by registry; for others, the logins of the agent's user count
     * @param access how registries are reached from Jenkins; through which proxies is the agent's own matter
     */
    AgentRegistries(Map<String, String> variables, Map<String, RegistryCredential> credentials, RegistryAccess access) {
        this.variables = new HashMap<>(variables);
        credentials.forEach(
                (registry, login) -> logins.put(registry, new String[] {login.username(), login.password()}));
        this.routes = new HashMap<>(access.routes());
        this.limits = access.limits();
    }

    /** The variables of the agent's process with those of the Pipeline. */
    Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>(System.getenv());
        environment.putAll(variables);
        return environment;
    }

    /** @param images all that are read or pushed */
    Registry open(List<ImageReference> images, PrintStream lines) throws IOException {
        Map<String, String> environment = environment();
        RegistryAccess access = RegistryAccess.anonymous().withRoutes(routes).withLimits(limits);
        Optional<Proxies> proxies = EnvironmentProxies.of(environment);
        access = proxies.isPresent() ? access.withProxies(proxies.get()) : access;
        for (Map.Entry<String, String[]> login : logins.entrySet()) {
            access = access.withCredential(login.getKey(), login.getValue()[0], login.getValue()[1]);
        }
        return new Registry(Logins.ofUser(environment, lines::println).addTo(access, images), lines::println);
    }
}
