package io.jenkins.plugins.multiarch.engine.build;

import java.io.Serializable;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How much of a build its tool has taken from its cache, as far as the tool's own output tells.
 *
 * @param steps how many instructions of the Dockerfile it was told to run, {@code FROM} not counted; 0 if the output
 *     names none, so that nothing is known
 * @param cached how many of them it has found in its cache
 */
public record CacheUse(int steps, int cached) implements Serializable {

    /** Of a build whose output says nothing of it. */
    public static final CacheUse UNKNOWN = new CacheUse(0, 0);

    /** @throws IllegalArgumentException if a number is negative, or more is cached than there is */
    public CacheUse {
        if (cached < 0 || cached > steps) {
            throw new IllegalArgumentException(cached + " of " + steps + " steps cannot be from the cache.");
        }
    }

    /** Takes the output of one run of {@link BuildFolder#SCRIPT}, line by line. */
    public static final class Reader implements Consumer<String> {

        private static final int MOST_STEPS = 10_000;

        /** BuildKit's plain progress: {@code #7 [build 2/3] RUN make}, then {@code #7 CACHED}; in any order of steps. */
        private static final Pattern VERTEX = Pattern.compile("#(\\d+) \\[(?:[^\\]]* )?\\d+/\\d+\\] (\\S+).*");

        /** A step whose layer comes from a registry is not called cached, but its layer is fetched and extracted. */
        private static final Pattern CACHED_VERTEX =
                Pattern.compile("#(\\d+) (?:CACHED|(?:extracting )?sha256:[0-9a-f]{64} .*)");

        /** buildah and podman: {@code [1/2] STEP 2/3: RUN make}; the classic builder: {@code Step 2/3 : RUN make}. */
        private static final Pattern STEP =
                Pattern.compile("(?:\\[\\d+/\\d+\\] )?(?:STEP|Step) \\d+(?:/\\d+)? ?: (\\S+).*");

        private static final Pattern CACHED_STEP = Pattern.compile("(?:\\[\\d+/\\d+\\] )? ?--+> Using cache\\b.*");

        /** What comes after the build itself; buildx builds once more to push, all of it from the cache. */
        private static final Pattern AFTERWARDS = Pattern.compile("(?:Test|Push|Build and push) [a-z0-9]+(?:/\\w+)+");

        private final Set<String> vertices = new HashSet<>();
        private final Set<String> cachedVertices = new HashSet<>();
        private int steps;
        private int cachedSteps;
        private boolean over;

        @Override
        public void accept(String line) {
            if (over || steps + vertices.size() >= MOST_STEPS) {
                return;
            }
            Matcher vertex = VERTEX.matcher(line);
            Matcher cachedVertex = CACHED_VERTEX.matcher(line);
            Matcher step = STEP.matcher(line);
            if (vertex.matches()) {
                if (counts(vertex.group(2))) {
                    vertices.add(vertex.group(1));
                }
            } else if (cachedVertex.matches()) {
                cachedVertices.add(cachedVertex.group(1));
            } else if (step.matches()) {
                steps += counts(step.group(1)) ? 1 : 0;
            } else if (CACHED_STEP.matcher(line).matches()) {
                cachedSteps++;
            } else {
                over = AFTERWARDS.matcher(line).matches() && steps + vertices.size() > 0;
            }
        }

        private static boolean counts(String instruction) {
            return !instruction.equalsIgnoreCase("FROM") && !instruction.equals("COMMIT");
        }

        /** What the lines so far have told. */
        public CacheUse result() {
            cachedVertices.retainAll(vertices);
            return new CacheUse(steps + vertices.size(), Math.min(cachedSteps, steps) + cachedVertices.size());
        }
    }
}
