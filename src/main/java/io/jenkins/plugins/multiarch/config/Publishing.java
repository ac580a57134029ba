package io.jenkins.plugins.multiarch.config;

import edu.umd.cs.findbugs.annotations.Nullable;
import java.util.ArrayList;
import java.util.List;

/**
 * Defaults and limits for what a job publishes.
 *
 * @param sign credential with the key that signs; null for none
 * @param provenance whether provenance of Jenkins goes with every signature
 * @param onlySigned whether nothing may be published that is not signed
 * @param rules the entries whose rules hold: those of Jenkins and of all folders around the job
 */
public record Publishing(@Nullable String sign, boolean provenance, boolean onlySigned, List<RegistryEntry> rules) {

    public Publishing {
        rules = List.copyOf(rules);
    }

    /** The same in a folder, which adds rules and takes none away. */
    Publishing in(FolderOverrides folder) {
        List<RegistryEntry> all = new ArrayList<>(rules);
        all.addAll(folder.registries());
        return new Publishing(
                folder.sign() == null ? sign : folder.sign(),
                provenance || folder.provenance(),
                onlySigned || folder.onlySigned(),
                all);
    }
}
