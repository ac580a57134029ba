package io.jenkins.plugins.multiarch.agents;

import hudson.Util;
import hudson.remoting.Future;
import hudson.remoting.VirtualChannel;
import io.jenkins.plugins.multiarch.engine.agent.BuildTools;
import io.jenkins.plugins.multiarch.engine.agent.EmulationCheck;
import io.jenkins.plugins.multiarch.engine.agent.UntrustedText;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import jenkins.security.MasterToSlaveCallable;

/** What an agent answers, or will answer, when asked whether it emulates some platforms right now. */
final class EmulationAnswer {

    private static final int SECONDS = 10;

    private final Future<ArrayList<EmulationCheck>> answer;
    private final String failure;

    private EmulationAnswer(Future<ArrayList<EmulationCheck>> answer, String failure) {
        this.answer = answer;
        this.failure = failure;
    }

    /**
     * Asks without waiting, so that many agents can be asked at once.
     *
     * @param tools the agent's tools as far as they are known: some bring emulators of their own
     */
    static EmulationAnswer ask(VirtualChannel channel, Collection<Platform> platforms, Optional<BuildTools> tools) {
        try {
            return new EmulationAnswer(channel.callAsync(new Question(platforms, tools.orElse(BuildTools.NONE))), "");
        } catch (IOException e) {
            return new EmulationAnswer(null, "it cannot be asked: " + e.getMessage());
        }
    }

    /** Why the agent cannot run the platform. Waits for the answer, but not for long. */
    Obstacle obstacle(Platform platform) {
        if (answer == null) {
            return new Obstacle(failure, "");
        }
        try {
            return Util.fixNull(answer.get(SECONDS, TimeUnit.SECONDS)).stream()
                    .filter(Objects::nonNull) // an agent may answer anything
                    .filter(check -> check.platform().equals(platform))
                    .findFirst()
                    .map(check -> check.possible() ? Obstacle.NONE : new Obstacle(check.problem(), check.remedy()))
                    .orElseGet(() -> new Obstacle("it does not tell whether it emulates " + platform, ""));
        } catch (TimeoutException e) {
            answer.cancel(true);
            return new Obstacle("it has not answered for " + SECONDS + " seconds", "");
        } catch (ExecutionException e) {
            return new Obstacle("it cannot tell: " + UntrustedText.clean(String.valueOf(e.getCause())), "");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Obstacle("the planning was interrupted", "");
        }
    }

    /**
     * What keeps an agent from running a platform.
     *
     * @param problem a clause; empty if there is none
     * @param remedy a command for root, or advice
     */
    record Obstacle(String problem, String remedy) {

        static final Obstacle NONE = new Obstacle("", "");

        boolean exists() {
            return !problem.isEmpty();
        }
    }

    private static final class Question extends MasterToSlaveCallable<ArrayList<EmulationCheck>, IOException> {

        private static final long serialVersionUID = 1L;

        private final ArrayList<Platform> platforms;
        private final BuildTools tools;

        Question(Collection<Platform> platforms, BuildTools tools) {
            this.platforms = new ArrayList<>(platforms);
            this.tools = tools;
        }

        @Override
        public ArrayList<EmulationCheck> call() {
            return new ArrayList<>(EmulationCheck.of(platforms, tools));
        }
    }
}
