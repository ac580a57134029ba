package io.jenkins.plugins.multiarch.report;

import hudson.Util;
import java.util.Locale;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** What became of one platform of a {@code multiArchBuild}, as the build's record keeps it. */
@ExportedBean(defaultVisibility = 3)
public final class PlatformBuild {

    /** How it ended. */
    public enum State {
        /** The platform image is in the registry. */
        PUSHED,
        /** Built, and tested if there is a test; not to be pushed. */
        BUILT,
        FAILED,
        /** Stopped because another platform has failed, or by somebody. */
        STOPPED;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final String image;
    private final State state;
    private final PlatformImage result;
    private final String error;
    private final String output;

    // Null in what an older version has saved.
    private final String step;
    private final String bakeTarget;

    private PlatformBuild(
            String image,
            State state,
            PlatformImage result,
            String error,
            String output,
            String step,
            String bakeTarget) {
        this.image = image;
        this.state = state;
        this.result = result;
        this.error = Truncation.message(error);
        this.output = Truncation.paragraphs(output);
        this.step = step;
        this.bakeTarget = bakeTarget;
    }

    /** @param image what was asked for, {@code registry/repository:tag} */
    public static PlatformBuild succeeded(String image, PlatformImage result) {
        return new PlatformBuild(
                image, result.getDigest().isEmpty() ? State.BUILT : State.PUSHED, result, "", "", "", "");
    }

    /**
     * @param image what was asked for, {@code registry/repository:tag}
     * @param stopped whether it did not fail by itself
     * @param attempt what is known of it: platform, agent, tool, duration; agent and tool may be empty
     * @param error why, in a sentence or two
     * @param output the last lines of what the build tool has printed; empty if it has not come so far
     */
    public static PlatformBuild failed(
            String image, boolean stopped, PlatformImage attempt, String error, String output) {
        return new PlatformBuild(image, stopped ? State.STOPPED : State.FAILED, attempt, error, output, "", "");
    }

    /**
     * The same, as told by a step of the run.
     *
     * @param node id of the step's node in the graph of the run
     */
    public PlatformBuild by(String node) {
        return new PlatformBuild(image, state, result, error, output, node, bakeTarget);
    }

    /**
     * The same, for a target of a {@code multiArchBake}.
     *
     * @param target its name; empty for none
     */
    public PlatformBuild of(String target) {
        return new PlatformBuild(image, state, result, error, output, step, target);
    }

    /** The target of a {@code multiArchBake} that it was built for; empty if it was for none. */
    @Exported
    public String getBakeTarget() {
        return Util.fixNull(bakeTarget);
    }

    /** What was asked for, {@code registry/repository:tag}. */
    @Exported
    public String getImage() {
        return image;
    }

    /** {@code pushed}, {@code built}, {@code failed} or {@code stopped}. */
    @Exported(name = "state")
    public String getStateName() {
        return state.toString();
    }

    public State getState() {
        return state;
    }

    /** Whether its image could be built. */
    public boolean isSuccess() {
        return state == State.PUSHED || state == State.BUILT;
    }

    /** Whether the same step has told the other, before a restart, or both are the same image. */
    boolean isAgain(PlatformBuild other) {
        return isStep(other.step) || isImage(other);
    }

    private boolean isStep(String other) {
        return step != null && !step.isEmpty() && step.equals(other);
    }

    private boolean isImage(PlatformBuild other) {
        return state == State.PUSHED
                && other.state == State.PUSHED
                && image.equals(other.image)
                && getBakeTarget().equals(other.getBakeTarget())
                && getPlatform().equals(other.getPlatform())
                && getDigest().equals(other.getDigest());
    }

    @Exported
    public String getPlatform() {
        return result.getPlatform();
    }

    /** {@code registry/repository@digest}; empty if it was not pushed. */
    @Exported
    public String getReference() {
        return result.getReference();
    }

    /** Digest of its manifest; empty if it was not pushed. */
    @Exported
    public String getDigest() {
        return result.getDigest();
    }

    /** Media type of its manifest; empty if it was not pushed. */
    @Exported
    public String getMediaType() {
        return result.getMediaType();
    }

    /** What a client downloads for it, in bytes; 0 if that is not known. */
    @Exported
    public long getCompressedSize() {
        return result.getCompressedSize();
    }

    /** Name of the agent; empty if it never got one. */
    @Exported
    public String getNode() {
        return result.getNode();
    }

    /** Whether no machine of the platform was needed, and no build tool. */
    @Exported
    public boolean isMadeWithoutMachine() {
        return result.isMadeWithoutMachine();
    }

    @Exported
    public boolean isEmulated() {
        return result.isEmulated();
    }

    /** The build tool; empty if it was not chosen yet. */
    @Exported
    public String getTool() {
        return result.getTool();
    }

    /** In milliseconds; 0 if it never got an agent. */
    @Exported
    public long getDurationMillis() {
        return result.getDurationMillis();
    }

    /** Instructions of the Dockerfile that were to run; 0 if the build tool does not tell. */
    @Exported
    public int getSteps() {
        return result.getSteps();
    }

    /** How many of them were found in the cache. */
    @Exported
    public int getCachedSteps() {
        return result.getCachedSteps();
    }

    /** Why it failed; empty if it did not. */
    @Exported
    public String getError() {
        return error;
    }

    /** The last lines that the build tool has printed before it failed; empty if there are none. */
    @Exported
    public String getOutput() {
        return output;
    }
}
