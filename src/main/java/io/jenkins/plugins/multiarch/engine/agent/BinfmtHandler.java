package io.jenkins.plugins.multiarch.engine.agent;

import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.io.Serializable;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * An interpreter that the kernel runs foreign programs with, as {@code /proc/sys/fs/binfmt_misc/<name>} describes it.
 *
 * @param name the handler's name, e.g. {@code qemu-aarch64}
 * @param enabled whether the kernel uses it
 * @param interpreter path of the program; empty if not told
 * @param flags one letter each, e.g. {@code PF}; {@code F} means that the interpreter was opened when the handler was
 *     registered, so that it is found inside containers too
 * @param magic the bytes that a program must have at {@code offset}, in hexadecimal; empty if it goes by extension
 * @param mask which bits of them count, in hexadecimal; empty for all
 * @param offset where in the program the magic is looked for, in bytes
 * @see <a href="https://docs.kernel.org/admin-guide/binfmt-misc.html">binfmt_misc</a>
 */
public record BinfmtHandler(
        String name, boolean enabled, String interpreter, String flags, String magic, String mask, int offset)
        implements Serializable {

    /** QEMU's names of the architectures, by Go's. */
    private static final Map<String, String> QEMU_NAMES = Map.ofEntries(
            Map.entry("386", "i386"),
            Map.entry("amd64", "x86_64"),
            Map.entry("arm", "arm"),
            Map.entry("arm64", "aarch64"),
            Map.entry("loong64", "loongarch64"),
            Map.entry("mips", "mips"),
            Map.entry("mips64", "mips64"),
            Map.entry("mips64le", "mips64el"),
            Map.entry("mipsle", "mipsel"),
            Map.entry("ppc64", "ppc64"),
            Map.entry("ppc64le", "ppc64le"),
            Map.entry("riscv64", "riscv64"),
            Map.entry("s390x", "s390x"));

    /**
     * Reads a handler's description.
     *
     * @param text the file's content; what it does not tell stays empty
     */
    static BinfmtHandler parse(String name, String text) {
        boolean enabled = false;
        String interpreter = "";
        String flags = "";
        String magic = "";
        String mask = "";
        int offset = 0;
        for (String line : text.split("\n")) {
            String[] words = line.strip().split("\\s+", 2);
            String value = words.length == 2 ? words[1] : "";
            switch (words[0]) {
                case "enabled" -> enabled = true;
                case "interpreter" -> interpreter = value;
                case "flags:" -> flags = value;
                case "magic" -> magic = value;
                case "mask" -> mask = value;
                case "offset" -> offset = value.matches("\\d{1,4}") ? Integer.parseInt(value) : -1;
                default -> {
                    // "disabled", or an "extension", which says nothing of a platform
                }
            }
        }
        return new BinfmtHandler(name, enabled, interpreter, flags, magic, mask, offset);
    }

    /** What QEMU's handler for a platform is called, e.g. {@code qemu-aarch64}, on every distribution. */
    public static String nameFor(Platform platform) {
        return "qemu-" + QEMU_NAMES.getOrDefault(platform.architecture(), platform.architecture());
    }

    /** Whether the interpreter works inside containers: the fix-binary flag, Linux 4.8 and later. */
    public boolean fixesBinary() {
        return flags.indexOf('F') >= 0;
    }

    /** Whether a container for one of {@link #platforms} runs. */
    public boolean usable() {
        return enabled && fixesBinary();
    }

    /** The platforms whose programs this handler takes; empty if it is for something else. */
    public List<Platform> platforms() {
        String architecture = magic.isEmpty() ? architectureOfName() : architectureOfMagic();
        if (architecture.isEmpty()) {
            return List.of();
        }
        // QEMU has one program for all ARM processors of 32 bits; their programs' headers do not differ.
        return architecture.equals("arm")
                ? Stream.of("v5", "v6", "v7")
                        .map(variant -> Platform.of("linux", "arm", variant))
                        .toList()
                : List.of(Platform.of("linux", architecture, ""));
    }

    /** Whether this handler runs programs of a platform, of whichever variant. */
    public boolean serves(Platform platform) {
        return platforms().stream()
                .anyMatch(served -> served.os().equals(platform.os())
                        && served.architecture().equals(platform.architecture()));
    }

    private String architectureOfName() {
        String machine = name.startsWith("qemu-") ? name.substring("qemu-".length()) : "";
        String plain =
                machine.endsWith("-static") ? machine.substring(0, machine.length() - "-static".length()) : machine;
        return QEMU_NAMES.entrySet().stream()
                .filter(entry -> entry.getValue().equals(plain))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse("");
    }

    /** The machine in the ELF header that the magic is made of: {@code e_ident}, then {@code e_machine} at byte 18. */
    private String architectureOfMagic() {
        byte[] header;
        try {
            header = HexFormat.of().parseHex(magic);
        } catch (IllegalArgumentException e) {
            return "";
        }
        boolean elf = offset == 0
                && header.length >= 20
                && header[0] == 0x7f
                && header[1] == 'E'
                && header[2] == 'L'
                && header[3] == 'F';
        if (!elf) {
            return "";
        }
        boolean wide = header[4] == 2;
        boolean little = header[5] == 1;
        int machine = little
                ? Byte.toUnsignedInt(header[18]) | Byte.toUnsignedInt(header[19]) << 8
                : Byte.toUnsignedInt(header[19]) | Byte.toUnsignedInt(header[18]) << 8;
        return switch (machine) {
            case 3 -> "386";
            // Of 32 bits there are two: what Go calls mips, and N32, which it does not have. Only the name tells
            // them
            // apart reliably, because QEMU writes the flags in the header of mipsn32el in the wrong byte order.
            case 8 -> name.contains("mipsn32") ? "" : "mips" + (wide ? "64" : "") + (little ? "le" : "");
            case 21 -> little ? "ppc64le" : "ppc64";
            case 22 -> wide ? "s390x" : "";
            case 40 -> little ? "arm" : "";
            case 62 -> wide ? "amd64" : "";
            case 183 -> wide && little ? "arm64" : "";
            case 243 -> wide ? "riscv64" : "";
            case 258 -> wide ? "loong64" : "";
            default -> "";
        };
    }
}
