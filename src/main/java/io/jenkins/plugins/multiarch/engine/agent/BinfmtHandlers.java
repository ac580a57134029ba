package io.jenkins.plugins.multiarch.engine.agent;

import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The kernel's interpreters for foreign programs.
 *
 * @param mounted whether {@code /proc/sys/fs/binfmt_misc} is there to be read. In a container it usually is not, even
 *     if the host has handlers.
 * @param enabled whether the kernel uses handlers at all
 * @param handlers every handler, sorted by name, also those that are not for programs of another platform
 */
public record BinfmtHandlers(boolean mounted, boolean enabled, List<BinfmtHandler> handlers) implements Serializable {

    /** More than any machine has; a bound for what is read. */
    private static final int MOST_HANDLERS = 500;

    public BinfmtHandlers {
        handlers = List.copyOf(handlers);
    }

    /**
     * Reads the handlers.
     *
     * @param root the root of the file system, {@code /} except in tests; what cannot be read below it counts as
     *     not there
     */
    public static BinfmtHandlers read(Path root) {
        Path directory = root.resolve("proc/sys/fs/binfmt_misc");
        Optional<String> status = SystemFile.read(directory.resolve("status"));
        if (status.isEmpty()) {
            return new BinfmtHandlers(false, false, List.of());
        }
        List<BinfmtHandler> handlers = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                String name = directory.relativize(file).toString();
                if (handlers.size() < MOST_HANDLERS
                        && !Set.of("register", "status").contains(name)) {
                    SystemFile.read(file).ifPresent(text -> handlers.add(BinfmtHandler.parse(name, text)));
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // Those read so far are there all the same.
        }
        handlers.sort(Comparator.comparing(BinfmtHandler::name));
        return new BinfmtHandlers(true, status.get().strip().equals("enabled"), handlers);
    }

    /** The handler for a platform, a usable one if there are several; empty if there is none. */
    public Optional<BinfmtHandler> handlerFor(Platform platform) {
        return handlers.stream()
                .filter(handler -> handler.serves(platform))
                .min(Comparator.comparing(handler -> !handler.usable()));
    }

    /** The platforms that usable handlers serve, sorted. */
    public List<Platform> platforms() {
        return handlers.stream()
                .filter(handler -> enabled && handler.usable())
                .flatMap(handler -> handler.platforms().stream())
                .distinct()
                .sorted()
                .toList();
    }
}
