package io.jenkins.plugins.multiarch.steps;

import static org.assertj.core.api.Assertions.assertThat;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.EnvVars;
import hudson.Launcher;
import hudson.LauncherDecorator;
import hudson.model.Node;
import hudson.model.Result;
import hudson.model.Slave;
import io.jenkins.plugins.multiarch.FewPrograms;
import io.jenkins.plugins.multiarch.WithOwnJenkins;
import io.jenkins.plugins.multiarch.config.MultiArchBuildConfiguration;
import io.jenkins.plugins.multiarch.config.PlatformLabel;
import io.jenkins.plugins.multiarch.engine.build.BusyboxContext;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.steps.BodyExecutionCallback;
import org.jenkinsci.plugins.workflow.steps.BodyInvoker;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepDescriptor;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.TestExtension;
import org.kohsuke.stapler.DataBoundConstructor;

/**
 * Processes that a {@code container} step starts in another file system, as that of the Kubernetes plugin does: only there
 * is a build tool. The agent itself has none.
 */
@Tag("integration")
@WithOwnJenkins
class ContainerTest {

    /** Empty on every machine, and not in the file system of the container. */
    private static final String INSIDE = "/mnt";

    @TempDir
    private Path temp;

    private JenkinsRule jenkins;
    private Path context;
    private String path;

    @BeforeEach
    void makeContainer(JenkinsRule rule) throws Exception {
        jenkins = rule;
        jenkins.jenkins.setNumExecutors(0);
        // Its container step needs an API server; KubernetesTest has one.
        StepDescriptor.all()
                .remove(jenkins.jenkins.getDescriptorByType(
                        org.csanchez.jenkins.plugins.kubernetes.pipeline.ContainerStep.DescriptorImpl.class));
        context = BusyboxContext.create(temp.resolve("context"));
        Path tools = Files.createDirectory(temp.resolve("tools"));
        Path buildah = Files.writeString(tools.resolve("buildah"), "#!/bin/sh\nexec /usr/bin/buildah \"$@\"\n");
        assertThat(buildah.toFile().setExecutable(true)).isTrue();
        OtherFiles.tools = tools.toString();
        path = FewPrograms.in(temp.resolve("programs")) + ":" + INSIDE;
    }

    /** Runs processes where the tools are in {@link #INSIDE}. */
    private static final class OtherFiles extends LauncherDecorator implements Serializable {

        private static final long serialVersionUID = 1L;
        private static String tools;

        @NonNull
        @Override
        public Launcher decorate(@NonNull Launcher launcher, @NonNull Node node) {
            return launcher.decorateByPrefix(
                    "/usr/bin/unshare",
                    "--mount",
                    "--propagation=private",
                    "sh",
                    "-c",
                    "/usr/bin/mount --bind \"$0\" " + INSIDE + " && exec \"$@\"",
                    tools);
        }
    }

    /** {@code container('tools') { ... }} */
    public static final class ContainerStep extends Step {

        private final String name;

        @DataBoundConstructor
        public ContainerStep(String name) {
            this.name = name;
        }

        public String getName() {
            return name;
        }

        @Override
        public StepExecution start(StepContext context) {
            return new Execution(context);
        }

        private static final class Execution extends StepExecution {

            private static final long serialVersionUID = 1L;

            Execution(StepContext context) {
                super(context);
            }

            @Override
            public boolean start() throws Exception {
                getContext()
                        .newBodyInvoker()
                        .withContext(BodyInvoker.mergeLauncherDecorators(
                                getContext().get(LauncherDecorator.class), new OtherFiles()))
                        .withCallback(BodyExecutionCallback.wrap(getContext()))
                        .start();
                return false;
            }
        }

        @TestExtension
        public static final class DescriptorImpl extends StepDescriptor {

            @Override
            public String getFunctionName() {
                return "container";
            }

            @Override
            public boolean takesImplicitBlockArgument() {
                return true;
            }

            @Override
            public Set<? extends Class<?>> getRequiredContext() {
                return Set.of(Launcher.class);
            }
        }
    }

    private void addPod(String labels) throws Exception {
        Slave pod = new LocalPod(
                "pod",
                Files.createDirectory(temp.resolve("pod")).toString(),
                jenkins.createComputerLauncher(new EnvVars("BUILDAH_ISOLATION", "chroot", "PATH", path)));
        pod.setLabelString(labels);
        jenkins.jenkins.addNode(pod);
        jenkins.waitOnline(pod);
    }

    private String build(Result expected, String step) throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class);
        job.setDefinition(new CpsFlowDefinition("""
                node('linux') {
                    sh 'cp -R %s/. .'
                    %s
                }
                """.formatted(context, step.formatted("""
                    multiArchBuild image: 'localhost:1/demo:1', platforms: ['linux/amd64'], push: false,
                        test: 'command -v buildah'""")), true));
        return JenkinsRule.getLog(jenkins.buildAndAssertStatus(expected, job));
    }

    @Test
    void theToolOfTheContainerAroundTheStepBuildsInPlace() throws Exception {
        addPod("linux");

        assertThat(build(Result.SUCCESS, "container('tools') { %s }"))
                .containsPattern("linux/amd64  native  in place  agent 'pod' builds it")
                .contains("linux/amd64: native; buildah")
                .contains(INSIDE + "/buildah");
        assertThat(build(Result.FAILURE, "%s")).contains("ERROR: Nothing can build linux/amd64");
    }

    @Test
    void theContainerThatTheStepNamesBuildsInPlace() throws Exception {
        addPod("linux");

        assertThat(build(Result.SUCCESS, "%s, container: 'tools'"))
                .containsPattern("linux/amd64  native  in place  agent 'pod' builds it")
                .contains(INSIDE + "/buildah");
    }

    @Test
    void theContainerThatTheStepNamesIsThatOfThePodOfEachBranch() throws Exception {
        addPod("tools");
        jenkins.waitOnline(jenkins.createSlave("host", "linux", new EnvVars("PATH", path)));
        MultiArchBuildConfiguration.get().setPlatformLabels(List.of(new PlatformLabel("linux/amd64", "tools")));

        assertThat(build(Result.SUCCESS, "%s, container: 'tools'"))
                .contains("Running on pod in ")
                .contains(INSIDE + "/buildah");
    }
}
