package io.jenkins.plugins.multiarch.dispatch;

import io.jenkins.plugins.multiarch.engine.build.BuildRequest;
import io.jenkins.plugins.multiarch.engine.jib.ImageBuilder;
import io.jenkins.plugins.multiarch.engine.jib.Recipe;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import java.io.IOException;
import java.io.PrintStream;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What it takes to make a platform image in the agent's own process, without a build tool. */
final class ImageMaker implements Serializable {

    private static final long serialVersionUID = 1L;

    private final BuildRequest request;
    private final String directory;
    private final AgentRegistries registries;
    private final AgentLog log;

    /**
     * @param directory the build context
     * @param log is told how far it is
     */
    ImageMaker(BuildRequest request, String directory, AgentRegistries registries, PrintStream log) {
        this.request = request;
        this.directory = directory;
        this.registries = registries;
        this.log = new AgentLog(log);
    }

    BuildRequest request() {
        return request;
    }

    /** The build context. */
    Path directory() {
        return Path.of(directory);
    }

    /** @param parent an existing directory, for files that are needed meanwhile */
    ImageBuilder open(Path parent) throws IOException {
        PrintStream lines = log.lines();
        Map<String, String> environment = new HashMap<>(registries.environment());
        environment.putAll(request.buildArgs());
        Recipe recipe = Recipe.read(directory(), request.dockerfile());
        List<ImageReference> images = new ArrayList<>(recipe.images(request));
        images.add(request.image());
        return ImageBuilder.createWithCache(
                recipe, registries.open(images, lines), parent, environment, environment, lines::println);
    }
}
