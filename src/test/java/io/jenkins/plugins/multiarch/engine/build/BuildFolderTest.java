package io.jenkins.plugins.multiarch.engine.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs the real script with the machine's own {@code sh}. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "builds run on Unix agents only")
class BuildFolderTest {

    private static final String DIGEST = "sha256:" + "ab".repeat(32);
    private static final ImageReference IMAGE = ImageReference.parse("localhost:5000/demo/hello:1.0");

    @TempDir
    private Path temp;

    private Path context;
    private BuildFolder folder;

    @BeforeEach
    void createFolder() throws Exception {
        context = Files.createDirectories(temp.resolve("work space/con'text"));
        folder = BuildFolder.create(temp.resolve("tmp dir/build"));
    }

    private int run(BuildScript script, Map<String, String> environment) throws Exception {
        folder.write(script, "", context, environment);
        Process process = new ProcessBuilder(
                        "sh", folder.path().resolve(BuildFolder.SCRIPT).toString())
                .redirectErrorStream(true)
                .redirectOutput(temp.resolve("log").toFile())
                .start();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private String log() throws Exception {
        return Files.readString(temp.resolve("log"));
    }

    private static List<String> say(BuildFolder folder, String command) {
        return List.of("/bin/sh", "-c", command + " > \"$0\"", folder.path() + "/said.txt");
    }

    private static BuildScript script(List<Command> commands, List<Command> cleanup) {
        return new BuildScript("", "", Map.of(), commands, List.of(), cleanup);
    }

    @Test
    void everyValueArrivesAsExactlyOneArgument() throws Exception {
        List<String> nasty = List.of(
                "$(touch owned)",
                "`id`",
                "a'b\"c",
                "back\\slash \\n \\t \\c \\0101",
                " spaces  and\ttabs ",
                "two\nlines\n\n",
                "*",
                "",
                "-n",
                "%s%b",
                "ünïcödé ☃",
                "; exit 3");
        List<String> arguments =
                new ArrayList<>(List.of("sh", "-c", "printf '[%s]\n' \"$@\" > \"$0\"", folder.path() + "/out.txt"));
        arguments.addAll(nasty);

        int status = run(script(List.of(new Command("", arguments)), List.of()), Map.of());

        assertThat(status).isZero();
        String expected = nasty.stream().map(value -> "[" + value + "]\n").reduce("", String::concat);
        assertThat(folder.path().resolve("out.txt")).hasContent(expected.stripTrailing());
        assertThat(Files.readString(folder.path().resolve("out.txt"))).isEqualTo(expected);
        assertThat(context).isEmptyDirectory();
    }

    private List<String> runPart(BuildFolder.Part part) throws Exception {
        Path command = Files.writeString(
                temp.resolve("command"), BuildFolder.command(folder.path().toString(), part));
        Files.deleteIfExists(temp.resolve("said"));
        int status = new ProcessBuilder("sh", command.toString()).start().waitFor();
        List<String> said = new ArrayList<>();
        if (Files.exists(temp.resolve("said"))) {
            said.addAll(Files.readAllLines(temp.resolve("said")));
        }
        said.add("exit " + status);
        return said;
    }

    @Test
    void aBuildCanStopBeforeItsPush() throws Exception {
        Function<String, Command> say = text -> Command.quiet(
                "sh",
                "-c",
                "echo " + text + " >> \"$0\"; ! [ -e \"$0.bad\" ]",
                temp.resolve("said").toString());
        folder.write(
                new BuildScript(
                        "",
                        "",
                        Map.of(),
                        List.of(say.apply("build"), say.apply("test")),
                        List.of(say.apply("push"), say.apply("cache")),
                        List.of(say.apply("clean"))),
                "",
                context,
                Map.of());

        assertThat(runPart(BuildFolder.Part.ALL)).containsExactly("build", "test", "push", "cache", "clean", "exit 0");
        assertThat(runPart(BuildFolder.Part.BUILD)).containsExactly("build", "test", "exit 0");
        assertThat(runPart(BuildFolder.Part.PUSH)).containsExactly("push", "cache", "clean", "exit 0");
        assertThat(runPart(BuildFolder.Part.CLEAN_UP)).containsExactly("clean", "exit 0");
        Files.createFile(temp.resolve("said.bad"));
        assertThat(runPart(BuildFolder.Part.BUILD)).containsExactly("build", "clean", "exit 1");
        assertThat(runPart(BuildFolder.Part.PUSH)).containsExactly("push", "clean", "exit 1");
        assertThat(runPart(BuildFolder.Part.ALL)).containsExactly("build", "clean", "exit 1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "it's \"$HOME\" `id` \\n", "a b;exit 3", "ünïcödé ☃"})
    void isFoundWhateverItsPath(String name, @TempDir Path directory) throws Exception {
        BuildFolder other = BuildFolder.create(directory.resolve(name));
        String path = other.path().toString();
        Command say = Command.quiet(
                "sh", "-c", "printf %s \"$" + BuildFolder.VARIABLE + "\" > \"$" + BuildFolder.VARIABLE + "\"/said.txt");
        other.write(script(List.of(say), List.of()), "", context, Map.of());
        Path command = Files.writeString(directory.resolve("command"), BuildFolder.command(path));

        assertThat(new ProcessBuilder("sh", command.toString()).start().waitFor())
                .isZero();
        assertThat(other.path().resolve("said.txt")).hasContent(path);
    }

    /** An image with one build tool in it may have a shell and nothing else. */
    @Test
    void needsNoProgramButTheShell() throws Exception {
        folder.write(
                script(List.of(new Command("Say", say(folder, "echo said"))), List.of()),
                "",
                context,
                Map.of("PATH", "/nonexistent"));
        ProcessBuilder builder = new ProcessBuilder("/bin/sh", folder.path() + "/" + BuildFolder.SCRIPT);
        builder.environment().put("PATH", "/nonexistent");

        assertThat(builder.inheritIO().start().waitFor()).isZero();
        assertThat(folder.path().resolve("said.txt")).hasContent("said");
    }

    @ParameterizedTest
    @ValueSource(strings = {"directory", "environment", "commands"})
    void aFolderThatLacksSomethingFails(String missing) throws Exception {
        folder.write(script(List.of(Command.quiet("true")), List.of()), "", context, Map.of());
        Files.move(folder.path().resolve(missing), folder.path().resolve("elsewhere"));
        ProcessBuilder builder = new ProcessBuilder("sh", folder.path() + "/" + BuildFolder.SCRIPT);

        assertThat(builder.inheritIO().start().waitFor()).isNotZero();
    }

    /** The relative path of the context counts from where the folder really is. */
    @Test
    void isFoundThroughALink(@TempDir Path directory) throws Exception {
        Path far = Files.createDirectories(directory.resolve("disk/deep/tmp"));
        Path link = Files.createSymbolicLink(directory.resolve("tmp"), far);
        Path place = Files.createDirectory(directory.resolve("workspace"));
        BuildFolder other = BuildFolder.create(far.resolve("build"));
        other.write(script(List.of(new Command("", say(other, "pwd"))), List.of()), "", place, Map.of());

        assertThat(new ProcessBuilder(
                                "sh",
                                link.resolve("build/" + BuildFolder.SCRIPT).toString())
                        .inheritIO()
                        .start()
                        .waitFor())
                .isZero();
        assertThat(far.resolve("build/said.txt")).hasContent(place.toRealPath().toString());
    }

    @Test
    void runsInTheContextWithItsEnvironment() throws Exception {
        run(
                script(
                        List.of(new Command("Look around", List.of("sh", "-c", "pwd; echo \"$SECRET_PATH\""))),
                        List.of()),
                Map.of("SECRET_PATH", "/a b/$HOME\\x"));

        assertThat(log()).isEqualTo("Look around\n" + context.toRealPath() + "\n/a b/$HOME\\x\n");
    }

    @Test
    void stopsAtTheFirstFailureButCleansUp() throws Exception {
        int status = run(
                script(
                        List.of(
                                Command.quiet("sh", "-c", "echo one"),
                                Command.quiet("sh", "-c", "exit 7"),
                                Command.quiet("sh", "-c", "echo never")),
                        List.of(Command.quiet("false"), Command.quiet("touch", "cleaned"))),
                Map.of());

        assertThat(status).isEqualTo(7);
        assertThat(log()).isEqualTo("one\n");
        assertThat(context.resolve("cleaned")).exists();
    }

    @Test
    void cleansUpWhenTerminated() throws Exception {
        folder.write(
                script(
                        List.of(new Command("", List.of("sh", "-c", "touch started; exec sleep 60"))),
                        List.of(Command.quiet("touch", "cleaned"))),
                "",
                context,
                Map.of());
        // To a file, as a durable task has it: destroying a process closes its pipes, and a write to them would end it.
        Process process = new ProcessBuilder(
                        "sh", folder.path().resolve(BuildFolder.SCRIPT).toString())
                .redirectErrorStream(true)
                .redirectOutput(temp.resolve("log").toFile())
                .start();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!Files.exists(context.resolve("started")) && System.nanoTime() < deadline) {
            Thread.sleep(20);
        }
        // As Jenkins does: every process of the step at once.
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();

        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(context.resolve("cleaned")).exists();
    }

    @Test
    void cleansUpWhenNobodyReadsItsOutputAnyMore() throws Exception {
        folder.write(
                script(
                        List.of(Command.quiet("sh", "-c", "touch started; exec sleep 60")),
                        List.of(Command.quiet("touch", "cleaned"))),
                "",
                context,
                Map.of());
        Process process = new ProcessBuilder(
                        "sh", folder.path().resolve(BuildFolder.SCRIPT).toString())
                .start();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!Files.exists(context.resolve("started")) && System.nanoTime() < deadline) {
            Thread.sleep(20);
        }
        process.getInputStream().close();
        process.getErrorStream().close();
        // The shell reports that its child was terminated, to nobody.
        process.children().forEach(ProcessHandle::destroy);

        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(context.resolve("cleaned")).exists();
    }

    @Test
    void onlyItsOwnerCanEnterAndItGoesAway() throws Exception {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.path())))
                .isEqualTo("rwx------");
        Path outside = Files.createFile(temp.resolve("outside"));
        Files.createSymbolicLink(folder.path().resolve("link"), outside);
        folder.write(script(List.of(Command.quiet("true")), List.of()), "", context, Map.of());

        folder.delete();
        folder.delete();

        assertThat(folder.path()).doesNotExist();
        assertThat(outside).exists();
    }

    @Test
    void readsTheDigestThatBuildxLeaves() throws Exception {
        Files.writeString(
                folder.path().resolve("metadata.json"),
                "{\"buildx.build.ref\":\"x\",\"containerimage.digest\":\"" + DIGEST + "\"}");
        assertThat(folder.readDigest(IMAGE)).hasToString(DIGEST);
    }

    @Test
    void readsTheDigestThatBuildahLeaves() throws Exception {
        Files.writeString(folder.path().resolve("digest"), DIGEST + "\n");
        assertThat(folder.readDigest(IMAGE)).hasToString(DIGEST);
    }

    @Test
    void readsTheDigestOfTheRightRepositoryFromDocker() throws Exception {
        Files.writeString(
                folder.path().resolve("repo-digests.json"),
                "[\"other/hello@sha256:" + "00".repeat(32) + "\",\"localhost:5000/demo/hello@" + DIGEST + "\"]");
        assertThat(folder.readDigest(IMAGE)).hasToString(DIGEST);
    }

    @Test
    void namesWhatItFoundInsteadOfADigest() throws Exception {
        assertThatThrownBy(() -> folder.readDigest(IMAGE)).hasMessageContaining("left no digest");
        Files.writeString(folder.path().resolve("repo-digests.json"), "[]");
        assertThatThrownBy(() -> folder.readDigest(IMAGE))
                .hasMessageContaining("localhost:5000/demo/hello")
                .hasMessageContaining("build again");
        Files.writeString(folder.path().resolve("digest"), "sha256:zz");
        assertThatThrownBy(() -> folder.readDigest(IMAGE)).hasMessageContaining("sha256:zz");
        Files.write(folder.path().resolve("digest"), new byte[300_000]);
        assertThatThrownBy(() -> folder.readDigest(IMAGE)).hasMessageContaining("262144 bytes");
    }
}
