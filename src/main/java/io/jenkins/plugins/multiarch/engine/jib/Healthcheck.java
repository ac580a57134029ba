package io.jenkins.plugins.multiarch.engine.jib;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.multiarch.engine.dockerfile.Instruction;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code HEALTHCHECK}.
 *
 * @see <a href="https://docs.docker.com/reference/dockerfile/#healthcheck">Dockerfile reference, HEALTHCHECK</a>
 */
final class Healthcheck {

    private static final Pattern TIME = Pattern.compile("([0-9]+\\.?[0-9]*|\\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)");
    /** Docker starts no container with a shorter one. */
    private static final double SHORTEST = 1e6;

    private static final Map<String, Double> NANOS =
            Map.of("ns", 1.0, "us", 1e3, "µs", 1e3, "μs", 1e3, "ms", 1e6, "s", 1e9, "m", 60e9, "h", 3600e9);
    /** A list, because the same Dockerfile must make the same bytes: maps of this kind are in another order in every JVM. */
    private static final List<Map.Entry<String, String>> TIMES = List.of(
            Map.entry("interval", "Interval"),
            Map.entry("timeout", "Timeout"),
            Map.entry("start-period", "StartPeriod"),
            Map.entry("start-interval", "StartInterval"));

    private Healthcheck() {}

    /** As the configuration of an image has it. */
    static ObjectNode of(Instruction instruction) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ArrayNode test = json.putArray("Test");
        String text = instruction.text();
        if (text.equalsIgnoreCase("NONE")) {
            test.add("NONE");
            return json;
        }
        String[] parts = text.split("\\s+", 2);
        if (!parts[0].equalsIgnoreCase("CMD") || parts.length == 1) {
            throw instruction.problem("is followed by neither NONE nor CMD and a command.");
        }
        Instruction command =
                new Instruction(instruction.file(), instruction.line(), "CMD", List.of(), parts[1].strip(), List.of());
        if (command.json().isPresent()) {
            test.add("CMD");
            command.json().get().forEach(test::add);
        } else {
            test.add("CMD-SHELL").add(command.text());
        }
        TIMES.forEach(time -> instruction
                .flag(time.getKey())
                .map(value -> nanos(value, instruction))
                .filter(nanos -> nanos > 0) // 0 stands for the default, which docker leaves out
                .ifPresent(nanos -> json.put(time.getValue(), nanos)));
        instruction.flag("retries").ifPresent(value -> {
            int retries = retries(value, instruction);
            if (retries > 0) {
                json.put("Retries", retries);
            }
        });
        return json;
    }

    private static int retries(String text, Instruction instruction) {
        try {
            int retries = Integer.parseInt(text);
            if (retries >= 0) {
                return retries;
            }
        } catch (NumberFormatException e) {
            // As one that is too small.
        }
        throw instruction.problem("has --retries=" + text + ", which is no whole number from 0 to " + Integer.MAX_VALUE
                + ". Correct it.");
    }

    private static long nanos(String text, Instruction instruction) {
        if (text.equals("0")) {
            return 0;
        }
        Matcher part = TIME.matcher(text);
        double sum = 0;
        int end = 0;
        while (part.find() && part.start() == end) {
            sum += Double.parseDouble(part.group(1)) * NANOS.get(part.group(2));
            end = part.end();
        }
        if (end == 0 || end != text.length()) {
            throw instruction.problem("has the time '" + text + "'. Write it like 30s or 1m30s.");
        }
        if (sum > Long.MAX_VALUE || sum > 0 && sum < SHORTEST) {
            throw instruction.problem("has the time '" + text
                    + "', but times are from 1ms to 2562047h, or 0 for the default. Correct it.");
        }
        return Math.round(sum);
    }
}
