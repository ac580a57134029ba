package io.jenkins.plugins.multiarch.dispatch;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.FilePath;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.multiarch.report.PlatformImage;
import io.jenkins.plugins.multiarch.report.RunRecord;
import io.jenkins.plugins.multiarch.steps.BuildOrder;
import io.jenkins.plugins.multiarch.steps.RepeatableStepExecution;
import io.jenkins.plugins.multiarch.steps.Summary;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.DataBoundConstructor;

/**
 * Ends a {@code multiArchBuild} of which every platform succeeded: records and lists the images. A build that failed half way
 * records none, so that no index with missing platforms is made of it by default.
 */
public final class RecordImagesStep extends DispatchStep {

    private final List<PlatformImage> images;

    /** @param images all platform images, in the order requested */
    @DataBoundConstructor
    public RecordImagesStep(List<PlatformImage> images) {
        this.images = images;
    }

    @Override
    public StepExecution start(StepContext context) {
        return new Execution(context, new ArrayList<>(images));
    }

    private static final class Execution extends RepeatableStepExecution<Void> {

        private static final long serialVersionUID = 1L;

        private final ArrayList<PlatformImage> images;

        Execution(StepContext context, ArrayList<PlatformImage> images) {
            super(context);
            this.images = images;
        }

        @Override
        protected Void run() throws Exception {
            RunRecord record = new RunRecord(getContext().get(Run.class));
            BuildOrder order = getContext().get(BuildOrder.class);
            boolean recorded = isAgain()
                    && record.images(order.image()).stream()
                            .map(PlatformImage::getReference)
                            .toList()
                            .containsAll(images.stream()
                                    .map(PlatformImage::getReference)
                                    .toList());
            if (order.push() && !recorded) {
                record.addImages(images);
            }
            if (order.exportTo() != null) {
                new ExportShipment(getContext()).receive(order, getContext().get(FilePath.class));
            }
            PrintStream log = getContext().get(TaskListener.class).getLogger();
            log.println((order.push() ? "Pushed " : "Built ") + order.image() + ": " + record.link());
            Summary.lines(images).forEach(line -> log.println("  " + line));
            return null;
        }
    }

    @Extension
    public static final class DescriptorImpl extends DispatchStepDescriptor {

        public DescriptorImpl() {
            super("multiArchFinish", Run.class, TaskListener.class);
        }

        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.RecordImagesStep_displayName();
        }
    }
}
