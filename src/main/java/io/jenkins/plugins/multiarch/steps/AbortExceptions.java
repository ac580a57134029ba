package io.jenkins.plugins.multiarch.steps;

import hudson.AbortException;
import hudson.remoting.ChannelClosedException;
import hudson.remoting.RequestAbortedException;
import io.jenkins.plugins.multiarch.engine.registry.RegistryException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.commons.lang3.exception.ExceptionUtils;

/** The engine's complaints as Pipeline shows them: the message alone, without a stack trace. */
public final class AbortExceptions {

    private static final Logger LOGGER = Logger.getLogger(AbortExceptions.class.getName());

    private AbortExceptions() {}

    /**
     * Runs engine code, here or on an agent.
     *
     * @throws AbortException for bad input, for what a machine lacks and for what a registry answers
     * @throws Exception as thrown, if the agent is lost meanwhile, and for anything unforeseen
     */
    public static <T> T translate(Callable<T> engine) throws Exception {
        try {
            return engine.call();
        } catch (AbortException e) {
            throw e;
        } catch (RegistryException.NoCredential e) {
            throw abort(
                    e.getMessage()
                            + " Set credentialsId in the step, or the default credential under Manage Jenkins » System »"
                            + " Multi-Arch Build.",
                    e);
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw abort(e.getMessage(), e);
        } catch (IOException e) {
            // Pipeline knows how to tell of a lost agent.
            if (ExceptionUtils.hasCause(e, ChannelClosedException.class)
                    || ExceptionUtils.hasCause(e, RequestAbortedException.class)) {
                throw e;
            }
            // A file system's exceptions have only the path as their message.
            throw abort(e instanceof FileSystemException || e.getMessage() == null ? e.toString() : e.getMessage(), e);
        }
    }

    /** What happened on an agent cannot be saved with the build, and Pipeline would show all of it as a stack trace. */
    private static AbortException abort(String message, Exception cause) {
        LOGGER.log(Level.FINE, message, cause);
        return new AbortException(message);
    }
}
