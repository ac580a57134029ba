package io.jenkins.plugins.multiarch.engine.bake;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An override of a target's attribute, as {@code docker buildx bake --set} takes it: {@code target.attribute=value}. The target may be
 * a pattern with {@code *}, {@code ?} and {@code […]}.
 *
 * @param text as it was given
 * @param targets matches the names of targets
 * @param attribute as overrides call it
 * @param name of an entry of the attribute; empty if it is no map
 * @param appended whether the value is added to a list; else it takes the place of what the list had
 */
record BakeOverride(String text, Pattern targets, String attribute, String name, boolean appended, String value) {

    private static final Pattern FORM =
            Pattern.compile("([^.=]+)\\.([a-z-]+)(?:\\.([^=]+?))?(\\+?)=(.*)", Pattern.DOTALL);

    private static final Set<String> TEXTS = Set.of("context", "dockerfile", "target", "shm-size");
    private static final Set<String> FLAGS = Set.of("no-cache", "pull");
    private static final Set<String> MAPS = Set.of("args", "contexts", "labels");
    private static final Set<String> LISTS =
            Set.of("annotations", "attest", "cache-from", "cache-to", "output", "platform", "tags");

    /** @throws BakeFileException if only buildx knows what it means */
    static BakeOverride parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw forBuildx(text);
        }
        BakeOverride override = new BakeOverride(
                text,
                pattern(matcher.group(1)),
                matcher.group(2),
                matcher.group(3) == null ? "" : matcher.group(3),
                !matcher.group(4).isEmpty(),
                matcher.group(5));
        if (!override.isKnown()) {
            throw forBuildx(text);
        }
        return override;
    }

    private boolean isKnown() {
        return MAPS.contains(attribute)
                ? !name.isEmpty()
                : name.isEmpty()
                        && (TEXTS.contains(attribute)
                                || LISTS.contains(attribute)
                                || FLAGS.contains(attribute) && value.matches("true|false"));
    }

    private static BakeFileException forBuildx(String text) {
        return new BakeFileException("The override '" + text
                + "' is resolved by buildx, which this machine does not have. Install the"
                + " buildx plugin (docker-buildx-plugin) on it, or leave the override out.");
    }

    /** As Go's {@code path.Match} reads it; a name of a target has no slash. */
    private static Pattern pattern(String glob) {
        StringBuilder regex = new StringBuilder();
        boolean inClass = false;
        for (char c : glob.toCharArray()) {
            if (inClass) {
                inClass = c != ']';
                regex.append(c == '\\' || c == '[' || c == '&' ? "\\" + c : String.valueOf(c));
            } else if (c == '[' && glob.indexOf(']') > 0) {
                inClass = true;
                regex.append(c);
            } else {
                regex.append(c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(String.valueOf(c)));
            }
        }
        return Pattern.compile(regex.toString());
    }

    /** Whether it is for a target. */
    boolean isFor(String target) {
        return targets.matcher(target).matches();
    }

    /**
     * Changes a target.
     *
     * @param first whether it is the first one of its attribute for this target; the values of all of them make up a list
     */
    void change(ObjectNode target, boolean first) {
        if (MAPS.contains(attribute)) {
            target.withObjectProperty(attribute).put(name, value);
        } else if (TEXTS.contains(attribute)) {
            target.put(attribute, value);
        } else if (FLAGS.contains(attribute)) {
            target.put(attribute, Boolean.parseBoolean(value));
        } else {
            String key = attribute.equals("platform") ? "platforms" : attribute; // as the bake file has it
            ArrayNode list = first && !appended || !(target.path(key) instanceof ArrayNode)
                    ? target.putArray(key)
                    : (ArrayNode) target.get(key);
            if (!value.isEmpty()) {
                list.add(value);
            }
        }
    }
}
