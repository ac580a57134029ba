package io.jenkins.plugins.multiarch.engine.cli;

import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A program for Linux that prints where it runs and ends: a static executable in a few hundred bytes, made without a
 * compiler. It calls the kernel twice, {@code write(1, text, length)} and {@code exit(0)}.
 *
 * @param platform what it runs on, one of {@link #PLATFORMS}
 * @see <a href="https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html">System V ABI, ELF header</a>
 */
record DemoProgram(Platform platform) {

    /** Those that a program can be made for. */
    static final List<Platform> PLATFORMS =
            List.of(Platform.parse("linux/amd64"), Platform.parse("linux/arm64"), Platform.parse("linux/riscv64"));

    private static final int ELF_HEADER = 64;
    private static final int PROGRAM_HEADER = 56;
    private static final int START = ELF_HEADER + PROGRAM_HEADER;
    private static final long ADDRESS = 0x400000;

    /** No kernel has larger pages, and the address is a multiple of it. */
    private static final long PAGE = 0x10000;

    private static final int EXECUTABLE = 2;
    private static final int LOADED = 1;
    private static final int READ_AND_EXECUTE = 5;

    /** The numbers of calls that Linux has on all newer architectures; amd64 has its own. */
    private static final int WRITE = 64;

    private static final int EXIT = 93;

    DemoProgram {
        if (!PLATFORMS.contains(platform)) {
            throw new IllegalArgumentException("There is no program for " + platform + ". Choose one of " + PLATFORMS);
        }
    }

    /** What it prints, with its line feed. */
    String output() {
        return "hello from " + platform + "\n";
    }

    /** The executable file. */
    byte[] bytes() {
        byte[] text = output().getBytes(StandardCharsets.US_ASCII);
        byte[] code =
                switch (platform.architecture()) {
                    case "amd64" -> amd64(text.length);
                    case "arm64" -> arm64(text.length);
                    default -> riscv64(text.length);
                };
        int size = START + code.length + text.length;
        ByteBuffer file = littleEndian(size);
        file.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1, 0}).putLong(0); // 64 bits, little-endian
        file.putShort((short) EXECUTABLE).putShort((short) machine()).putInt(1);
        file.putLong(ADDRESS + START).putLong(ELF_HEADER).putLong(0).putInt(0);
        file.putShort((short) ELF_HEADER).putShort((short) PROGRAM_HEADER).putShort((short) 1);
        file.putShort((short) 0).putShort((short) 0).putShort((short) 0); // no sections
        file.putInt(LOADED).putInt(READ_AND_EXECUTE).putLong(0);
        file.putLong(ADDRESS).putLong(ADDRESS).putLong(size).putLong(size).putLong(PAGE);
        return file.put(code).put(text).array();
    }

    private int machine() {
        return switch (platform.architecture()) {
            case "amd64" -> 62;
            case "arm64" -> 183;
            default -> 243;
        };
    }

    /** The text follows the code, and is addressed relative to the instruction that needs it. */
    private static byte[] amd64(int length) {
        int size = 33;
        int afterLea = 17;
        return littleEndian(size)
                .put((byte) 0xb8) // mov eax, write
                .putInt(1)
                .put((byte) 0xbf) // mov edi, standard output
                .putInt(1)
                .put(new byte[] {0x48, (byte) 0x8d, 0x35}) // lea rsi, [rip + distance]
                .putInt(size - afterLea)
                .put((byte) 0xba) // mov edx, length
                .putInt(length)
                .put(new byte[] {0x0f, 0x05}) // syscall
                .put((byte) 0xb8) // mov eax, exit
                .putInt(60)
                .put(new byte[] {0x31, (byte) 0xff, 0x0f, 0x05}) // xor edi, edi; syscall
                .array();
    }

    private static byte[] arm64(int length) {
        int size = 32;
        int call = 0xd4000001; // svc #0
        int distance = size - Integer.BYTES;
        return littleEndian(size)
                .putInt(movz(0, 1))
                .putInt(0x10000001 | (distance & 3) << 29 | distance >> 2 << 5) // adr x1, distance
                .putInt(movz(2, length))
                .putInt(movz(8, WRITE))
                .putInt(call)
                .putInt(movz(0, 0))
                .putInt(movz(8, EXIT))
                .putInt(call)
                .array();
    }

    private static int movz(int register, int value) {
        return 0xd2800000 | value << 5 | register;
    }

    private static byte[] riscv64(int length) {
        int size = 36;
        int call = 0x73; // ecall
        int argument = 10; // a0; a1 and a2 follow
        int number = 17; // a7
        return littleEndian(size)
                .putInt(addi(argument, 0, 1))
                .putInt(0x17 | argument + 1 << 7) // auipc a1, 0
                .putInt(addi(argument + 1, argument + 1, size - Integer.BYTES))
                .putInt(addi(argument + 2, 0, length))
                .putInt(addi(number, 0, WRITE))
                .putInt(call)
                .putInt(addi(argument, 0, 0))
                .putInt(addi(number, 0, EXIT))
                .putInt(call)
                .array();
    }

    private static int addi(int register, int source, int value) {
        return 0x13 | register << 7 | source << 15 | value << 20;
    }

    private static ByteBuffer littleEndian(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }
}
