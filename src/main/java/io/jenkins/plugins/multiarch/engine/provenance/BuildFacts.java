package io.jenkins.plugins.multiarch.engine.provenance;

import java.io.Serializable;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a controller knows of a build from its own records. Only {@link PlatformBuild#claims} comes from elsewhere.
 *
 * @param jenkinsUrl the root URL of Jenkins, which identifies the builder
 * @param pluginVersion of this plugin
 * @param job the full name of the job, e.g. {@code team/app/main}
 * @param buildNumber its number in the job
 * @param source what was built; null if the job has no source in version control
 * @param parameters of the step and of the build, as given. Whoever collects them leaves out secrets.
 * @param platforms in the order of the index
 * @param startedOn when the build began
 * @param finishedOn when the last platform was built
 */
public record BuildFacts(
        String jenkinsUrl,
        String pluginVersion,
        String job,
        int buildNumber,
        SourceCode source,
        Map<String, String> parameters,
        List<PlatformBuild> platforms,
        Instant startedOn,
        Instant finishedOn)
        implements Serializable {

    /** @throws IllegalArgumentException if Jenkins has no URL, or one that is none; the message says what to do */
    public BuildFacts {
        if (!jenkinsUrl.matches("https?://.+")) {
            throw new IllegalArgumentException("Provenance names its builder by the URL of Jenkins, but that is '"
                    + jenkinsUrl + "'. Give its root URL, such as https://ci.example.com/.");
        }
        jenkinsUrl = jenkinsUrl.endsWith("/") ? jenkinsUrl : jenkinsUrl + "/";
        parameters = Collections.unmodifiableMap(new TreeMap<>(parameters));
        platforms = List.copyOf(platforms);
    }
}
