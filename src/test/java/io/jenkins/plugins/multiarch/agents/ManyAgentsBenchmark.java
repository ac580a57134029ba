package io.jenkins.plugins.multiarch.agents;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.OperatingSystemMXBean;
import hudson.model.Computer;
import hudson.model.Descriptor;
import hudson.model.Node;
import hudson.model.Slave;
import hudson.model.TaskListener;
import hudson.remoting.Channel;
import hudson.remoting.ChannelBuilder;
import hudson.remoting.FastPipedInputStream;
import hudson.remoting.FastPipedOutputStream;
import hudson.slaves.AbstractCloudComputer;
import hudson.slaves.AbstractCloudSlave;
import hudson.slaves.DumbSlave;
import hudson.slaves.JNLPLauncher;
import hudson.slaves.SlaveComputer;
import io.jenkins.plugins.multiarch.WithOwnJenkins;
import io.jenkins.plugins.multiarch.config.EffectiveConfiguration;
import io.jenkins.plugins.multiarch.config.MultiArchBuildConfiguration;
import io.jenkins.plugins.multiarch.config.PlatformLabel;
import io.jenkins.plugins.multiarch.engine.agent.AgentLabels;
import io.jenkins.plugins.multiarch.engine.agent.Machine;
import io.jenkins.plugins.multiarch.engine.agent.MachineJson;
import io.jenkins.plugins.multiarch.engine.plan.Emulation;
import io.jenkins.plugins.multiarch.engine.plan.Plan;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.URL;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.kohsuke.stapler.MetaClass;

/**
 * What planning and the page cost the controller with 1,000 agents; {@code bench/run agents} runs it. The agents answer
 * from inside the controller's own process, so what agents spend on answers is counted as well.
 */
@Tag("bench")
@WithOwnJenkins
class ManyAgentsBenchmark {

    private static final int AGENTS = 1000;
    private static final int WARM_UPS = 60;
    private static final int RUNS = 20;

    /** All can be built where {@code .ci/prepare} has registered handlers. */
    private static final List<Platform> PLATFORMS = Stream.of(
                    "linux/amd64",
                    "linux/amd64/v2",
                    "linux/386",
                    "linux/arm64",
                    "linux/arm/v7",
                    "linux/arm/v6",
                    "linux/arm/v5",
                    "linux/ppc64le",
                    "linux/s390x",
                    "linux/mips64le")
            .map(Platform::parse)
            .toList();

    /** One that is always connected, by a channel that it shares with the others. */
    private static final class PretendedAgent extends Slave {

        private static final long serialVersionUID = 1L;

        private final transient Channel channel;

        PretendedAgent(String name, Channel channel) throws Descriptor.FormException, IOException {
            super(name, "/nonexistent", new JNLPLauncher());
            this.channel = channel;
            setNumExecutors(2);
        }

        @Override
        public Computer createComputer() {
            return new SlaveComputer(this) {
                @Override
                public Channel getChannel() {
                    return channel;
                }

                @Override
                public boolean isOffline() {
                    return false;
                }
            };
        }
    }

    /** One that serves one build and is gone. */
    private static final class OneShotAgent extends AbstractCloudSlave {

        private static final long serialVersionUID = 1L;

        private final transient Channel channel;

        OneShotAgent(String name, Channel channel) throws Descriptor.FormException, IOException {
            super(name, "/nonexistent", new JNLPLauncher());
            this.channel = channel;
        }

        @Override
        public AbstractCloudComputer<OneShotAgent> createComputer() {
            return new AbstractCloudComputer<>(this) {
                @Override
                public Channel getChannel() {
                    return channel;
                }

                @Override
                public boolean isOffline() {
                    return false;
                }
            };
        }

        @Override
        protected void _terminate(TaskListener listener) {
            // nothing runs anywhere
        }
    }

    /** @param noticed whether the plugin hears of it, as it does of every agent that comes online */
    private static Node comeAndGo(JenkinsRule jenkins, Node agent, boolean noticed) throws Exception {
        jenkins.jenkins.addNode(agent);
        if (noticed) {
            Computer computer = agent.toComputer();
            new ProbeWhenOnline().onOnline(computer, TaskListener.NULL);
            new AgentChanges.Online().onOnline(computer, TaskListener.NULL);
            while (AgentProber.get().isProbing(computer)) {
                TimeUnit.MILLISECONDS.sleep(1);
            }
        }
        jenkins.jenkins.removeNode(agent);
        return agent;
    }

    /** A channel whose other end is in this process too. */
    private static Channel loop(ExecutorService threads) throws Exception {
        FastPipedInputStream here = new FastPipedInputStream();
        FastPipedInputStream there = new FastPipedInputStream();
        FastPipedOutputStream toHere = new FastPipedOutputStream(here);
        FastPipedOutputStream toThere = new FastPipedOutputStream(there);
        Future<Channel> far = threads.submit(() ->
                new ChannelBuilder("far", threads).withMode(Channel.Mode.BINARY).build(there, toHere));
        Channel near = new ChannelBuilder("near", threads)
                .withMode(Channel.Mode.BINARY)
                .build(here, toThere);
        far.get();
        return near;
    }

    @Test
    void thousandAgents(JenkinsRule jenkins) throws Exception {
        jenkins.jenkins.setNumExecutors(0);
        MetaClass.NO_CACHE = false; // as outside of tests
        Channel channel = loop(Executors.newCachedThreadPool());
        String real = MachineJson.write(Machine.inspect(List.of()));
        List<PretendedAgent> agents = new ArrayList<>();
        for (int i = 0; i < AGENTS; i++) {
            agents.add(new PretendedAgent("agent-" + i, channel));
        }
        once("adding 1,000 agents, without the plugin's part", () -> {
            for (PretendedAgent agent : agents) {
                jenkins.jenkins.addNode(agent);
            }
            return null;
        });
        once("recording 1,000 first probes, and the labels that come of them", () -> {
            for (int i = 0; i < AGENTS; i++) {
                Probed.pretend(agents.get(i), machine(real, i));
            }
            return null;
        });
        report(
                "a one-shot agent of a cloud, coming and going",
                () -> comeAndGo(jenkins, new OneShotAgent("one-shot", channel), true));
        report(
                "the same, as it costs Jenkins alone",
                () -> comeAndGo(jenkins, new OneShotAgent("one-shot", channel), false));
        report(
                "an agent of no cloud that is probed, coming and going",
                () -> comeAndGo(jenkins, new PretendedAgent("passing", channel), true));
        AgentPlanner planner = new AgentPlanner(
                EffectiveConfiguration.global().labelRules(AgentLabels.BUILDER),
                OccupiedAgent.holding(null),
                JobAccess.any());
        report(
                "planning 10 platforms, by the last probes",
                () -> planner.planFromRecords(PLATFORMS, Emulation.FALLBACK));
        report("planning 10 platforms, agents asked; what they spend on answers included", () -> {
            Plan plan = planner.plan(PLATFORMS, Emulation.FALLBACK);
            assertThat(plan.platforms()).noneMatch(planned -> planned.isImpossible());
            return plan;
        });
        URL page = new URL(jenkins.getURL(), "manage/multiarch/");
        report("opening Manage Jenkins » Multi-Arch Build", () -> {
            try (InputStream in = page.openStream()) {
                byte[] html = in.readAllBytes();
                assertThat(html).hasSizeGreaterThan(AGENTS * 100);
                return html;
            }
        });
        report(
                "evaluating a label for all agents",
                () -> jenkins.jenkins.getNodes().stream()
                        .filter(node -> node.getAssignedLabels()
                                .contains(jenkins.jenkins.getLabelAtom("multiarch-linux-arm64")))
                        .count());
        DumbSlave offline = new DumbSlave("offline", "/nonexistent", new JNLPLauncher());
        offline.setLabelString("offline");
        jenkins.jenkins.addNode(offline);
        MultiArchBuildConfiguration.get().setPlatformLabels(List.of(new PlatformLabel("linux/arm64", "offline")));
        for (int builds : List.of(0, 1, 50)) {
            waiting(jenkins, builds);
        }
    }

    /** What builds cost that wait for a native agent to come online. */
    private static void waiting(JenkinsRule jenkins, int builds) throws Exception {
        List<WorkflowRun> runs = new ArrayList<>();
        for (int i = 0; i < builds; i++) {
            WorkflowJob job = jenkins.createProject(WorkflowJob.class);
            job.setDefinition(new CpsFlowDefinition("""
                    multiArchBuild image: 'localhost:1/demo:1', platforms: ['linux/arm64'], push: false, nativeWait: 60,
                        context: 'https://git.example.com/demo.git'
                    """, true));
            runs.add(job.scheduleBuild2(0).waitForStart());
        }
        for (WorkflowRun run : runs) {
            jenkins.waitForMessage("multiArchAwaitNative", run);
        }
        TimeUnit.SECONDS.sleep(20); // each of them asks the agents once
        once("a minute with " + builds + " builds that wait for a native agent", () -> {
            TimeUnit.MINUTES.sleep(1);
            return null;
        });
        for (WorkflowRun run : runs) {
            run.doStop();
            jenkins.waitForCompletion(run);
        }
    }

    /** Most are amd64 with QEMU as this machine; the others natively something else, without it. */
    private static Machine machine(String real, int number) throws IOException {
        ObjectNode json = (ObjectNode) new ObjectMapper().readTree(real);
        String other = List.of("linux/arm64", "linux/s390x", "linux/ppc64le", "linux/arm/v7")
                .get(number % 4);
        if (number % 10 < 4) {
            ArrayNode natives = json.putArray("nativePlatforms");
            natives.add(other);
            json.put("nativePlatform", other);
            json.putArray("emulatedPlatforms");
        }
        return MachineJson.read(json.toString());
    }

    private static void once(String what, Callable<?> work) throws Exception {
        System.out.printf(Locale.ROOT, "BENCH | %s | %.0f ms, once |%n", what, cpuMillis(work));
    }

    private static void report(String what, Callable<?> work) throws Exception {
        for (int i = 0; i < WARM_UPS; i++) {
            work.call();
        }
        double[] millis = new double[RUNS];
        for (int i = 0; i < RUNS; i++) {
            millis[i] = cpuMillis(work);
        }
        Arrays.sort(millis);
        System.out.printf(
                Locale.ROOT,
                "BENCH | %s | %.0f ms (%.0f to %.0f) |%n",
                what,
                millis[RUNS / 2],
                millis[0],
                millis[RUNS - 1]);
    }

    /** CPU time of the whole process meanwhile, whatever else it does included. */
    private static double cpuMillis(Callable<?> work) throws Exception {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        long before = system.getProcessCpuTime();
        work.call();
        return (system.getProcessCpuTime() - before) / 1e6;
    }
}
