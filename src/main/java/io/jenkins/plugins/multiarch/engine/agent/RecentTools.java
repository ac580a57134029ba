package io.jenkins.plugins.multiarch.engine.agent;

import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Build tools that have been asked a moment ago, for builds that begin together in the same surroundings: one of them asks,
 * the others wait for its answer. An answer that leaves something open is not kept.
 */
public final class RecentTools {

    private final long keptNanos;
    private final Map<String, Answer> answers = new LinkedHashMap<>();

    /** @param kept how long an answer counts */
    public RecentTools(Duration kept) {
        this.keptNanos = kept.toNanos();
    }

    /** Asks the tools. */
    public interface Question {
        BuildTools ask() throws InterruptedIOException;
    }

    private record Answer(CompletableFuture<BuildTools> tools, long begun) {}

    /**
     * @param surroundings a name that two builds share only if they would get the same answer
     * @throws InterruptedIOException if the thread is interrupted while a tool is asked; others then ask for themselves
     */
    public BuildTools get(String surroundings, Question question) throws InterruptedIOException {
        while (true) {
            CompletableFuture<BuildTools> mine = new CompletableFuture<>();
            CompletableFuture<BuildTools> first = enter(surroundings, mine);
            if (first == mine) {
                return answer(surroundings, mine, question);
            }
            try {
                return first.get();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                InterruptedIOException interrupted = new InterruptedIOException("Interrupted while a tool was asked");
                interrupted.initCause(e);
                throw interrupted;
            } catch (ExecutionException e) {
                // Whoever asked was stopped, or failed in a way of its own.
                continue;
            }
        }
    }

    private synchronized CompletableFuture<BuildTools> enter(String surroundings, CompletableFuture<BuildTools> mine) {
        long now = System.nanoTime();
        Iterator<Answer> oldestFirst = answers.values().iterator();
        while (oldestFirst.hasNext() && now - oldestFirst.next().begun() > keptNanos) {
            oldestFirst.remove();
        }
        return answers.computeIfAbsent(surroundings, key -> new Answer(mine, now))
                .tools();
    }

    private BuildTools answer(String surroundings, CompletableFuture<BuildTools> mine, Question question)
            throws InterruptedIOException {
        try {
            BuildTools tools = question.ask();
            if (!tools.unanswered().isEmpty()) {
                forget(surroundings, mine);
            }
            mine.complete(tools);
            return tools;
        } catch (InterruptedIOException | RuntimeException | Error e) {
            forget(surroundings, mine);
            mine.completeExceptionally(e);
            throw e;
        }
    }

    private synchronized void forget(String surroundings, CompletableFuture<BuildTools> mine) {
        Answer kept = answers.get(surroundings);
        if (kept != null && kept.tools() == mine) {
            answers.remove(surroundings);
        }
    }
}
