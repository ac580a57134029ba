package io.jenkins.plugins.multiarch.report;

import hudson.model.Job;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Which jobs have built images. Jenkins asks for the actions of every job again and again, so the answer is remembered, and
 * no build is loaded for it: an empty file beside the builds of a job says so.
 */
final class BuiltImages {

    private static final Logger LOGGER = Logger.getLogger(BuiltImages.class.getName());

    private static final Map<Job<?, ?>, Boolean> KNOWN = Collections.synchronizedMap(new WeakHashMap<>());

    private BuiltImages() {}

    static boolean of(Job<?, ?> job) {
        return KNOWN.computeIfAbsent(job, key -> Files.exists(file(key)));
    }

    /** Notes that a job has built one. */
    static void note(Job<?, ?> job) {
        if (!of(job)) {
            try {
                Files.write(file(job), new byte[0]);
                KNOWN.put(job, true);
            } catch (IOException e) {
                LOGGER.log(Level.WARNING, e, () -> "The page of " + job.getFullName() + " will have no charts");
            }
        }
    }

    private static Path file(Job<?, ?> job) {
        return job.getRootDir().toPath().resolve("multiarch-images");
    }
}
