package io.jenkins.plugins.multiarch.engine.jib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArchiveTest {

    private static final int BLOCK = 512;

    @TempDir
    private Path directory;

    private Path archive(byte type) throws IOException {
        Path file = directory.resolve("archive");
        try (OutputStream out = Files.newOutputStream(file);
                TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
            tar.putArchiveEntry(new TarArchiveEntry("entry", type));
            tar.closeArchiveEntry();
        }
        return file;
    }

    @Test
    void isOneWithoutAMagicNumberToo() throws IOException {
        Path file = archive(TarConstants.LF_NORMAL);
        byte[] content = Files.readAllBytes(file);
        // As "tar --format=v7" writes it: all behind the name of a link is empty, and the sum says so.
        Arrays.fill(content, 257, BLOCK, (byte) 0);
        Arrays.fill(content, 148, 156, (byte) ' ');
        int sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            sum += content[i] & 0xff;
        }
        byte[] digits = String.format("%06o\0 ", sum).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(digits, 0, content, 148, digits.length);
        Files.write(file, content);

        assertThat(Archive.is(file)).isTrue();
        assertThat(Archive.read(file, directory).names("")).containsExactly("entry");
    }

    @Test
    void zerosAndTextAreNone() throws IOException {
        assertThat(Archive.is(Files.write(directory.resolve("zeros"), new byte[BLOCK * 20])))
                .isFalse();
        assertThat(Archive.is(Files.writeString(directory.resolve("text"), "ustar ".repeat(BLOCK))))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(bytes = {TarConstants.LF_FIFO, TarConstants.LF_BLK, TarConstants.LF_CHR})
    void devicesAndPipesAreRefused(byte type) throws IOException {
        Path file = archive(type);
        assertThatThrownBy(() -> Archive.read(file, directory))
                .hasMessageContaining("unpacks an archive with 'entry', a device or a pipe")
                .hasMessageContaining("Leave it out");
    }

    @Test
    void whatHasBecomeALinkIsNotRead() throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("link"), archive(TarConstants.LF_NORMAL));
        assertThatThrownBy(() -> Archive.is(link)).isInstanceOf(IOException.class);
    }
}
