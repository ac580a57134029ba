package io.jenkins.plugins.multiarch.engine.build;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Everything that one platform's build runs on its machine, as data.
 *
 * @param explanation one sentence for the log: how the image is pushed, and why that way
 * @param platformTag the temporary tag under which the platform image is pushed; empty if it needs none
 * @param environment variables of every command
 * @param commands build and test the image, run in order until one fails
 * @param push publish what was built, likewise
 * @param cleanup run at the end, also after a failure; their own failures do not matter
 */
public record BuildScript(
        String explanation,
        String platformTag,
        Map<String, String> environment,
        List<Command> commands,
        List<Command> push,
        List<Command> cleanup)
        implements Serializable {

    /** What runs if nothing fails and nobody stops it before the push. */
    List<Command> all() {
        return Stream.concat(commands.stream(), push.stream()).toList();
    }

    /** The same with a command that runs before all others. */
    BuildScript after(Command first) {
        return after(first, List.of());
    }

    /** The same with a command that runs before all others, and what cleans up after it. */
    BuildScript after(Command first, List<Command> removal) {
        List<Command> all = new ArrayList<>(commands);
        all.add(0, first);
        List<Command> last = new ArrayList<>(cleanup);
        last.addAll(removal);
        return new BuildScript(explanation, platformTag, environment, all, push, last);
    }

    /** The same with more in its explanation. */
    BuildScript explaining(String more) {
        return new BuildScript(explanation + "; " + more, platformTag, environment, commands, push, cleanup);
    }

    public BuildScript {
        environment = Map.copyOf(environment);
        commands = List.copyOf(commands);
        push = List.copyOf(push);
        cleanup = List.copyOf(cleanup);
    }
}
