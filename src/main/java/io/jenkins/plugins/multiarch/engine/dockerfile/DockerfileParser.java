package io.jenkins.plugins.multiarch.engine.dockerfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the lines of a Dockerfile. */
final class DockerfileParser {

    private static final Pattern DIRECTIVE = Pattern.compile("#\\s*([A-Za-z]+)\\s*=\\s*(.*?)\\s*");
    private static final Set<String> DIRECTIVES = Set.of("syntax", "escape", "check");
    private static final Set<String> KEYWORDS = Set.of(
            "ADD",
            "ARG",
            "CMD",
            "COPY",
            "ENTRYPOINT",
            "ENV",
            "EXPOSE",
            "FROM",
            "HEALTHCHECK",
            "LABEL",
            "MAINTAINER",
            "ONBUILD",
            "RUN",
            "SHELL",
            "STOPSIGNAL",
            "USER",
            "VOLUME",
            "WORKDIR");
    private static final Set<String> TAKES_DOCUMENTS = Set.of("ADD", "COPY", "RUN");
    private static final Pattern DOCUMENT = Pattern.compile("\\d*<<(-?)([\"']?)([^\\s<\"']+)\\2");
    private static final Pattern AS = Pattern.compile("(?i)(\\S+)(?:\\s+AS\\s+(\\S+))?");
    private static final Pattern STAGE_NAME = Pattern.compile("[a-z][a-z0-9_.-]*");

    private final String file;
    private final String[] lines;
    private String syntax = "";
    private char escape = '\\';
    private int at;

    DockerfileParser(String file, String text) {
        this.file = file;
        String body = text.startsWith("\uFEFF") ? text.substring(1) : text;
        this.lines = body.split("\r?\n", -1);
    }

    Dockerfile parse() {
        directives();
        List<Instruction> arguments = new ArrayList<>();
        List<Stage> stages = new ArrayList<>();
        List<Instruction> body = new ArrayList<>();
        Instruction from = null;
        for (Instruction instruction = next(); instruction != null; instruction = next()) {
            if (instruction.keyword().equals("FROM")) {
                if (from != null) {
                    stages.add(stage(stages.size(), from, body));
                }
                from = instruction;
                body = new ArrayList<>();
            } else if (from != null) {
                body.add(instruction);
            } else if (instruction.keyword().equals("ARG")) {
                arguments.add(instruction);
            } else {
                throw instruction.problem("stands before the first FROM. Only ARG may.");
            }
        }
        if (from == null) {
            throw new IllegalArgumentException(file + " has no FROM. Begin it with the base image: FROM image.");
        }
        stages.add(stage(stages.size(), from, body));
        return new Dockerfile(file, syntax, escape, arguments, stages);
    }

    /** Reads one instruction, as one that an image has for those that are built on it ({@code ONBUILD}). */
    static Instruction instruction(String file, String text) {
        Instruction read = new DockerfileParser(file, text).next();
        if (read == null) {
            throw new IllegalArgumentException(file + ": '" + text + "' is no instruction. Correct it.");
        }
        return read;
    }

    /** They count only at the very top: the first line that is none of them ends them. */
    private void directives() {
        for (int line = 0; line < lines.length; line++) {
            Matcher directive = DIRECTIVE.matcher(lines[line].strip());
            if (!directive.matches() || !DIRECTIVES.contains(directive.group(1).toLowerCase(Locale.ROOT))) {
                return;
            }
            if (directive.group(1).equalsIgnoreCase("syntax")) {
                syntax = directive.group(2);
            }
            if (directive.group(1).equalsIgnoreCase("escape")) {
                if (!Set.of("\\", "`").contains(directive.group(2))) {
                    throw new IllegalArgumentException(file + ", line " + (line + 1) + ": the escape character '"
                            + directive.group(2) + "' is neither \\ nor `. Choose one of them.");
                }
                escape = directive.group(2).charAt(0);
            }
        }
    }

    private Instruction next() {
        while (at < lines.length && isSkipped(lines[at])) {
            at++;
        }
        if (at == lines.length) {
            return null;
        }
        int first = at + 1;
        StringBuilder joined = new StringBuilder();
        boolean goesOn = true;
        while (goesOn && at < lines.length) {
            String line = lines[at++];
            if (joined.length() > 0 && isSkipped(line)) {
                continue; // Comments and empty lines may stand between continued ones.
            }
            String text = line.stripTrailing();
            goesOn = isContinued(text);
            joined.append(goesOn ? text.substring(0, text.length() - 1) : line);
        }
        return instruction(first, joined.toString().strip());
    }

    /** Two escape characters at the end are one that stands for itself. */
    private boolean isContinued(String text) {
        int last = text.length() - 1;
        return last >= 0 && text.charAt(last) == escape && (last == 0 || text.charAt(last - 1) != escape);
    }

    private static boolean isSkipped(String line) {
        return line.isBlank() || line.stripLeading().startsWith("#");
    }

    private Instruction instruction(int line, String joined) {
        String[] parts = joined.split("\\s+", 2);
        String keyword = parts[0].toUpperCase(Locale.ROOT);
        if (!KEYWORDS.contains(keyword)) {
            throw new IllegalArgumentException(file + ", line " + line + ": '" + parts[0]
                    + "' is no instruction. Correct its spelling, or continue the line before with " + escape + ".");
        }
        String rest = parts.length > 1 ? parts[1].strip() : "";
        List<String> flags = new ArrayList<>();
        while (rest.startsWith("--") && !keyword.equals("ONBUILD")) {
            String[] words = rest.split("\\s+", 2);
            flags.add(words[0]);
            rest = words.length > 1 ? words[1].strip() : "";
        }
        if (rest.isEmpty()) {
            throw new IllegalArgumentException(
                    file + ", line " + line + ": " + keyword + " has nothing to work on. Complete or remove it.");
        }
        List<HereDocument> documents = TAKES_DOCUMENTS.contains(keyword) ? documents(line, rest) : List.of();
        return new Instruction(file, line, keyword, flags, rest, documents);
    }

    private List<HereDocument> documents(int line, String text) {
        List<HereDocument> documents = new ArrayList<>();
        for (String word : new Variables(escape, Map.of()).split(text)) {
            Matcher start = DOCUMENT.matcher(word);
            if (!start.matches()) {
                continue;
            }
            boolean stripsTabs = !start.group(1).isEmpty();
            String name = start.group(3);
            StringBuilder content = new StringBuilder();
            while (true) {
                if (at == lines.length) {
                    throw new IllegalArgumentException(file + ", line " + line + ": the here-document '" + name
                            + "' does not end. Add a line with " + name + " alone.");
                }
                String next = stripsTabs ? lines[at++].replaceFirst("^\t+", "") : lines[at++];
                if (next.equals(name)) {
                    break;
                }
                content.append(next).append('\n');
            }
            documents.add(
                    new HereDocument(name, content.toString(), start.group(2).isEmpty()));
        }
        return documents;
    }

    private static Stage stage(int index, Instruction from, List<Instruction> body) {
        Matcher parts = AS.matcher(from.text());
        if (!parts.matches()) {
            throw from.problem("'" + from.text() + "' is neither an image nor 'image AS name'. Correct it.");
        }
        String name = parts.group(2) == null ? "" : parts.group(2).toLowerCase(Locale.ROOT);
        if (!name.isEmpty() && !STAGE_NAME.matcher(name).matches()) {
            throw from.problem("names the stage '" + parts.group(2)
                    + "'. Begin with a letter; digits, '_', '.' and '-' may follow.");
        }
        return new Stage(index, name, from, parts.group(1), body);
    }
}
