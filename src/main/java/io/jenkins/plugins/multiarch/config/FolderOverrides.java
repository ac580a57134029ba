package io.jenkins.plugins.multiarch.config;

import edu.umd.cs.findbugs.annotations.Nullable;
import hudson.ExtensionList;
import hudson.ExtensionPoint;
import hudson.model.ItemGroup;
import java.util.List;
import java.util.Optional;

/**
 * What a folder sets for the jobs below it, in place of what is set further out.
 *
 * @param platforms default platforms; empty to leave them
 * @param platformLabels rows that count for their platforms; others are left
 * @param registryPrefix null to leave it
 * @param credentialsId default credential; null to leave it
 * @param registries entries that count for their registries; others are left
 * @param sign credential with the key that signs; null to leave it
 * @param provenance whether provenance of Jenkins goes with every signature
 * @param onlySigned whether nothing is published that is not signed
 */
record FolderOverrides(
        List<String> platforms,
        List<PlatformLabel> platformLabels,
        @Nullable String registryPrefix,
        @Nullable String credentialsId,
        List<RegistryEntry> registries,
        @Nullable String sign,
        boolean provenance,
        boolean onlySigned) {

    FolderOverrides {
        platforms = List.copyOf(platforms);
        platformLabels = List.copyOf(platformLabels);
        registries = List.copyOf(registries);
    }

    /** Knows what a kind of folder sets. The kinds are those of a plugin that may be missing. */
    abstract static class Source implements ExtensionPoint {

        /** Empty if the group sets nothing. */
        abstract Optional<FolderOverrides> of(ItemGroup<?> group);
    }

    static Optional<FolderOverrides> of(ItemGroup<?> group) {
        return ExtensionList.lookup(Source.class).stream()
                .flatMap(source -> source.of(group).stream())
                .findFirst();
    }
}
