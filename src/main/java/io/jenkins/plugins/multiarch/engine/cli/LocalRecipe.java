package io.jenkins.plugins.multiarch.engine.cli;

import io.jenkins.plugins.multiarch.engine.build.BuildRequest;
import io.jenkins.plugins.multiarch.engine.dockerfile.Dockerfile;
import io.jenkins.plugins.multiarch.engine.jib.Recipe;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** The Dockerfile of a build, if it is one that may be built without a machine. */
final class LocalRecipe {

    private LocalRecipe() {}

    /**
     * Reads it.
     *
     * @param inlineDockerfile its text, instead of the file that the request names; empty for none
     * @param required whether it must be built without a build tool
     * @return empty if only a build tool has the Dockerfile, or, unless it is required, if it cannot be read: the tool says
     *     what is wrong with it, or knows better
     * @throws IllegalArgumentException if it is required, and not possible; the message says why
     */
    static Optional<Recipe> find(BuildRequest request, String inlineDockerfile, boolean required) throws IOException {
        if (BuildRequest.isRemote(request.context())) {
            if (required) {
                throw new IllegalArgumentException("The builder jib cannot fetch '" + request.context()
                        + "'. Check it out and give the directory, or choose another builder.");
            }
            return Optional.empty();
        }
        try {
            Path context = Path.of(request.context());
            Recipe found = inlineDockerfile.isEmpty()
                    ? Recipe.read(context, request.dockerfile())
                    : new Recipe(
                            context, request.dockerfile(), Dockerfile.parse(request.dockerfile(), inlineDockerfile));
            if (required) {
                found.requirePossible(request);
            } else {
                found.images(request);
            }
            return Optional.of(found);
        } catch (IllegalArgumentException | IOException e) {
            if (required) {
                throw e;
            }
            return Optional.empty();
        }
    }
}
