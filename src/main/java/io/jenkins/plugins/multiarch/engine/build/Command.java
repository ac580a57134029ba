package io.jenkins.plugins.multiarch.engine.build;

import java.io.Serializable;
import java.util.List;

/**
 * One command of a {@link BuildScript}.
 *
 * @param announcement the line printed before it runs; empty for none
 * @param arguments the program and its arguments; each reaches the program as exactly one argument
 * @param output name of the file in the build folder that receives the standard output; empty: the log does
 */
public record Command(String announcement, List<String> arguments, String output) implements Serializable {

    public Command {
        arguments = List.copyOf(arguments);
        for (String argument : arguments) {
            if (argument.indexOf('\0') >= 0) {
                throw new IllegalArgumentException("'" + argument.replace("\0", "\\0")
                        + "' contains a NUL character, which no command line can carry.");
            }
        }
    }

    static Command of(String announcement, List<String> arguments) {
        return new Command(announcement, arguments, "");
    }

    static Command quiet(String... arguments) {
        return new Command("", List.of(arguments), "");
    }
}
