package io.jenkins.plugins.multiarch.agents;

import hudson.Extension;
import hudson.ExtensionList;
import hudson.XmlFile;
import hudson.model.Computer;
import hudson.model.Node;
import hudson.model.Saveable;
import hudson.model.TaskListener;
import hudson.model.listeners.SaveableListener;
import hudson.slaves.ComputerListener;
import io.jenkins.plugins.multiarch.config.MultiArchBuildConfiguration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import jenkins.model.NodeListener;
import jenkins.util.Timer;

/**
 * Tells those who wait for an agent that one has come, or that something else has changed which may let them go on. While
 * nothing changes nobody looks, however many wait.
 */
@Extension
public final class AgentChanges {

    /** Several changes within that time are one: a hundred agents may come at once when the controller starts. */
    private static final int SECONDS = 1;

    private final Set<Runnable> waiting = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean due = new AtomicBoolean();

    public static AgentChanges get() {
        return ExtensionList.lookupSingleton(AgentChanges.class);
    }

    /** Has it told of every change from now on, in a thread that may wait, until it is removed. */
    public void add(Runnable waiter) {
        waiting.add(waiter);
    }

    public void remove(Runnable waiter) {
        waiting.remove(waiter);
    }

    void happened() {
        if (!waiting.isEmpty() && due.compareAndSet(false, true)) {
            Timer.get().schedule(() -> Computer.threadPoolForRemoting.execute(this::tell), SECONDS, TimeUnit.SECONDS);
        }
    }

    private void tell() {
        due.set(false);
        waiting.forEach(Runnable::run);
    }

    /** An agent came online, or takes builds again. */
    @Extension
    public static final class Online extends ComputerListener {

        @Override
        public void onOnline(Computer computer, TaskListener listener) {
            get().happened();
        }

        @Override
        public void onTemporarilyOnline(Computer computer) {
            get().happened();
        }
    }

    /** An agent was added or has other labels. */
    @Extension
    public static final class Configured extends NodeListener {

        @Override
        protected void onCreated(Node node) {
            get().happened();
        }

        @Override
        protected void onUpdated(Node before, Node after) {
            get().happened();
        }
    }

    /** A platform was mapped to other agents. */
    @Extension
    public static final class Mapped extends SaveableListener {

        @Override
        public void onChange(Saveable changed, XmlFile file) {
            if (changed instanceof MultiArchBuildConfiguration) {
                get().happened();
            }
        }
    }
}
