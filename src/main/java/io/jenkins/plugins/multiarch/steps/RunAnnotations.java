package io.jenkins.plugins.multiarch.steps;

import hudson.EnvVars;
import hudson.model.Run;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.report.PlatformImage;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import jenkins.model.Jenkins;

/**
 * The standard annotations as far as a run knows them.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.0/annotations.md#pre-defined-annotation-keys">OCI
 *     image specification, pre-defined annotation keys</a>
 */
public final class RunAnnotations {

    private static final String PREFIX = "org.opencontainers.image.";
    private static final Pattern USER_INFO = Pattern.compile("^([a-zA-Z][a-zA-Z0-9+.-]*://)[^/?#]*@");

    private RunAnnotations() {}

    /**
     * @param environment where Declarative Pipeline leaves revision and URL of a Git checkout
     * @param members what the index is made of; the commit that all of them were built from counts more
     */
    static Map<String, String> of(
            Run<?, ?> run, EnvVars environment, ImageReference image, List<PlatformImage> members) {
        Map<String, String> annotations = new LinkedHashMap<>();
        annotations.put(
                PREFIX + "created",
                Instant.ofEpochMilli(run.getStartTimeInMillis())
                        .truncatedTo(ChronoUnit.SECONDS)
                        .toString());
        Set<String> revisions = members.stream().map(PlatformImage::getRevision).collect(Collectors.toSet());
        if (revisions.size() == 1 && !revisions.contains("")) {
            put(annotations, "revision", members.get(0).getRevision());
            put(annotations, "source", members.get(0).getSource());
        } else {
            put(annotations, "revision", environment.get("GIT_COMMIT"));
            put(annotations, "source", withoutUserInfo(environment.get("GIT_URL")));
        }
        String root = Jenkins.get().getRootUrl();
        put(annotations, "url", root == null ? null : root + run.getUrl());
        put(annotations, "version", image.tag());
        return annotations;
    }

    /**
     * Everyone who can pull the index can read the URL, and some jobs check out with a password or token in it.
     *
     * @param url null for none; {@code user@host:path}, which cannot hold a password, stays as it is
     */
    public static String withoutUserInfo(String url) {
        return url == null ? null : USER_INFO.matcher(url).replaceFirst("$1");
    }

    private static void put(Map<String, String> annotations, String key, String value) {
        if (value != null && !value.isEmpty()) {
            annotations.put(PREFIX + key, value);
        }
    }
}
