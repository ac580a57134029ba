package io.jenkins.plugins.multiarch.engine.cli;

import io.jenkins.plugins.multiarch.engine.index.IndexFormat;
import io.jenkins.plugins.multiarch.engine.index.IndexSource;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.registry.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.Mirror;
import io.jenkins.plugins.multiarch.engine.registry.RegistryException;
import io.jenkins.plugins.multiarch.engine.registry.RequestLimits;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/**
 * The {@code multiarch} command line. Its exit code is 0 if all went well, 1 if something failed, 2 if it was called
 * wrongly; failures are one line on the standard error.
 */
@Command(
        name = "multiarch",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        description = "Builds platform images and publishes image indexes.")
public final class Main implements Runnable {

    /** Every command by its name, in the order the help lists them. */
    private static final Map<String, Supplier<Object>> COMMANDS = new LinkedHashMap<>();

    static {
        COMMANDS.put("doctor", DoctorCommand::new);
        COMMANDS.put("build", BuildCommand::new);
        COMMANDS.put("push", PushCommand::new);
        COMMANDS.put("inspect", InspectCommand::new);
        COMMANDS.put("demo", DemoCommand::new);
    }

    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-v", "--verbose"},
            scope = ScopeType.INHERIT,
            description = "Show the stack trace of a failure.")
    private boolean verbose;

    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"multiarch " + (version == null ? "(not packaged)" : version)};
        }
    }

    /** Runs the command line and ends the JVM with its exit code. */
    public static void main(String[] arguments) {
        System.exit(commandLine(wanted(arguments)).execute(arguments));
    }

    /** The command that is named; all of them where none is, for the help and for the error. The others need not be loaded. */
    private static Collection<Supplier<Object>> wanted(String... arguments) {
        return Arrays.stream(arguments)
                .filter(argument -> !argument.startsWith("-"))
                .findFirst()
                .map(COMMANDS::get)
                .<Collection<Supplier<Object>>>map(List::of)
                .orElse(COMMANDS.values());
    }

    /** The whole command line, ready to {@link CommandLine#execute}; a new one for every use. */
    public static CommandLine commandLine() {
        return commandLine(COMMANDS.values());
    }

    private static CommandLine commandLine(Collection<Supplier<Object>> commands) {
        CommandLine commandLine = new CommandLine(new Main());
        commands.forEach(command -> commandLine.addSubcommand(command.get()));
        return commandLine
                .registerConverter(ImageReference.class, reading(ImageReference::parse))
                .registerConverter(Platform.class, reading(Platform::parse))
                .registerConverter(IndexFormat.class, reading(IndexFormat::parse))
                .registerConverter(IndexSource.class, reading(SourceOption::parse))
                .registerConverter(SecretOption.class, reading(SecretOption::parse))
                .registerConverter(RequestLimits.class, reading(RegistryOptions::retrying))
                .registerConverter(Mirror.class, reading(Mirror::parse))
                .registerConverter(RegistryName.class, reading(RegistryName::parse))
                .registerConverter(Duration.class, reading(TimeLimit::parse))
                .registerConverter(PlatformAnnotation.class, reading(PlatformAnnotation::parse))
                .setParameterExceptionHandler(Main::wrongUsage)
                .setExecutionExceptionHandler(Main::failure);
    }

    /** Without a command there is nothing to do. */
    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Name a command");
    }

    /** picocli would put the name of the exception's class in front of a message that says it all. */
    private static <T> ITypeConverter<T> reading(Function<String, T> parse) {
        return text -> {
            try {
                return parse.apply(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        };
    }

    private static int wrongUsage(ParameterException e, String[] arguments) {
        String command = e.getCommandLine().getCommandSpec().qualifiedName();
        report(e.getCommandLine(), e.getMessage() + " (see '" + command + " --help')", e);
        return CommandLine.ExitCode.USAGE;
    }

    private static int failure(Exception e, CommandLine commandLine, ParseResult result) {
        String message = e.getMessage() == null ? e.toString() : e.getMessage();
        if (e instanceof RegistryException.NoCredential missing) {
            message += " " + RegistryOptions.remedy(missing.registry());
        }
        report(commandLine, message, e);
        return CommandLine.ExitCode.SOFTWARE;
    }

    private static void report(CommandLine commandLine, String message, Exception e) {
        CommandSpec spec = commandLine.getCommandSpec();
        PrintWriter err = commandLine.getErr();
        err.println(spec.qualifiedName() + ": " + message.strip().replaceAll("\\s*\\R\\s*", " "));
        if (((Main) spec.root().userObject()).verbose) {
            e.printStackTrace(err);
        }
        err.flush();
    }
}
