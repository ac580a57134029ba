package io.jenkins.plugins.multiarch.agents;

import hudson.remoting.Future;
import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.multiarch.engine.agent.EmulationCheck;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import jenkins.security.MasterToSlaveCallable;

/** What an agent answers, or will answer, when asked whether it emulates a platform. */
final class EmulationAnswer {

    private static final int SECONDS = 10;

    private final Future<EmulationCheck> answer;
    private final String failure;

    private EmulationAnswer(Future<EmulationCheck> answer, String failure) {
        this.answer = answer;
        this.failure = failure;
    }

    /** Asks without waiting, so that many agents can be asked at once. */
    static EmulationAnswer ask(VirtualChannel channel, Platform platform) {
        try {
            return new EmulationAnswer(channel.callAsync(new Question(platform)), "");
        } catch (IOException e) {
            return new EmulationAnswer(null, "it cannot be asked: " + e.getMessage());
        }
    }

    /** Why the agent cannot run the platform, with the remedy; empty if it can. Waits for the answer, but not for long. */
    String problem() {
        if (answer == null) {
            return failure;
        }
        try {
            EmulationCheck check = answer.get(SECONDS, TimeUnit.SECONDS);
            return check.possible() ? "" : check.problem() + ". Remedy: " + check.remedy();
        } catch (TimeoutException e) {
            answer.cancel(true);
            return "it has not answered for " + SECONDS + " seconds";
        } catch (ExecutionException e) {
            return "it cannot tell: " + e.getCause();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "the planning was interrupted";
        }
    }

    private static final class Question extends MasterToSlaveCallable<EmulationCheck, IOException> {

        private static final long serialVersionUID = 1L;

        private final Platform platform;

        Question(Platform platform) {
            this.platform = platform;
        }

        @Override
        public EmulationCheck call() {
            return EmulationCheck.of(platform);
        }
    }
}
