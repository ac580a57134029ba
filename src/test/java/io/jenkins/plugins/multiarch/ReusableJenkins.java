package io.jenkins.plugins.multiarch;

import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.domains.Domain;
import hudson.Util;
import hudson.XmlFile;
import hudson.model.Computer;
import hudson.model.Executor;
import hudson.model.Node;
import hudson.model.TopLevelItem;
import hudson.model.User;
import hudson.model.View;
import hudson.node_monitors.NodeMonitor;
import hudson.security.ACL;
import io.jenkins.plugins.multiarch.agents.Probed;
import io.jenkins.plugins.multiarch.config.MultiArchBuildConfiguration;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.workflow.support.steps.ExecutorStepExecution.RemovedNodeCause;
import org.jvnet.hudson.test.JenkinsRule;

/** A Jenkins that serves one test after the other. */
final class ReusableJenkins implements AutoCloseable {

    private static final Logger LOGGER = Logger.getLogger(ReusableJenkins.class.getName());
    private static final int USUAL_EXECUTORS = 2;
    private static final long MOST_SECONDS_TO_END = 60;

    private final Rule rule = new Rule();
    private String configuration;

    private ReusableJenkins() {}

    static ReusableJenkins start() {
        ReusableJenkins jenkins = new ReusableJenkins();
        try {
            jenkins.rule.before();
            MultiArchBuildConfiguration.get().setPlainHttpOnLoopback(true); // where the registries of the tests are
            jenkins.configuration = Files.readString(configurationFile());
        } catch (Throwable e) {
            throw new IllegalStateException("Jenkins does not start", e);
        }
        return jenkins;
    }

    /** For a test, which has the rights of Jenkins itself. */
    JenkinsRule rule() {
        ACL.as2(ACL.SYSTEM2);
        return rule;
    }

    private static Path configurationFile() {
        return Jenkins.get().getRootDir().toPath().resolve(MultiArchBuildConfiguration.class.getName() + ".xml");
    }

    /**
     * Removes what a test has made.
     *
     * @return whether that worked; if not, nobody should use this Jenkins any more
     */
    boolean clean() {
        ACL.as2(ACL.SYSTEM2);
        Jenkins jenkins = rule.jenkins;
        try {
            jenkins.disableSecurity();
            rule.closeClients();
            endBuilds(jenkins);
            for (TopLevelItem item : List.copyOf(jenkins.getItems())) {
                item.delete();
            }
            for (View view : List.copyOf(jenkins.getViews())) {
                if (view != jenkins.getPrimaryView()) {
                    jenkins.deleteView(view);
                }
            }
            jenkins.clouds.clear();
            jenkins.setProxy(null);
            removeAgents(jenkins);
            for (String workspaces : List.of("agent-work-dirs", "workspace")) {
                Util.deleteRecursive(new File(jenkins.getRootDir(), workspaces));
            }
            jenkins.setNumExecutors(USUAL_EXECUTORS);
            jenkins.setLabelString("");
            jenkins.setMode(Node.Mode.NORMAL);
            jenkins.getGlobalNodeProperties().clear();
            SystemCredentialsProvider.getInstance().setDomainCredentialsMap(Map.of(Domain.global(), List.of()));
            SystemCredentialsProvider.getInstance().save();
            NodeMonitor.getAll().forEach(monitor -> monitor.setIgnored(false));
            for (User user : List.copyOf(User.getAll())) {
                user.delete();
            }
            Files.writeString(configurationFile(), configuration);
            new XmlFile(Jenkins.XSTREAM2, configurationFile().toFile())
                    .unmarshalNullingOut(MultiArchBuildConfiguration.get());
            return true;
        } catch (Exception e) {
            LOGGER.log(Level.WARNING, "Jenkins cannot be cleaned, so another one is started", e);
            return false;
        }
    }

    private static void endBuilds(Jenkins jenkins) throws InterruptedException {
        jenkins.getQueue().clear();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(MOST_SECONDS_TO_END);
        for (Computer computer : jenkins.getComputers()) {
            List<Executor> executors = new ArrayList<>(computer.getExecutors());
            executors.addAll(computer.getOneOffExecutors());
            for (Executor executor : executors) {
                executor.interrupt();
                while (executor.isBusy()) {
                    if (System.nanoTime() > end) {
                        throw new IllegalStateException("A build does not end: " + executor.getCurrentExecutable());
                    }
                    TimeUnit.MILLISECONDS.sleep(20);
                }
            }
        }
    }

    /** Their processes end with their connections. */
    private static void removeAgents(Jenkins jenkins) throws Exception {
        for (Node node : List.copyOf(jenkins.getNodes())) {
            Computer computer = node.toComputer();
            // Pipeline would end what runs, some time later, on an agent of this name: that of the next test.
            RemovedNodeCause.ENABLED = false;
            try {
                jenkins.removeNode(node);
            } finally {
                RemovedNodeCause.ENABLED = true;
            }
            if (computer != null) {
                computer.disconnect(null).get(MOST_SECONDS_TO_END, TimeUnit.SECONDS);
                Probed.forget(node, computer);
            }
        }
    }

    @Override
    public void close() throws Exception {
        rule.after();
    }

    /** The harness' own, which wants to know a test and knows tests of JUnit 4 alone. */
    private static final class Rule extends JenkinsRule {

        private final List<WebClient> clients = new ArrayList<>();
        private int projects;

        Rule() {
            testDescription = org.junit.runner.Description.createTestDescription(ReusableJenkins.class, "shared");
        }

        /** Pipeline remembers for a while what it stopped, by the name of the job and the number of the build. */
        @Override
        protected String createUniqueProjectName() {
            projects++;
            return "test" + projects;
        }

        @Override
        public WebClient createWebClient() {
            WebClient client = super.createWebClient();
            // Most of the time that a page takes goes into styles, which no test without a real browser looks at.
            client.getOptions().setCssEnabled(false);
            clients.add(client);
            return client;
        }

        void closeClients() {
            clients.forEach(WebClient::close);
            clients.clear();
        }
    }
}
