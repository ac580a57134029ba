package io.jenkins.plugins.multiarch.engine.cli;

import io.jenkins.plugins.multiarch.engine.agent.BuildTools;
import io.jenkins.plugins.multiarch.engine.agent.Machine;
import io.jenkins.plugins.multiarch.engine.agent.MachineJson;
import io.jenkins.plugins.multiarch.engine.agent.Requirement;
import io.jenkins.plugins.multiarch.engine.agent.Storage;
import io.jenkins.plugins.multiarch.engine.agent.Version;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code multiarch doctor}: what this machine can build, and what it lacks. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description =
                "Shows what this machine can build: natively, emulated, with which build tools; and what it lacks.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:Images can be built for the native platform and for every --platform.",
            "1:Something that is required is missing.",
            "2:The command line is wrong."
        })
public final class DoctorCommand implements Callable<Integer> {

    /** How the command looks at a machine; tests look at another one. */
    interface Inspection {
        Machine inspect(Collection<Platform> wanted) throws IOException;
    }

    private final Inspection inspection;

    @Option(
            names = "--platform",
            split = ",",
            paramLabel = "PLATFORM",
            description =
                    "A platform that must be built here, e.g. linux/arm64; repeatable, or several separated by commas.")
    private List<String> platforms = new ArrayList<>();

    @Option(names = "--json", description = "Print everything as JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    public DoctorCommand() {
        this(Machine::inspect);
    }

    DoctorCommand(Inspection inspection) {
        this.inspection = inspection;
    }

    @Override
    public Integer call() throws IOException {
        Machine machine = inspection.inspect(wanted());
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(MachineJson.write(machine));
        } else {
            print(machine, out);
        }
        out.flush();
        return machine.complete() ? 0 : 1;
    }

    private List<Platform> wanted() {
        try {
            return platforms.stream().map(Platform::parse).distinct().toList();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private static void print(Machine machine, PrintWriter out) {
        out.println(
                "This machine: " + machine.os() + (machine.kernel().isEmpty() ? "" : ", kernel " + machine.kernel()));
        out.println("  native    " + names(machine.nativePlatforms()));
        out.println("  emulated  "
                + (machine.emulatedPlatforms().isEmpty() ? "nothing" : names(machine.emulatedPlatforms())));
        out.println("  cpu       " + printable(machine.cpu()));
        out.println("  memory    " + size(machine.memoryBytes()));
        out.println("  storage   " + storage(machine.storage()));
        out.println();
        out.println("Build tools:");
        for (String[] tool : tools(machine.tools())) {
            out.printf("  %-8s  %s%n", tool[0], tool[1]);
        }
        out.println();
        out.println("Requirements:");
        int width = machine.requirements().stream()
                .mapToInt(requirement -> requirement.id().length())
                .max()
                .orElse(0);
        for (Requirement requirement : machine.requirements()) {
            out.printf(
                    "  %-7s  %-" + width + "s  %s%n",
                    requirement.state().name().toLowerCase(Locale.ROOT),
                    requirement.id(),
                    printable(requirement.found()));
            if (!requirement.remedy().isEmpty()) {
                out.printf("           %-" + width + "s  -> %s%n", "", printable(requirement.remedy()));
            }
        }
    }

    private static List<String[]> tools(BuildTools tools) {
        String none = "not installed";
        String buildx = none;
        if (tools.buildx() != null) {
            buildx = tools.buildx().version()
                    + (tools.buildx().builder().isEmpty()
                            ? ""
                            : ", builder " + tools.buildx().builder() + " (driver "
                                    + tools.buildx().driver() + ")")
                    + (tools.buildx().platforms().isEmpty()
                            ? ""
                            : " for " + names(tools.buildx().platforms()))
                    + (tools.buildx().problem().isEmpty()
                            ? ""
                            : ", but " + tools.buildx().problem());
        }
        String docker = none;
        if (tools.docker() != null) {
            Version client = tools.docker().client();
            docker = (client == null ? "version unknown" : client.text())
                    + (tools.docker().reachable()
                            ? ", engine " + tools.docker().server()
                            : ", but " + tools.docker().problem());
        }
        return List.of(
                new String[] {"buildx", printable(buildx)},
                new String[] {"docker", printable(docker)},
                new String[] {
                    "podman", tools.podman() == null ? none : tools.podman().text()
                },
                new String[] {
                    "buildah", tools.buildah() == null ? none : tools.buildah().text()
                });
    }

    private static String storage(Storage storage) {
        if (storage.path().isEmpty()) {
            return "unknown";
        }
        return printable(storage.path())
                + (storage.freeBytes() < 0 ? ", free space unknown" : ", " + size(storage.freeBytes()) + " free");
    }

    private static String size(long bytes) {
        return bytes < 0 ? "unknown" : String.format(Locale.ROOT, "%.1f GiB", bytes / (double) (1 << 30));
    }

    private static String names(List<Platform> platforms) {
        return printable(platforms.stream().map(Platform::toString).collect(Collectors.joining(", ")));
    }

    /** File contents and tool output end up in the table; what would move the cursor does not. */
    private static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }
}
