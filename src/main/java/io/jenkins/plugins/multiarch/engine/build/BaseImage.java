package io.jenkins.plugins.multiarch.engine.build;

import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The image that the wanted stage of a Dockerfile begins with, as far as its text tells.
 *
 * @param name as it stands in the {@code FROM} line, variables replaced
 * @param platform the platform that the line names; empty for that of the build
 * @see <a href="https://docs.docker.com/reference/dockerfile/#from">Dockerfile reference, FROM</a>
 */
record BaseImage(String name, Optional<Platform> platform) {

    private static final Pattern ESCAPE = Pattern.compile("(?i)\\A(?:#[^\\n]*\\n)*?#\\s*escape\\s*=\\s*`");
    private static final Pattern FROM =
            Pattern.compile("(?i)\\s*FROM\\s+(?:--platform=(\\S+)\\s+)?(\\S+)(?:\\s+AS\\s+(\\S+))?\\s*");
    private static final Pattern ARG = Pattern.compile("(?i)\\s*ARG\\s+(\\w+)(?:=(.*))?");
    private static final Pattern VARIABLE = Pattern.compile("\\$(?:(\\w+)|\\{(\\w+)(?:(:?[-+])([^}]*))?\\})");

    /** The end of a here-document, as {@code RUN}, {@code COPY} and {@code ADD} announce it. */
    private static final Pattern HERE = Pattern.compile("(?<!<)<<(-?)([\"']?)(\\w+)\\2(?!\\S)");

    private static final Pattern TAKES_HERE = Pattern.compile("(?i)\\s*(?:RUN|COPY|ADD)\\s.*");

    /** One stage. */
    private record Stage(String platform, String base, String name) {}

    /**
     * Finds it.
     *
     * @param target the wanted stage; empty for the last
     * @param wanted the platform of the build
     * @return empty if it begins with nothing ({@code scratch}), or with something that the text does not tell
     */
    static Optional<BaseImage> of(String dockerfile, String target, Map<String, String> buildArgs, Platform wanted) {
        Map<String, String> variables = new HashMap<>(ToolCommands.targetVariables(wanted));
        List<Stage> stages = stages(dockerfile, buildArgs, variables);
        Optional<Stage> stage =
                target.isEmpty() ? stages.stream().reduce((first, second) -> second) : named(stages, target);
        for (int i = 0; stage.isPresent() && i < stages.size(); i++) {
            Optional<Stage> earlier = named(
                    stages.subList(0, stages.indexOf(stage.get())), stage.get().base());
            if (earlier.isEmpty()) {
                break;
            }
            stage = earlier;
        }
        return stage.filter(found ->
                        !found.base().equals("scratch") && !found.base().contains("$"))
                .map(found -> new BaseImage(found.base(), platform(found.platform())));
    }

    private static Optional<Platform> platform(String text) {
        if (text.isEmpty() || text.contains("$")) {
            return Optional.empty();
        }
        try {
            return Optional.of(Platform.parse(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // The build tool will say so.
        }
    }

    private static List<Stage> stages(String dockerfile, Map<String, String> buildArgs, Map<String, String> variables) {
        char escape = ESCAPE.matcher(dockerfile).find() ? '`' : '\\';
        List<Stage> stages = new ArrayList<>();
        StringBuilder joined = new StringBuilder();
        Deque<String> ends = new ArrayDeque<>();
        for (String line : dockerfile.split("\\R")) {
            String text = line.stripTrailing();
            if (!ends.isEmpty()) {
                // A line of a here-document, which may well look like an instruction.
                if (line.replaceFirst("^\t+", "").equals(ends.peek())) {
                    ends.remove();
                }
                continue;
            }
            if (text.stripLeading().startsWith("#")) {
                continue;
            }
            if (!text.isEmpty() && text.charAt(text.length() - 1) == escape) {
                joined.append(text, 0, text.length() - 1);
                continue;
            }
            String instruction = joined.append(text).toString();
            joined.setLength(0);
            if (TAKES_HERE.matcher(instruction).matches()) {
                HERE.matcher(instruction).results().forEach(here -> ends.add(here.group(3)));
            }
            Matcher arg = ARG.matcher(instruction);
            Matcher from = FROM.matcher(instruction);
            if (stages.isEmpty() && arg.matches()) {
                // Only those before the first FROM are known in FROM lines.
                String given = buildArgs.get(arg.group(1));
                String value = given != null ? given : arg.group(2) == null ? null : unquoted(arg.group(2));
                if (value != null) {
                    variables.put(arg.group(1), replaced(value, variables));
                }
            } else if (from.matches()) {
                stages.add(new Stage(
                        from.group(1) == null ? "" : replaced(from.group(1), variables),
                        replaced(from.group(2), variables),
                        from.group(3) == null ? "" : from.group(3)));
            }
        }
        return stages;
    }

    private static Optional<Stage> named(List<Stage> stages, String name) {
        for (int i = 0; i < stages.size(); i++) {
            if (stages.get(i).name().toLowerCase(Locale.ROOT).equals(name.toLowerCase(Locale.ROOT))
                    || Integer.toString(i).equals(name)) {
                return Optional.of(stages.get(i));
            }
        }
        return Optional.empty();
    }

    private static String unquoted(String value) {
        String text = value.strip();
        boolean quoted = text.length() > 1
                && (text.startsWith("\"") && text.endsWith("\"") || text.startsWith("'") && text.endsWith("'"));
        return quoted ? text.substring(1, text.length() - 1) : text;
    }

    /** What is not known stays as it stands there. */
    private static String replaced(String text, Map<String, String> variables) {
        return VARIABLE.matcher(text).replaceAll(match -> {
            String name = match.group(1) == null ? match.group(2) : match.group(1);
            String value = variables.get(name);
            String operator = match.group(3) == null ? "" : match.group(3);
            boolean isSet = value != null && !(operator.startsWith(":") && value.isEmpty());
            String result = operator.endsWith("+")
                    ? isSet ? match.group(4) : ""
                    : isSet ? value : operator.endsWith("-") ? match.group(4) : match.group();
            return Matcher.quoteReplacement(result);
        });
    }
}
