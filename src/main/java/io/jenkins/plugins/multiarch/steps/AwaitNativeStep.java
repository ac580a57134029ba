package io.jenkins.plugins.multiarch.steps;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.Computer;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.multiarch.agents.AgentChanges;
import io.jenkins.plugins.multiarch.dispatch.DispatchStep;
import io.jenkins.plugins.multiarch.dispatch.DispatchStepDescriptor;
import io.jenkins.plugins.multiarch.engine.plan.PlannedPlatform;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import jenkins.util.Timer;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/**
 * Waits until a platform can be planned again: until a native agent comes online, {@code nativeWait} at most, or until
 * Jenkins notices that the agent of the platform is lost. {@link Replanning} does the planning.
 */
public final class AwaitNativeStep extends DispatchStep {

    private final String platform;
    private boolean inPlace;
    private boolean withoutMachine;

    @DataBoundConstructor
    public AwaitNativeStep(String platform) {
        this.platform = platform;
    }

    public boolean isInPlace() {
        return inPlace;
    }

    /** Whether the surrounding node may build; a script of an earlier version knows labels alone. */
    @DataBoundSetter
    public void setInPlace(boolean inPlace) {
        this.inPlace = inPlace;
    }

    public boolean isWithoutMachine() {
        return withoutMachine;
    }

    /** Whether any agent will do, because the Dockerfile runs nothing. */
    @DataBoundSetter
    public void setWithoutMachine(boolean withoutMachine) {
        this.withoutMachine = withoutMachine;
    }

    @Override
    public StepExecution start(StepContext context) throws Exception {
        BuildOrder order = context.get(BuildOrder.class);
        return new Execution(
                context,
                platform,
                inPlace,
                withoutMachine,
                System.currentTimeMillis() + TimeUnit.MINUTES.toMillis(order.nativeWait()));
    }

    /**
     * Returns where to build: {@code label} and {@code inPlace}, or the label expression alone. No thread waits; a
     * restarted controller goes on waiting.
     */
    private static final class Execution extends StepExecution {

        private static final long serialVersionUID = 1L;

        /** So long it takes Jenkins to notice that an agent is lost. */
        private static final int SECONDS = 10;

        private final String platform;
        private final boolean inPlace;

        /** False if an older version has saved it. */
        private final boolean withoutMachine;

        private final long deadline;
        private transient volatile Future<?> next;
        private transient Runnable waiter;
        private transient boolean over;

        /** @param deadline milliseconds since the epoch */
        Execution(StepContext context, String platform, boolean inPlace, boolean withoutMachine, long deadline) {
            super(context);
            this.withoutMachine = withoutMachine;
            this.platform = platform;
            this.inPlace = inPlace;
            this.deadline = deadline;
        }

        @Override
        public boolean start() {
            later(this::begin, TimeUnit.SECONDS.toMillis(SECONDS));
            return false;
        }

        @Override
        public void onResume() {
            later(this::begin, TimeUnit.SECONDS.toMillis(SECONDS));
        }

        @Override
        public void stop(@NonNull Throwable cause) throws Exception {
            end();
            super.stop(cause);
        }

        private void later(Runnable task, long millis) {
            // Agents are asked over the network, for which the few threads of the timer are not meant.
            next = Timer.get()
                    .schedule(() -> Computer.threadPoolForRemoting.execute(task), millis, TimeUnit.MILLISECONDS);
        }

        private synchronized boolean end() {
            boolean first = !over;
            over = true;
            if (next != null) {
                next.cancel(false);
            }
            if (waiter != null) {
                AgentChanges.get().remove(waiter);
            }
            return first;
        }

        /** Agents are asked only now and in the end; meanwhile, what is known of them counts. */
        private void begin() {
            long left = deadline - System.currentTimeMillis();
            synchronized (this) {
                if (over) {
                    return;
                }
                if (left > 0) {
                    waiter = () -> look(Replanning.Planning.FROM_RECORDS, false);
                    AgentChanges.get().add(waiter);
                    later(() -> look(Replanning.Planning.ASKING, true), left);
                }
            }
            look(Replanning.Planning.ASKING, left <= 0);
        }

        /** @param last whether nothing is waited for any longer */
        private void look(Replanning.Planning planning, boolean last) {
            Replanning again = new Replanning(getContext(), Platform.parse(platform), inPlace, withoutMachine);
            try {
                PlannedPlatform planned = again.by(planning);
                if (planned.worthWaiting() && !last || !end()) {
                    return;
                }
                again.explain(planned);
                getContext().onSuccess(again.place(planned));
            } catch (Exception e) {
                if (end()) {
                    getContext().onFailure(e);
                }
            }
        }
    }

    @Extension
    public static final class DescriptorImpl extends DispatchStepDescriptor {

        public DescriptorImpl() {
            super("multiArchAwaitNative", Run.class, TaskListener.class);
        }

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.AwaitNativeStep_displayName();
        }
    }
}
