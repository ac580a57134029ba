package io.jenkins.plugins.multiarch.engine.cli;

import io.jenkins.plugins.multiarch.engine.access.Mirror;
import io.jenkins.plugins.multiarch.engine.access.RequestLimits;
import io.jenkins.plugins.multiarch.engine.bake.PublishMode;
import io.jenkins.plugins.multiarch.engine.index.IndexFormat;
import io.jenkins.plugins.multiarch.engine.index.IndexSource;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.RegistryException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
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
        description = "Builds platform images, publishes image indexes, and signs, verifies and promotes them.")
public final class Main implements Runnable {

    /** Every command, in the order the help lists them. */
    private static final List<String> COMMANDS =
            List.of("doctor", "build", "bake", "push", "inspect", "sign", "verify", "copy", "demo");

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
        // Java would not show a password to a proxy before TLS. It reads this when it loads its HTTP client.
        System.setProperty("jdk.http.auth.tunneling.disabledSchemes", "");
        List<String> commands = wanted(arguments);
        if (commands.size() == 1) {
            HeadStart.take();
        }
        int code = commandLine(commands).execute(arguments);
        WaitingThreads.end();
        System.exit(code);
    }

    /** The command that is named; all of them where none is, for the help and for the error. The others need not be loaded. */
    private static List<String> wanted(String... arguments) {
        for (String argument : arguments) {
            if (!argument.startsWith("-")) {
                return COMMANDS.contains(argument) ? List.of(argument) : COMMANDS;
            }
        }
        return COMMANDS;
    }

    private static Object command(String name) {
        return switch (name) {
            case "doctor" -> new DoctorCommand();
            case "build" -> new BuildCommand();
            case "bake" -> new BakeCommand();
            case "push" -> new PushCommand();
            case "inspect" -> new InspectCommand();
            case "sign" -> new SignCommand();
            case "verify" -> new VerifyCommand();
            case "copy" -> new CopyCommand();
            default -> new DemoCommand();
        };
    }

    /** The whole command line, ready to {@link CommandLine#execute}; a new one for every use. */
    public static CommandLine commandLine() {
        return commandLine(COMMANDS);
    }

    private static CommandLine commandLine(List<String> commands) {
        CommandLine commandLine = new CommandLine(new Main());
        commands.forEach(command -> commandLine.addSubcommand(command(command)));
        Failures failures = new Failures();
        return commandLine
                .registerConverter(ImageReference.class, new Reading<>(ImageReference::parse))
                .registerConverter(Platform.class, new Reading<>(Platform::parse))
                .registerConverter(IndexFormat.class, new Reading<>(IndexFormat::parse))
                .registerConverter(IndexSource.class, new Reading<>(SourceOption::parse))
                .registerConverter(PublishMode.class, new Reading<>(PublishMode::parse))
                .registerConverter(SecretOption.class, new Reading<>(SecretOption::parse))
                .registerConverter(RequestLimits.class, new Reading<>(RegistryOptions::retrying))
                .registerConverter(Mirror.class, new Reading<>(Mirror::parse))
                .registerConverter(RegistryName.class, new Reading<>(RegistryName::parse))
                .registerConverter(Duration.class, new Reading<>(TimeLimit::parse))
                .registerConverter(PlatformAnnotation.class, new Reading<>(PlatformAnnotation::parse))
                .setParameterExceptionHandler(failures)
                .setExecutionExceptionHandler(failures);
    }

    /** Without a command there is nothing to do. */
    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Name a command");
    }

    /**
     * Reads a value; picocli would put the name of the exception's class in front of a message that says it all.
     *
     * <p>Neither this nor {@link Failures} is a lambda: Java would keep picocli's types out of the archive of classes with
     * which {@code bin/multiarch} starts.
     */
    private record Reading<T>(Function<String, T> parse) implements ITypeConverter<T> {
        @Override
        public T convert(String text) {
            try {
                return parse.apply(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    private static final class Failures implements IParameterExceptionHandler, IExecutionExceptionHandler {

        @Override
        public int handleParseException(ParameterException e, String[] arguments) {
            String command = e.getCommandLine().getCommandSpec().qualifiedName();
            report(e.getCommandLine(), e.getMessage() + " (see '" + command + " --help')", e);
            return CommandLine.ExitCode.USAGE;
        }

        @Override
        public int handleExecutionException(Exception e, CommandLine commandLine, ParseResult result) {
            String message = e.getMessage() == null ? e.toString() : e.getMessage();
            if (e instanceof RegistryException.NoCredential missing) {
                message += " " + RegistryOptions.remedy(missing.registry());
            }
            report(commandLine, message, e);
            return CommandLine.ExitCode.SOFTWARE;
        }
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
