package io.jenkins.plugins.multiarch.engine.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * A secret as it is written on the command line, in the form of {@code docker build}: {@code id=ID,src=FILE} or
 * {@code id=ID,env=VARIABLE}; the ID alone is that of a variable of the same name.
 *
 * @param file null if it is in a variable
 * @param variable null if it is in a file
 */
record SecretOption(String id, Path file, String variable) {

    /** @throws IllegalArgumentException if the text is malformed; the message names it and what to write instead */
    static SecretOption parse(String text) {
        String id = "";
        String file = null;
        String variable = null;
        for (String part : text.split(",", -1)) {
            String value = part.substring(part.indexOf('=') + 1);
            switch (part.substring(0, Math.max(0, part.indexOf('=')))) {
                case "id" -> id = value;
                case "src", "source" -> file = value;
                case "env" -> variable = value;
                case "type" -> {
                    // file or env, which the other keys tell.
                }
                default ->
                    throw new IllegalArgumentException("'" + part + "' in the secret '" + text
                            + "' is unknown. Write id=ID,src=FILE or id=ID,env=VARIABLE.");
            }
        }
        if (id.isEmpty() || file != null && variable != null) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a secret. Write id=ID,src=FILE or id=ID,env=VARIABLE.");
        }
        return new SecretOption(
                id, file == null ? null : Path.of(file), file == null && variable == null ? id : variable);
    }

    /** @throws IOException if there is no such file or variable; the message names it */
    byte[] read(Map<String, String> environment) throws IOException {
        if (file == null) {
            String value = environment.get(variable);
            if (value == null) {
                throw new IOException("The secret '" + id + "' is in the variable " + variable
                        + ", which is not set. Set it, or write id=" + id + ",src=FILE.");
            }
            return value.getBytes(StandardCharsets.UTF_8);
        }
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw new IOException("The secret '" + id + "' is in the file " + file
                    + ", which cannot be read. Check its name and permissions.");
        }
        return Files.readAllBytes(file);
    }
}
