package io.jenkins.plugins.multiarch.config;

import edu.umd.cs.findbugs.annotations.Nullable;
import hudson.Util;
import hudson.model.Item;
import hudson.model.ItemGroup;
import hudson.model.Run;
import io.jenkins.plugins.multiarch.credentials.CredentialLookup;
import io.jenkins.plugins.multiarch.credentials.RegistryCredentials;
import io.jenkins.plugins.multiarch.credentials.StoredCertificateAuthorities;
import io.jenkins.plugins.multiarch.engine.access.Mirror;
import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import io.jenkins.plugins.multiarch.engine.access.RegistryCredential;
import io.jenkins.plugins.multiarch.engine.access.RequestLimits;
import io.jenkins.plugins.multiarch.engine.plan.LabelRules;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The configuration as it counts for one job: the global one, narrowed by the folders around the job, of which the
 * nearest wins. What a step names itself wins over all of it.
 *
 * @param platforms what is built if a step names no platforms; never empty
 * @param platformLabels which agents are of a platform, one row for each platform at most
 * @param emulationLabel label expression of agents that emulate; empty for the convention
 * @param dynamicLabels whether agents carry labels for what they can build
 * @param emulation as {@link io.jenkins.plugins.multiarch.engine.plan.Emulation#parse} reads it
 * @param nativeWait minutes to wait for native agents that are offline
 * @param builder as {@link io.jenkins.plugins.multiarch.engine.agent.BuildTool#parse} reads it
 * @param registryPrefix where images are whose names have no registry; empty for Docker Hub
 * @param defaultCredentialsId credential for the registry of an image; null for none
 * @param registries one entry for each registry at most
 * @param plainHttpOnLoopback whether the controller may speak plain HTTP to its own loopback addresses
 * @param requestDeadline seconds that one operation with registries may take in all
 * @param requestRetries how often a request that may be repeated is repeated at most
 * @param contextRetention hours that the context of a failed platform stays on its agent
 * @param publishing how what is built is published
 */
public record EffectiveConfiguration(
        List<String> platforms,
        List<PlatformLabel> platformLabels,
        String emulationLabel,
        boolean dynamicLabels,
        String emulation,
        int nativeWait,
        String builder,
        String registryPrefix,
        @Nullable String defaultCredentialsId,
        List<RegistryEntry> registries,
        boolean plainHttpOnLoopback,
        int requestDeadline,
        int requestRetries,
        int contextRetention,
        Publishing publishing) {

    public EffectiveConfiguration {
        platforms = List.copyOf(platforms);
        platformLabels = List.copyOf(platformLabels);
        registries = List.copyOf(registries);
    }

    /** What counts for a run. */
    public static EffectiveConfiguration of(Run<?, ?> run) {
        return of(run.getParent());
    }

    /** What counts for a job, or for the jobs in a folder. */
    public static EffectiveConfiguration of(Item item) {
        List<FolderOverrides> outermostFirst = new ArrayList<>();
        ItemGroup<?> group = item instanceof ItemGroup<?> itself ? itself : item.getParent();
        while (group != null) {
            FolderOverrides.of(group).ifPresent(found -> outermostFirst.add(0, found));
            group = group instanceof Item inner ? inner.getParent() : null;
        }
        EffectiveConfiguration effective = global();
        for (FolderOverrides narrowing : outermostFirst) {
            effective = effective.narrowedBy(narrowing);
        }
        return effective;
    }

    /** What counts where a form stands: in a folder or a job, or, with null, outside of any folder. */
    public static EffectiveConfiguration atForm(@Nullable Item item) {
        return item == null ? global() : of(item);
    }

    /** What counts outside of any folder. */
    public static EffectiveConfiguration global() {
        MultiArchBuildConfiguration configuration = MultiArchBuildConfiguration.get();
        return new EffectiveConfiguration(
                configuration.getPlatforms(),
                configuration.getPlatformLabels(),
                Util.fixNull(configuration.getEmulationLabel()),
                configuration.isDynamicLabels(),
                configuration.getEmulation(),
                configuration.getNativeWait(),
                configuration.getBuilder(),
                Util.fixNull(configuration.getRegistryPrefix()),
                configuration.getCredentialsId(),
                configuration.getRegistries(),
                configuration.isPlainHttpOnLoopback(),
                configuration.getRequestDeadline(),
                configuration.getRequestRetries(),
                configuration.getContextRetention(),
                new Publishing(
                        configuration.getSign(), configuration.isProvenance(), false, configuration.getRegistries()));
    }

    private EffectiveConfiguration narrowedBy(FolderOverrides folder) {
        List<PlatformLabel> labels = new ArrayList<>(folder.platformLabels());
        for (PlatformLabel row : platformLabels) {
            Platform platform = Platform.parse(row.getPlatform());
            if (folder.platformLabels().stream()
                    .noneMatch(inner -> Platform.parse(inner.getPlatform()).equals(platform))) {
                labels.add(row);
            }
        }
        List<RegistryEntry> entries = new ArrayList<>(folder.registries());
        for (RegistryEntry entry : registries) {
            if (folder.registries().stream().noneMatch(inner -> inner.isFor(SettingValidators.host(entry.getHost())))) {
                entries.add(entry);
            }
        }
        return new EffectiveConfiguration(
                folder.platforms().isEmpty() ? platforms : folder.platforms(),
                labels,
                emulationLabel,
                dynamicLabels,
                emulation,
                nativeWait,
                builder,
                folder.registryPrefix() == null ? registryPrefix : folder.registryPrefix(),
                folder.credentialsId() == null ? defaultCredentialsId : folder.credentialsId(),
                entries,
                plainHttpOnLoopback,
                requestDeadline,
                requestRetries,
                contextRetention,
                publishing.in(folder));
    }

    /**
     * The label expressions for planning.
     *
     * @param tool the dynamic label of agents whose build tool will do; empty if none is needed
     * @throws IllegalArgumentException if a platform is malformed
     */
    public LabelRules labelRules(String tool) {
        Map<Platform, String> natives = new HashMap<>();
        platformLabels.forEach(row -> natives.put(Platform.parse(row.getPlatform()), row.getLabel()));
        return new LabelRules(natives, emulationLabel, dynamicLabels, dynamicLabels ? tool : "");
    }

    /**
     * Reads the name of an image; one without a registry is below the {@link #registryPrefix}.
     *
     * @throws IllegalArgumentException if it is malformed
     */
    public ImageReference image(String name) {
        return ImageReference.parse(name, registryPrefix);
    }

    /**
     * The credential for the registry that a step works with: that of the step, that of the registry's entry, the default
     * one.
     *
     * @param given what the step names; null for nothing
     * @return the id of a credential; empty for anonymous access
     */
    public Optional<String> credentialsId(@Nullable String given, String registry) {
        return Optional.ofNullable(given)
                .or(() -> entryCredentialsId(registry))
                .or(() -> Optional.ofNullable(defaultCredentialsId));
    }

    /** The credential for a registry that a step only reads from: that of the registry's entry alone. */
    public Optional<String> entryCredentialsId(String registry) {
        return entry(registry).map(RegistryEntry::getCredentialsId);
    }

    /** The registries that every build may read base images and caches from, each with the id of its credential. */
    public Map<String, String> baseImageLogins() {
        Map<String, String> logins = new LinkedHashMap<>();
        registries.stream()
                .filter(entry -> entry.isForBaseImages() && entry.getCredentialsId() != null)
                .forEach(entry -> logins.put(SettingValidators.host(entry.getHost()), entry.getCredentialsId()));
        return logins;
    }

    private Optional<RegistryEntry> entry(String registry) {
        return registries.stream().filter(entry -> entry.isFor(registry)).findFirst();
    }

    /** Whether a registry is reached by plain HTTP. */
    public boolean isPlainHttp(String registry) {
        return access().isInsecure(registry);
    }

    /** How registries are reached, without what needs a credential: those, and certificate authorities. */
    public RegistryAccess access() {
        RegistryAccess access = ControllerProxies.addTo(RegistryAccess.anonymous())
                .withLimits(new RequestLimits(Duration.ofSeconds(requestDeadline), requestRetries));
        if (!plainHttpOnLoopback) {
            access = access.withTlsOnLoopback();
        }
        for (RegistryEntry entry : registries) {
            String host = SettingValidators.host(entry.getHost());
            Mirror mirror = SettingValidators.mirror(host, entry.getMirror());
            access = entry.isPlainHttp() ? access.withInsecure(host) : access;
            access = entry.isInPieces() ? access.inPieces(host) : access;
            access = mirror == null ? access : access.withMirror(host, mirror);
        }
        return access;
    }

    /**
     * How an agent reaches registries for a run, base images included: as {@link #access()}, with the certificate
     * authorities of all of them.
     *
     * @param log is told of certificate authorities that the run may not have, which count only where they are needed
     */
    public RegistryAccess accessOfAgents(Run<?, ?> run, Consumer<String> log) {
        CredentialLookup lookup = CredentialLookup.in(run);
        RegistryAccess access = access();
        for (RegistryEntry entry : registries) {
            try {
                access = withAuthorities(access, lookup, SettingValidators.host(entry.getHost()));
            } catch (IllegalArgumentException e) {
                log.accept("WARNING: " + e.getMessage());
            }
        }
        return access;
    }

    /** How a run reaches a registry, with this credential. */
    public RegistryAccess access(Run<?, ?> run, String registry, Optional<String> credentialsId) {
        return with(access(), CredentialLookup.in(run), registry, credentialsId);
    }

    /**
     * The same access, with what one more registry, and its mirror, are reached with.
     *
     * @param lookup whose credentials may be used
     * @param credentialsId the credential for the registry; empty for anonymous access
     * @throws IllegalArgumentException if a credential is missing or of the wrong kind
     */
    public RegistryAccess with(
            RegistryAccess access, CredentialLookup lookup, String registry, Optional<String> credentialsId) {
        Optional<Mirror> mirror = access.mirror(registry);
        RegistryAccess extended = withAuthorities(access, lookup, registry);
        Optional<RegistryCredential> credential = RegistryCredentials.find(lookup, credentialsId, registry);
        if (credential.isPresent()) {
            extended = extended.withCredential(
                    registry, credential.get().username(), credential.get().password());
        }
        return mirror.isPresent() ? withMirror(extended, lookup, mirror.get().registry()) : extended;
    }

    private RegistryAccess withAuthorities(RegistryAccess access, CredentialLookup lookup, String registry) {
        return entry(registry)
                .map(RegistryEntry::getCaCredentialsId)
                .map(id -> access.withAuthorities(registry, StoredCertificateAuthorities.find(lookup, id, registry)))
                .orElse(access);
    }

    private RegistryAccess withMirror(RegistryAccess access, CredentialLookup lookup, String host) {
        if (access.credential(host).isPresent()) {
            return access; // It is also a registry that the step works with.
        }
        RegistryAccess trusting = withAuthorities(access, lookup, host);
        return RegistryCredentials.find(lookup, entryCredentialsId(host), host)
                .map(found -> trusting.withCredential(host, found.username(), found.password()))
                .orElse(trusting);
    }
}
