package io.jenkins.plugins.multiarch.dispatch;

import hudson.FilePath;
import hudson.model.Run;
import hudson.scm.SCM;
import io.jenkins.plugins.multiarch.checkout.Commit;
import io.jenkins.plugins.multiarch.checkout.LightweightCheckout;
import io.jenkins.plugins.multiarch.engine.build.BuildRequest;
import io.jenkins.plugins.multiarch.engine.jib.Recipe;
import io.jenkins.plugins.multiarch.steps.BuildOrder;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Tells whether images can be made without a machine, by their Dockerfile. */
@FunctionalInterface
interface RecipeCheck {

    /**
     * For each request why its image cannot be made without a machine, or an empty text.
     *
     * @param requests all of the same Dockerfile
     * @return empty if the Dockerfile cannot be read yet
     */
    Optional<List<String>> obstacles(List<BuildRequest> requests) throws Exception;

    /** By the Dockerfile in a workspace. */
    static RecipeCheck inWorkspace(BuildOrder order, FilePath workspace) {
        return requests -> Optional.of(workspace
                .child(order.context())
                .act(new CheckRecipe(order.dockerfile(), order.isMade() && order.hasTest(), requests)));
    }

    /** By the Dockerfile of a commit that is not checked out. If it cannot be read, the log says so. */
    static RecipeCheck inCommit(BuildOrder order, Run<?, ?> run, SCM scm, Commit commit, PrintStream log) {
        return requests -> {
            List<String> withoutReading = CheckRecipe.obstacles(requests, Recipe::requireNoMachineFor);
            if (!withoutReading.contains("")) {
                return Optional.of(withoutReading);
            }
            String text;
            try {
                text = new LightweightCheckout(run, scm, commit).read(order.dockerfileInCheckout());
            } catch (IOException e) {
                List<String> platforms = new ArrayList<>();
                for (int i = 0; i < requests.size(); i++) {
                    if (withoutReading.get(i).isEmpty()) {
                        platforms.add(requests.get(i).platform().toString());
                    }
                }
                log.println("Cannot read " + order.dockerfileInCheckout() + " before the checkout: " + e.getMessage()
                        + ". So these are not planned without a machine: " + String.join(", ", platforms)
                        + ". If the Dockerfile runs nothing, set builder: 'jib'.");
                return Optional.empty();
            }
            Recipe recipe;
            try {
                recipe = Recipe.withoutContext(order.dockerfile(), text);
            } catch (IllegalArgumentException e) {
                return Optional.of(Collections.nCopies(requests.size(), e.getMessage()));
            }
            return Optional.of(CheckRecipe.obstacles(requests, recipe::requireNoMachine));
        };
    }
}
