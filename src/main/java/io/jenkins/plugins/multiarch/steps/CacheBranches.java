package io.jenkins.plugins.multiarch.steps;

import hudson.EnvVars;
import java.util.ArrayList;
import java.util.List;

/**
 * The branches whose part of a build cache serves a build of a Multibranch Pipeline: its own, and that of the branch into
 * which a change request is to go. The part of the default branch serves every build.
 */
final class CacheBranches {

    private CacheBranches() {}

    /** @return in this order; empty for the default branch, and outside of a Multibranch Pipeline */
    static List<String> of(EnvVars environment) {
        List<String> branches = new ArrayList<>();
        String own = environment.get("BRANCH_NAME", "");
        if (!own.isBlank() && !environment.get("BRANCH_IS_PRIMARY", "false").equals("true")) {
            branches.add(own);
            String target = environment.get("CHANGE_TARGET", "");
            if (!target.isBlank()) {
                branches.add(target);
            }
        }
        return branches;
    }
}
