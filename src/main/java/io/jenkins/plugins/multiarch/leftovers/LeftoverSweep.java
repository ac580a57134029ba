package io.jenkins.plugins.multiarch.leftovers;

import hudson.FilePath;
import hudson.model.Computer;
import hudson.model.Node;
import hudson.model.Run;
import hudson.security.ACL;
import hudson.security.ACLContext;
import io.jenkins.plugins.multiarch.steps.MultiArchBuildExecution;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jenkinsci.plugins.workflow.flow.FlowExecutionList;
import org.jenkinsci.plugins.workflow.steps.StepExecution;

/**
 * Removes from agents what dead builds have left there: those whose agent or controller went away for good before their
 * end. What a running build has is never touched, however old it is.
 */
public final class LeftoverSweep {

    /** How long leftovers stay, by the clock of their agent. */
    public static final long KEPT_MILLIS = TimeUnit.HOURS.toMillis(24);

    private static final Logger LOGGER = Logger.getLogger(LeftoverSweep.class.getName());

    private static final int SECONDS_TO_ANSWER = 60;

    private LeftoverSweep() {}

    /** Sweeps agents, each in a thread of its own, so that one which hangs holds up no other. */
    public static void sweep(Collection<Computer> computers) throws InterruptedException {
        List<? extends Future<?>> sweeps = computers.stream()
                .filter(Computer::isOnline)
                .map(LeftoverSweep::start)
                .toList();
        for (Future<?> sweep : sweeps) {
            try {
                sweep.get(SECONDS_TO_ANSWER, TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException e) {
                LOGGER.log(Level.FINE, "An agent was not swept", e);
            }
        }
    }

    /** Sweeps an agent in the background. */
    static Future<?> start(Computer computer) {
        return Computer.threadPoolForRemoting.submit(() -> {
            try (ACLContext asSystem = ACL.as2(ACL.SYSTEM2)) {
                sweep(computer);
            } catch (IOException | ExecutionException | TimeoutException e) {
                LOGGER.log(
                        Level.WARNING,
                        e,
                        () -> "What builds have left on agent '" + computer.getDisplayName()
                                + "' is not removed; it is tried again within the hour");
            }
            return null;
        });
    }

    private static void sweep(Computer computer)
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        Node node = computer.getNode();
        FilePath home = node == null ? null : node.getRootPath();
        // Which builds are running is known once all have been resumed after a start.
        if (home == null || !FlowExecutionList.get().isResumptionComplete()) {
            return;
        }
        List<FolderEntry> due = home.act(new DueFolders());
        if (due.isEmpty()) {
            return;
        }
        Set<String> running = runningOrders();
        List<String> dead = due.stream()
                .limit(BuildFolderIndex.MOST_ENTRIES)
                .filter(entry -> !running.contains(entry.order()) && !isRunning(entry.run()))
                .map(FolderEntry::name)
                .toList();
        if (!dead.isEmpty()) {
            LOGGER.info(() -> "Removing from agent '" + computer.getDisplayName() + "' what dead builds have left: "
                    + String.join(", ", dead));
            home.act(new RemoveLeftovers(dead));
        }
    }

    private static Set<String> runningOrders() throws InterruptedException, ExecutionException, TimeoutException {
        Set<String> orders = ConcurrentHashMap.newKeySet();
        StepExecution.acceptAll(MultiArchBuildExecution.class, execution -> orders.add(execution.orderId()))
                .get(SECONDS_TO_ANSWER, TimeUnit.SECONDS);
        return orders;
    }

    /** Asked as well, because a running build may be unable to tell its steps. */
    private static boolean isRunning(String externalizableId) {
        try {
            Run<?, ?> run = externalizableId == null ? null : Run.fromExternalizableId(externalizableId);
            return run != null && run.isBuilding();
        } catch (IllegalArgumentException e) {
            // No id at all: agents are not trusted.
            return false;
        }
    }
}
