package io.jenkins.plugins.multiarch.engine.jib;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/**
 * What builds of this user keep for the next one.
 *
 * @param listings of layers of base images
 * @param layers that were made
 */
record UserCache(ListingCache listings, LayerCache layers) {

    /** @param environment of this process */
    static UserCache of(Map<String, String> environment) {
        return in(folder(environment), LayerCache.MOST_BYTES);
    }

    /** @param mostBytes of all archives of layers together, in bytes */
    static UserCache in(Path folder, long mostBytes) {
        return new UserCache(
                new ListingCache(folder.resolve("layers")), LayerCache.in(folder.resolve("made-layers"), mostBytes));
    }

    /**
     * Where the system keeps caches of its user.
     *
     * @param environment of this process
     */
    static Path folder(Map<String, String> environment) {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String home = System.getProperty("user.home");
        String own = environment.getOrDefault(system.startsWith("windows") ? "LOCALAPPDATA" : "XDG_CACHE_HOME", "");
        Path parent = own != null && Path.of(own).isAbsolute()
                ? Path.of(own)
                : Path.of(home, system.startsWith("mac") ? "Library/Caches" : ".cache");
        return parent.resolve("multiarch");
    }
}
