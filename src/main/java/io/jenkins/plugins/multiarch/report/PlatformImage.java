package io.jenkins.plugins.multiarch.report;

import io.jenkins.plugins.multiarch.engine.agent.BuildTool;
import io.jenkins.plugins.multiarch.engine.build.CacheUse;
import io.jenkins.plugins.multiarch.engine.provenance.ResolvedBaseImage;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.jenkinsci.plugins.scriptsecurity.sandbox.whitelists.Whitelisted;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/**
 * A platform image that an agent has built, as a Pipeline reads it and the build's record keeps it.
 *
 * <p>Plain fields: it lives in the program of running builds and in saved ones.
 */
@ExportedBean
public final class PlatformImage implements Serializable {

    private static final long serialVersionUID = 1L;

    private final String platform;
    private final String reference;
    private final String digest;
    private final long size;
    private final String mediaType;
    private final String temporaryTag;
    private final String node;
    private final boolean emulated;
    private final String tool;
    private final long durationMillis;

    // Zero in what an older version has saved.
    private final long compressedSize;
    private final int steps;
    private final int cachedSteps;
    private final long finishedMillis;

    // Null in what an older version has saved.
    private String revision;
    private String source;
    private String toolVersion;
    private ArrayList<String> baseImages;

    /**
     * @param reference {@code registry/repository@digest}; empty, like digest and media type, if it was not pushed
     * @param size bytes of the manifest; 0 if it was not pushed
     * @param temporaryTag the tag it was pushed under for want of a better way; empty if none
     * @param compressedSize bytes that a client downloads for it; 0 if not known
     */
    public PlatformImage(
            String platform,
            String reference,
            String digest,
            long size,
            String mediaType,
            String temporaryTag,
            String node,
            boolean emulated,
            String tool,
            long durationMillis,
            long compressedSize,
            CacheUse cache) {
        this.platform = platform;
        this.reference = reference;
        this.digest = digest;
        this.size = size;
        this.mediaType = mediaType;
        this.temporaryTag = temporaryTag;
        this.node = node;
        this.emulated = emulated;
        this.tool = tool;
        this.durationMillis = durationMillis;
        this.compressedSize = compressedSize;
        this.steps = cache.steps();
        this.cachedSteps = cache.cached();
        this.finishedMillis = System.currentTimeMillis();
    }

    /**
     * Notes what it was built from.
     *
     * @param commit identifier of the commit; empty if it is not known
     * @param repository URL of its repository, without a password; empty if it is not known
     * @return this
     */
    public PlatformImage builtFrom(String commit, String repository) {
        revision = commit;
        source = repository;
        return this;
    }

    /**
     * Notes what it was built with, as far as the agent tells.
     *
     * @param version of the build tool; null or empty if it is not known
     * @param bases the images that it was built on
     * @return this
     */
    public PlatformImage builtWith(String version, List<ResolvedBaseImage> bases) {
        toolVersion = version;
        baseImages =
                new ArrayList<>(bases.stream().map(ResolvedBaseImage::toString).toList());
        return this;
    }

    /** In the normal spelling, e.g. {@code linux/arm/v7}. */
    @Whitelisted
    @Exported
    public String getPlatform() {
        return platform;
    }

    /** {@code registry/repository@digest}; empty if it was not pushed. */
    @Whitelisted
    @Exported
    public String getReference() {
        return reference;
    }

    /** Digest of its manifest; empty if it was not pushed. */
    @Whitelisted
    @Exported
    public String getDigest() {
        return digest;
    }

    /** Size of its manifest in bytes; 0 if it was not pushed. */
    @Whitelisted
    @Exported
    public long getSize() {
        return size;
    }

    /** Media type of its manifest; empty if it was not pushed. */
    @Whitelisted
    @Exported
    public String getMediaType() {
        return mediaType;
    }

    /** The temporary tag it was pushed under; empty if it was pushed by digest or not at all. */
    public String getTemporaryTag() {
        return temporaryTag;
    }

    /** Name of the agent that built it; {@code built-in} for the controller. */
    @Whitelisted
    @Exported
    public String getNode() {
        return node;
    }

    /** Whether no machine of the platform was needed, and no build tool. */
    @Whitelisted
    @Exported
    public boolean isMadeWithoutMachine() {
        return BuildTool.JIB.toString().equals(tool);
    }

    /** Whether QEMU ran the build. */
    @Whitelisted
    @Exported
    public boolean isEmulated() {
        return emulated;
    }

    /** The build tool, e.g. {@code buildah}. */
    @Whitelisted
    @Exported
    public String getTool() {
        return tool;
    }

    /** Version of the build tool, as the agent tells it; empty if it is not known. */
    @Whitelisted
    @Exported
    public String getToolVersion() {
        return toolVersion == null ? "" : toolVersion;
    }

    /** The images that it was built on, each as {@code registry/repository:tag@digest}, as far as the agent tells. */
    @Whitelisted
    @Exported
    public List<String> getBaseImages() {
        return baseImages == null ? List.of() : List.copyOf(baseImages);
    }

    /** From the moment the agent was allocated to the pushed image, in milliseconds. */
    @Whitelisted
    @Exported
    public long getDurationMillis() {
        return durationMillis;
    }

    /** When the controller has recorded it, in milliseconds since the epoch; 0 if an older version has. */
    public long getFinishedMillis() {
        return finishedMillis;
    }

    /** What a client downloads for it, configuration and layers, in bytes; 0 if not pushed or not known. */
    @Whitelisted
    @Exported
    public long getCompressedSize() {
        return compressedSize;
    }

    /** Instructions of the Dockerfile that the build tool was to run, without FROM; 0 if it does not tell. */
    @Whitelisted
    @Exported
    public int getSteps() {
        return steps;
    }

    /** How many of them it has found in its cache. */
    @Whitelisted
    @Exported
    public int getCachedSteps() {
        return cachedSteps;
    }

    /** The commit that its agent has checked out for it; empty if it was built from a workspace, or if it is not known. */
    @Whitelisted
    @Exported
    public String getRevision() {
        return revision == null ? "" : revision;
    }

    /** The URL of the commit's repository; empty as the revision is. */
    @Whitelisted
    @Exported
    public String getSource() {
        return source == null ? "" : source;
    }

    @Whitelisted
    @Override
    public String toString() {
        return platform + (reference.isEmpty() ? " (not pushed)" : " " + reference);
    }
}
