package io.jenkins.plugins.multiarch.engine.build;

import java.io.Serializable;
import java.util.List;

/**
 * One command of a {@link BuildScript}.
 *
 * @param announcement the line printed before it runs; empty for none
 * @param arguments the program and its arguments; each reaches the program as exactly one argument
 */
public record Command(String announcement, List<String> arguments) implements Serializable {

    public Command {
        arguments = List.copyOf(arguments);
        for (String argument : arguments) {
            if (argument.indexOf('\0') >= 0) {
                throw new IllegalArgumentException("'" + argument.replace("\0", "\\0")
                        + "' contains a NUL character, which no command line can carry.");
            }
        }
    }

    public static Command quiet(String... arguments) {
        return new Command("", List.of(arguments));
    }
}
