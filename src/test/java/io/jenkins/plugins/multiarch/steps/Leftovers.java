package io.jenkins.plugins.multiarch.steps;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

/** What a build should not have left on an agent: folders of its own, and files with a password in them. */
final class Leftovers {

    private Leftovers() {}

    /** @param agent its root directory, which an agent without work does not have */
    static List<Path> on(Path agent) throws IOException {
        return on(agent, List.of());
    }

    /**
     * The same with files that hold the login as the auth files of the build tools encode it, or the password's first
     * characters, which must be such that no format escapes them.
     */
    static List<Path> on(Path agent, String user, String password) throws IOException {
        return on(agent, List.of(password.substring(0, 6), encoded(user, password)));
    }

    /** As it stands in auth files. */
    static String encoded(String user, String password) {
        return Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    private static List<Path> on(Path agent, List<String> secrets) throws IOException {
        if (!Files.exists(agent)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(agent)) {
            return files.filter(file -> file.getFileName().toString().startsWith("multiarch-")
                            || secrets.stream().anyMatch(secret -> isSmallFileWith(file, secret)))
                    .toList();
        }
    }

    private static boolean isSmallFileWith(Path file, String secret) {
        try {
            return Files.isRegularFile(file)
                    && Files.size(file) < 100_000
                    && new String(Files.readAllBytes(file), StandardCharsets.UTF_8).contains(secret);
        } catch (IOException e) {
            return false; // gone meanwhile
        }
    }
}
