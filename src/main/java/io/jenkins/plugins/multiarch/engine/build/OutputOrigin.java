package io.jenkins.plugins.multiarch.engine.build;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tells what a build tool says of itself from what the programs print that it runs: those of {@code RUN} instructions, and
 * the test. Anything may stand in the latter, and in the text of an instruction that the tool repeats.
 */
final class OutputOrigin {

    /** What a terminal would take as colours; docker's classic builder prints errors in red even into a file. */
    private static final Pattern COLOURS = Pattern.compile("\\x1b?\\[[0-9;]*m");

    /** The lines that {@code run.sh} prints before its commands. */
    private static final Pattern ANNOUNCEMENT = Pattern.compile("(Build|Test|Push) [a-z]+/[a-z0-9_]+(/[a-z0-9_.]+)?");

    /** BuildKit puts the number of its step and the seconds since its start before what a program prints. */
    private static final Pattern BUILDKIT = Pattern.compile("(#[0-9]+) [0-9]+\\.[0-9]+( .*)?");

    private static final Pattern BUILDKIT_EXCERPT = Pattern.compile("> \\[.*\\].*:");
    private static final Pattern BUILDKIT_EXCERPT_LINE = Pattern.compile("[0-9]+\\.[0-9]+ (.*)");
    private static final String BUILDKIT_EXCERPT_END = "------";

    /** Where the programs of an instruction begin to print, with buildah and podman, and with docker's classic builder. */
    private static final Pattern RUN =
            Pattern.compile("(\\[[0-9]+/[0-9]+] )?STEP [0-9]+(/[0-9]+)?: RUN\\b.*|---> Running in \\S+");

    /** Where they have ended. */
    private static final Pattern RUN_END = Pattern.compile(
            "(\\[[0-9]+/[0-9]+] )?STEP [0-9]+(/[0-9]+)?: .*|COMMIT\\b.*|-->.*|(Error: |error )*building at STEP .*|Step [0-9]+/[0-9]+ : .*"
                    + "|---> ?[0-9a-f]*|Removing intermediate container .*|The command '.*' returned a non-zero code.*");

    /** The same, seen without the beginning. */
    private static final Pattern RUN_FAILED =
            Pattern.compile("(Error: |error )*building at STEP \"RUN .*|The command '.*' returned a non-zero code.*");

    /** What a tool repeats of the Dockerfile, as a line of its own. */
    private static final Pattern INSTRUCTION = Pattern.compile(
            "(\\[[0-9]+/[0-9]+] )?STEP [0-9]+(/[0-9]+)?: .*|Step [0-9]+/[0-9]+ : .*|#[0-9]+ \\[.*|> \\[.*|[0-9]+ \\| .*");

    /** The same, inside of a line that says more. */
    private static final Pattern QUOTED = Pattern.compile("building at STEP \".*\":|process \".*\" did not|"
            + "executor failed running \\[.*]:|The command '.*' returned");

    /**
     * One line.
     *
     * @param text without colours, white space around it, and what it repeats of the Dockerfile
     * @param isProgram whether a program of an instruction or of the test has printed it
     * @param isFirst whether it is the first that a program has printed: what could not start it says so there
     */
    record Line(String text, boolean isProgram, boolean isFirst) {}

    private final List<Line> lines = new ArrayList<>();
    private final Set<String> steps = new HashSet<>();
    private boolean isRunning;
    private boolean isExcerpt;
    private boolean isFirst;

    private OutputOrigin() {}

    /** @param output the last lines that a build has printed */
    static List<Line> of(List<String> output) {
        OutputOrigin origin = new OutputOrigin();
        List<String> plain = output.stream()
                .map(line -> COLOURS.matcher(line).replaceAll("").strip())
                .toList();
        origin.isRunning = plain.stream()
                .filter(line ->
                        RUN.matcher(line).matches() || RUN_END.matcher(line).matches())
                .findFirst()
                .filter(line -> RUN_FAILED.matcher(line).matches())
                .isPresent();
        plain.forEach(origin::add);
        return origin.lines;
    }

    private void add(String line) {
        Matcher announced = ANNOUNCEMENT.matcher(line);
        Matcher buildKit = BUILDKIT.matcher(line);
        if (announced.matches()) {
            isRunning = announced.group(1).equals("Test");
            isFirst = isRunning;
        } else if (buildKit.matches()) {
            String text = buildKit.group(2) == null ? "" : buildKit.group(2).strip();
            lines.add(new Line(text, true, steps.add(buildKit.group(1))));
            return;
        } else if (BUILDKIT_EXCERPT.matcher(line).matches()) {
            isExcerpt = true;
            isFirst = true;
            return;
        } else if (isExcerpt && line.startsWith(BUILDKIT_EXCERPT_END)) {
            isExcerpt = false;
        } else if (RUN.matcher(line).matches()) {
            isRunning = true;
            isFirst = true;
            return;
        } else if (RUN_END.matcher(line).matches()) {
            isRunning = false;
        }
        if (INSTRUCTION.matcher(line).matches()) {
            return;
        }
        Matcher excerpt = BUILDKIT_EXCERPT_LINE.matcher(line);
        String text = isExcerpt && excerpt.matches()
                ? excerpt.group(1)
                : QUOTED.matcher(line).replaceAll("(an instruction)");
        boolean isProgram = isRunning || isExcerpt;
        lines.add(new Line(text, isProgram, isProgram && isFirst));
        isFirst = false;
    }
}
