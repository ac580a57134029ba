package io.jenkins.plugins.multiarch.steps;

import hudson.Functions;
import hudson.Util;
import hudson.console.ModelHyperlinkNote;
import hudson.model.Node;
import io.jenkins.plugins.multiarch.report.PlatformImage;
import java.util.List;
import java.util.function.Function;
import jenkins.model.Jenkins;

/** What a {@code multiArchBuild} has made, for the log. */
public final class Summary {

    /** The agent comes last, because the width of a link is not that of its text. */
    private static final List<Function<PlatformImage, String>> COLUMNS = List.of(
            PlatformImage::getPlatform,
            image -> image.isEmulated() ? "emulated" : image.isMadeWithoutMachine() ? "without machine" : "native",
            PlatformImage::getTool,
            image -> Util.getTimeSpanString(image.getDurationMillis()),
            image -> image.getCompressedSize() == 0 ? "" : Functions.humanReadableByteSize(image.getCompressedSize()),
            image -> agent(image.getNode()));

    private Summary() {}

    /** One platform a line, in aligned columns: native or emulated, tool, duration, compressed size, agent. */
    public static List<String> lines(List<PlatformImage> images) {
        StringBuilder format = new StringBuilder();
        for (Function<PlatformImage, String> column : COLUMNS.subList(0, COLUMNS.size() - 1)) {
            int width =
                    images.stream().map(column).mapToInt(String::length).max().orElse(0);
            format.append(width == 0 ? "%s" : "%-" + width + "s  ");
        }
        format.append("%s");
        return images.stream()
                .map(image -> String.format(
                        format.toString(),
                        COLUMNS.stream().map(column -> column.apply(image)).toArray()))
                .toList();
    }

    private static String agent(String name) {
        Node node = name.equals("built-in") ? Jenkins.get() : Jenkins.get().getNode(name);
        return node == null ? name : ModelHyperlinkNote.encodeTo(node);
    }
}
