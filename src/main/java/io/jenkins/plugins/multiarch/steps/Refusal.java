package io.jenkins.plugins.multiarch.steps;

import hudson.AbortException;
import io.jenkins.plugins.multiarch.engine.registry.RegistryException;
import java.util.concurrent.Callable;

/** The engine's complaints as Pipeline shows them: the message alone, without a stack trace. */
final class Refusal {

    private Refusal() {}

    /**
     * Runs engine code.
     *
     * @throws AbortException for what the engine refuses because of bad input or of a registry's answer
     * @throws Exception as thrown, for anything unforeseen
     */
    static <T> T asAbort(Callable<T> engine) throws Exception {
        try {
            return engine.call();
        } catch (IllegalArgumentException | IllegalStateException | RegistryException e) {
            AbortException abort = new AbortException(e.getMessage());
            abort.initCause(e);
            throw abort;
        }
    }
}
