package io.jenkins.plugins.multiarch.leftovers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.multiarch.engine.build.BuildFolder;
import io.jenkins.plugins.multiarch.engine.build.BuildScript;
import io.jenkins.plugins.multiarch.engine.build.Command;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "builds run on Unix agents only")
class BuildFolderIndexTest {

    @TempDir
    private Path temp;

    private FolderEntry entry(String name, long keepUntilMillis, Path... folders) {
        return new FolderEntry(
                name,
                "order",
                "job#1",
                List.of(folders).stream().map(Path::toString).toList(),
                keepUntilMillis);
    }

    @Test
    void entriesAreDueOnceTheirTimeIsOver() throws Exception {
        BuildFolderIndex index = new BuildFolderIndex(temp);
        assertThat(index.due(Long.MAX_VALUE)).isEmpty();
        FolderEntry old = entry("multiarch-1-linux-amd64", 1000, temp.resolve("ünïcödé folder"));
        FolderEntry fresh = entry("multiarch-1-linux-arm64", 3000);

        assertThat(index.add(old)).isFalse();
        assertThat(index.add(fresh)).isFalse();

        assertThat(index.due(999)).isEmpty();
        assertThat(index.due(1000)).containsExactly(old);
        assertThat(index.due(3000)).containsExactlyInAnyOrder(old, fresh);
        assertThat(index.find(old.name())).isEqualTo(old);
        assertThat(index.add(old.keptFor(60_000))).as("entered before").isTrue();
        assertThat(index.due(3000)).containsExactly(fresh);
        index.remove(fresh.name());
        index.remove(fresh.name());
        assertThat(index.due(3000)).isEmpty();
        assertThat(index.find(fresh.name())).isNull();
    }

    @Test
    void whatIsNoEntryIsLeftAlone() throws Exception {
        BuildFolderIndex index = new BuildFolderIndex(temp);
        index.add(entry("good", 0));
        Path directory = temp.resolve(BuildFolderIndex.DIRECTORY);
        Files.writeString(directory.resolve("cut.json"), "{\"name\":\"cu");
        Files.copy(directory.resolve("good.json"), directory.resolve("other.json"));
        Files.write(directory.resolve("huge.json"), new byte[100_000]);

        assertThat(index.due(0)).extracting(FolderEntry::name).containsExactly("good");
        assertThatThrownBy(() -> index.remove("../outside"))
                .hasMessage("'../outside' is not the name of a build's folder.");
    }

    @Test
    void foldersAreRemovedHoweverTheyAreProtected() throws Exception {
        Path build = Files.createDirectories(temp.resolve("build"));
        Path context = Files.createDirectories(temp.resolve("context/locked"));
        Path outside = Files.createDirectories(temp.resolve("outside"));
        Files.writeString(context.resolve("file"), "x");
        Files.createSymbolicLink(build.resolve("link"), outside);
        Files.setPosixFilePermissions(context, PosixFilePermissions.fromString("r-xr-xr-x"));

        entry("name", 0, build, temp.resolve("context"), temp.resolve("never made"))
                .removeFolders();

        assertThat(build).doesNotExist();
        assertThat(temp.resolve("context")).doesNotExist();
        assertThat(outside).exists();
    }

    @Test
    void whatABuildWouldHaveCleanedUpIsCleanedUpForIt() throws Exception {
        Path context = Files.createDirectories(temp.resolve("con text"));
        BuildFolder folder = BuildFolder.create(temp.resolve("build"));
        Path proof = temp.resolve("proof");
        folder.write(
                new BuildScript(
                        "",
                        "",
                        Map.of("OF_BUILD", "a\\b\nc"),
                        List.of(Command.quiet("sh", "-c", "echo must not run >> \"$0\"", proof.toString())),
                        List.of(),
                        List.of(
                                Command.quiet("there is no such tool"),
                                Command.quiet("false"),
                                Command.quiet(
                                        "sh",
                                        "-c",
                                        "printf '%s|%s|%s' \"$OF_BUILD\" \"$OF_AGENT\" \"$1\" > \"$0\"",
                                        proof.toString(),
                                        "back\\slash \\n and\nnewline"))),
                "",
                context,
                Map.of());

        entry("name", 0, folder.path(), context).removeLeftovers(Map.of("OF_AGENT", "agent", "OF_BUILD", "lost"));

        assertThat(Files.readString(proof)).isEqualTo("a\\b\nc|agent|back\\slash \\n and\nnewline");
        assertThat(folder.path()).doesNotExist();
        assertThat(context).doesNotExist();
    }
}
