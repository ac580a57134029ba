package io.jenkins.plugins.multiarch.engine.build;

import io.jenkins.plugins.multiarch.engine.agent.BuildTool;
import io.jenkins.plugins.multiarch.engine.agent.Version;
import java.util.ArrayList;
import java.util.List;

/**
 * The containers in which {@code podman build} and {@code buildah build} run the steps of a Dockerfile. A build that is
 * stopped by a signal leaves them behind, and nothing that the tools list tells whose they are. So the build gets an empty
 * secret with a name of its own, which no step asks for: the tools write the options of a build down beside each of its
 * containers.
 *
 * @param name of that secret; unique among all builds
 * @param store the directory in which the tool keeps them; empty if unknown, then the tool is asked
 */
record WorkingContainers(BuildTool tool, String name, String store) {

    /** The text is the same for every build; all that changes reaches it as an argument. */
    private static final String REMOVE = """
            tool=$1 store=$2 root=$3 mark=$4
            shift 4
            [ -n "$store" ] || store=$("$tool" info --format "$root") || exit 1
            for state in "$store"/*-containers/*/userdata/buildah.json; do
                if grep -q -F -e "\\"$mark\\"" "$state"; then
                    container=${state%/userdata/buildah.json}
                    "$tool" "$@" "${container##*/}"
                fi
            done
            """;

    /** Whether a tool of this version is known to have the option. */
    static boolean areMarkedBy(BuildTool tool, Version version) {
        return tool == BuildTool.PODMAN ? version.atLeast(4, 0) : version.atLeast(1, 24);
    }

    private String mark() {
        return "id=" + name + ",src=/dev/null";
    }

    /** The option of the build that marks them. */
    String option() {
        return "--secret=" + mark();
    }

    /** Removes those that are left of the build, and no others. */
    Command removal() {
        return tool == BuildTool.PODMAN
                ? removal("{{.Store.GraphRoot}}", "rm", "--force")
                : removal("{{.store.GraphRoot}}", "rm");
    }

    private Command removal(String root, String... remove) {
        List<String> arguments = new ArrayList<>(
                List.of("sh", "-c", REMOVE, "remove-working-containers", tool.toString(), store, root, mark()));
        arguments.addAll(List.of(remove));
        return new Command("", arguments);
    }
}
