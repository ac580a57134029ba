package io.jenkins.plugins.multiarch.dispatch;

import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.multiarch.engine.build.BuildRequest;
import io.jenkins.plugins.multiarch.engine.jib.Recipe;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import jenkins.MasterToSlaveFileCallable;

/**
 * Checks, in a build context, whether its images can be made without a machine. For each request it returns why not, or an
 * empty text.
 */
final class CheckRecipe extends MasterToSlaveFileCallable<List<String>> {

    private static final long serialVersionUID = 1L;

    private final String dockerfile;
    private final boolean onMachine;
    private final ArrayList<BuildRequest> requests;

    /**
     * @param onMachine whether there is a machine of the platform, as for a test
     * @param requests all of the same Dockerfile
     */
    CheckRecipe(String dockerfile, boolean onMachine, List<BuildRequest> requests) {
        this.dockerfile = dockerfile;
        this.onMachine = onMachine;
        this.requests = new ArrayList<>(requests);
    }

    @Override
    public List<String> invoke(File context, VirtualChannel channel) {
        Recipe recipe;
        try {
            recipe = Recipe.read(context.toPath(), dockerfile);
        } catch (IllegalArgumentException | IOException e) {
            return new ArrayList<>(Collections.nCopies(requests.size(), e.getMessage()));
        }
        return obstacles(requests, onMachine ? recipe::requirePossible : recipe::requireNoMachine);
    }

    /** For each request what a check of it says against it, or an empty text. */
    static List<String> obstacles(List<BuildRequest> requests, Consumer<BuildRequest> check) {
        List<String> obstacles = new ArrayList<>();
        for (BuildRequest request : requests) {
            try {
                check.accept(request);
                obstacles.add("");
            } catch (IllegalArgumentException e) {
                obstacles.add(e.getMessage());
            }
        }
        return obstacles;
    }
}
