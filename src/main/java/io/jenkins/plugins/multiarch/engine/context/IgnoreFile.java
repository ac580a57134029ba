package io.jenkins.plugins.multiarch.engine.context;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The rules of a {@code .dockerignore}: what of a build context is not sent to a build. They mean what they mean to
 * BuildKit:
 *
 * <ul>
 *   <li>Rules apply in order, the last one that matches a path decides. {@code !} takes paths back in.
 *   <li>A rule that matches a directory holds for everything below it; an exception below it still counts.
 *   <li>{@code *} and {@code ?} stop at a slash, {@code **} does not; {@code [a-z]}, {@code [^a-z]} and {@code \}
 *       work as in Go's {@code path.Match}. Case matters. The separator is the slash, on Windows too.
 *   <li>A line with {@code #} in the first column is a comment. Surrounding white space, a leading slash and a
 *       trailing one do not matter.
 * </ul>
 *
 * @see <a href="https://docs.docker.com/build/concepts/context/#dockerignore-files">.dockerignore files</a>
 */
public final class IgnoreFile {

    private static final long MOST_BYTES = 1024 * 1024;
    /** What its name has behind that of the Dockerfile. */
    private static final String OWN = ".dockerignore";

    private static final IgnoreFile NONE = new IgnoreFile(null, List.of());

    private final String name;
    private final List<IgnoreRule> rules;

    private IgnoreFile(String name, List<IgnoreRule> rules) {
        this.name = name;
        this.rules = List.copyOf(rules);
    }

    /** The rules of a context that has no ignore file: nothing is ignored. */
    public static IgnoreFile none() {
        return NONE;
    }

    /**
     * The rules that hold for a Dockerfile: {@code <dockerfile>.dockerignore} beside it, else {@code .dockerignore} at
     * the top of the context, else none.
     *
     * @param context the directory of the build context
     * @param dockerfile path of the Dockerfile, relative to the context or absolute, separated by slashes
     * @throws IllegalArgumentException if a line is malformed; the message names file, line and pattern
     * @throws IOException if the file cannot be read, is larger than 1 MiB or is a link out of the context
     */
    public static IgnoreFile read(Path context, String dockerfile) throws IOException {
        return read(context, List.of(dockerfile + OWN, ".dockerignore"));
    }

    /** The place of the ignore file of one Dockerfile alone, whether there is one or not. */
    public static Path beside(Path dockerfile) {
        return dockerfile.resolveSibling(dockerfile.getFileName() + OWN);
    }

    /**
     * The rules of every tool that may build the context: those of {@link #read}, which docker follows, and, if there is a
     * {@code .containerignore}, its own, which podman and buildah follow instead.
     *
     * @return one or two
     * @throws IllegalArgumentException as {@link #read} does
     * @throws IOException as {@link #read} does
     */
    static List<IgnoreFile> readAll(Path context, String dockerfile) throws IOException {
        IgnoreFile docker = read(context, dockerfile);
        IgnoreFile containers = read(context, List.of(".containerignore"));
        return containers.name().isPresent() ? List.of(docker, containers) : List.of(docker);
    }

    private static IgnoreFile read(Path context, List<String> names) throws IOException {
        Path root = context.toRealPath();
        for (String name : names) {
            Path file = root.resolve(name);
            if (!Files.isRegularFile(file)) {
                continue;
            }
            boolean outside = new DockerfilePath(name).isOutside();
            Path home = outside ? file.normalize().resolveSibling("").toRealPath() : root;
            if (!file.toRealPath().startsWith(home)) {
                throw new IOException("The ignore file '" + file + "' is a link out of "
                        + (outside ? "its directory" : "the build context '" + context + "'")
                        + ". Put the file itself there.");
            }
            if (Files.size(file) > MOST_BYTES) {
                throw new IOException("The ignore file '" + file + "' has " + Files.size(file) + " bytes; at most "
                        + MOST_BYTES + " are read.");
            }
            return parse(name, new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
        }
        return NONE;
    }

    /**
     * Reads the text of an ignore file.
     *
     * @param name what error messages call the file
     * @throws IllegalArgumentException if a line is malformed; the message names file, line and pattern
     */
    public static IgnoreFile parse(String name, String text) {
        Objects.requireNonNull(name, "name");
        String body = text.startsWith("\uFEFF") ? text.substring(1) : text;
        List<IgnoreRule> rules = new ArrayList<>();
        int number = 0;
        // A carriage return alone ends no line; one before the line feed is white space.
        for (String line : body.split("\n", -1)) {
            number++;
            String pattern = line.strip();
            if (line.startsWith("#") || pattern.isEmpty()) {
                continue;
            }
            try {
                rules.add(IgnoreRule.parse(pattern));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        name + ", line " + number + ": malformed pattern '" + pattern + "': " + e.getMessage() + ".",
                        e);
            }
        }
        return new IgnoreFile(name, rules);
    }

    /** Path of the file inside the context, separated by slashes; empty if there is none. */
    public Optional<String> name() {
        return Optional.ofNullable(name);
    }

    /**
     * Whether the rules keep a path out of the build.
     *
     * @param path path inside the context, separated by slashes, without a leading one
     */
    public boolean ignores(String path) {
        Verdict verdict = root();
        for (String part : path.split("/")) {
            verdict = verdict.below(part);
        }
        return verdict.ignored();
    }

    /** What the rules say of the context's own directory: it is never ignored. */
    public Verdict root() {
        List<BitSet> states = new ArrayList<>();
        for (IgnoreRule rule : rules) {
            states.add(rule.start());
        }
        return new Verdict("", states, new BitSet(), false);
    }

    /** What the rules say of one path; a walk through the tree asks its parent's verdict for it. */
    public final class Verdict {

        /** What comes between this path and the name of a child. */
        private final String separator;
        /** For each rule, how far this path has brought it. */
        private final List<BitSet> states;
        /** The rules that match this path or, while they mattered, one of its parents. */
        private final BitSet matched;

        private final boolean ignored;

        private Verdict(String separator, List<BitSet> states, BitSet matched, boolean ignored) {
            this.separator = separator;
            this.states = states;
            this.matched = matched;
            this.ignored = ignored;
        }

        public boolean ignored() {
            return ignored;
        }

        /** Whether an exception could take something below this path back in, if it is an ignored directory. */
        public boolean mayIncludeBelow() {
            for (int i = 0; i < rules.size(); i++) {
                IgnoreRule rule = rules.get(i);
                if (rule.exception() && !rule.advance(states.get(i), "/").isEmpty()) {
                    return true;
                }
            }
            return false;
        }

        public Verdict below(String child) {
            List<BitSet> childStates = new ArrayList<>(rules.size());
            BitSet childMatched = new BitSet(rules.size());
            boolean childIgnored = false;
            for (int i = 0; i < rules.size(); i++) {
                IgnoreRule rule = rules.get(i);
                BitSet reached = rule.advance(states.get(i), separator + child);
                childStates.add(reached);
                // A rule that could change nothing when its turn came is not remembered for what lies below. That is
                // how BuildKit has it, and it shows: in "*/x", "!a" the file a/x stays ignored.
                boolean couldMatter = rule.exception() == childIgnored;
                if (matched.get(i) || couldMatter && rule.matches(reached)) {
                    childMatched.set(i);
                    childIgnored = !rule.exception();
                }
            }
            return new Verdict("/", childStates, childMatched, childIgnored);
        }
    }
}
