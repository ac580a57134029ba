package io.jenkins.plugins.multiarch.engine.verify;

import io.jenkins.plugins.multiarch.engine.provenance.BuildOrigin;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * Where an image must have been built. What is empty may be anything.
 *
 * @param builder the id of the builder; for this plugin the root URL of Jenkins
 * @param job the full name of the job
 * @param repository the URL of the source repository, with or without {@code .git}
 */
public record ExpectedOrigin(String builder, String job, String repository) implements Serializable {

    /** Anywhere, or nobody knows where. */
    public static final ExpectedOrigin ANY = new ExpectedOrigin("", "", "");

    /** Whether nothing is expected, so that provenance is not needed. */
    boolean isAny() {
        return equals(ANY);
    }

    /** In what a build differs from this, for people; empty if in nothing. */
    List<String> differences(BuildOrigin actual) {
        List<String> differences = new ArrayList<>();
        if (!builder.isEmpty() && !withSlash(builder).equals(withSlash(actual.builder()))) {
            differences.add("built by '" + actual.builder() + "', expected '" + builder + "'");
        }
        if (!job.isEmpty() && !job.equals(actual.job())) {
            differences.add("built by job '" + actual.job() + "', expected '" + job + "'");
        }
        if (!repository.isEmpty() && !actual.isFrom(repository)) {
            differences.add(
                    "built from '" + String.join("', '", actual.repositories()) + "', expected '" + repository + "'");
        }
        return differences;
    }

    /** The root URL of Jenkins is written with and without it. */
    private static String withSlash(String url) {
        return url.endsWith("/") ? url : url + "/";
    }
}
