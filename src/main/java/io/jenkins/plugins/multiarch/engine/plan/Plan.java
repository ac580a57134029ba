package io.jenkins.plugins.multiarch.engine.plan;

import java.io.Serializable;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** For every requested platform, in the order requested: where it is built, native or emulated, and why. */
public record Plan(List<PlannedPlatform> platforms) implements Serializable {

    public Plan {
        platforms = List.copyOf(platforms);
    }

    /**
     * Makes sure that every platform can be built.
     *
     * @throws ImpossiblePlanException naming every platform that cannot, and what would fix it
     */
    public Plan requirePossible() {
        List<PlannedPlatform> impossible =
                platforms.stream().filter(PlannedPlatform::isImpossible).toList();
        if (!impossible.isEmpty()) {
            throw new ImpossiblePlanException(impossible);
        }
        return this;
    }

    /** The plan as aligned columns, one platform a line: platform, native or emulated, label or in place, why. */
    public List<String> lines() {
        int platform = width(planned -> planned.platform().toString());
        int mode = width(planned -> planned.mode().toString());
        int place = width(PlannedPlatform::place);
        String format = "%-" + platform + "s  %-" + mode + "s  %-" + place + "s  %s";
        return platforms.stream()
                .map(planned ->
                        String.format(format, planned.platform(), planned.mode(), planned.place(), planned.reason()))
                .toList();
    }

    private int width(Function<PlannedPlatform, String> column) {
        return platforms.stream()
                .map(column)
                .mapToInt(text -> Math.max(1, text.length()))
                .max()
                .orElse(1);
    }

    /** Nothing can build some of the requested platforms. */
    public static final class ImpossiblePlanException extends IllegalStateException {

        private static final long serialVersionUID = 1L;

        ImpossiblePlanException(List<PlannedPlatform> impossible) {
            super(Stream.concat(
                            impossible.stream()
                                    .map(planned ->
                                            "Nothing can build " + planned.platform() + ": " + planned.reason() + "."),
                            // What helps one platform often helps the others: once is enough.
                            impossible.stream()
                                    .map(planned -> "Remedy: " + planned.remedy())
                                    .distinct())
                    .collect(Collectors.joining("\n")));
        }
    }
}
