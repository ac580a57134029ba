package io.jenkins.plugins.multiarch.report;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Util;
import io.jenkins.plugins.multiarch.engine.index.Descriptor;
import io.jenkins.plugins.multiarch.engine.index.ImageIndex;
import io.jenkins.plugins.multiarch.engine.index.PublishedIndex;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** An image index that {@code pushManifestList} has pushed, as the build's record keeps it. */
@ExportedBean(defaultVisibility = 3)
public final class RecordedIndex {

    /** An index that is amended may be of any length. */
    private static final int MOST_MEMBERS = 50;

    private final String image;
    private final String digest;
    private final long size;
    private final String mediaType;
    private final String artifactType;
    private final ArrayList<String> tags;
    private final TreeMap<String, String> annotations;
    private final ArrayList<RecordedMember> members;
    private final int memberCount;

    /** Null if it is not signed. */
    private final RecordedSignature signature;

    /** Null in records that an older version has saved. */
    private final String bakeTarget;

    /**
     * @param bakeTarget the target of a {@code multiArchBake} that it is of; empty for none
     * @param signature null if it is not signed
     */
    RecordedIndex(PublishedIndex published, String bakeTarget, @CheckForNull RecordedSignature signature) {
        ImageIndex index = ImageIndex.parse(published.manifest());
        List<Descriptor> images = index.members().stream()
                .filter(member -> !member.isAttestation())
                .toList();
        this.bakeTarget = bakeTarget;
        this.image = published.image().name();
        this.digest = published.digest().toString();
        this.size = published.size();
        this.mediaType = published.mediaType();
        this.artifactType = index.artifactType();
        this.tags = new ArrayList<>(published.tags());
        this.annotations = new TreeMap<>(Truncation.entries(index.annotations()));
        this.members = new ArrayList<>(images.stream()
                .limit(MOST_MEMBERS)
                .map(member -> new RecordedMember(member, index.members()))
                .toList());
        this.memberCount = images.size();
        this.signature = signature;
    }

    /** Whether this is the same index under the same tags as that of another record. */
    boolean isAgain(RecordedIndex other) {
        return getReference().equals(other.getReference()) && tags.equals(other.tags);
    }

    /** By whom it was signed; null if it was not. */
    @CheckForNull
    @Exported
    public RecordedSignature getSignature() {
        return signature;
    }

    /** {@code registry/repository}. */
    @Exported
    public String getImage() {
        return image;
    }

    /** The target of a {@code multiArchBake} that it is of; empty if it is of none. */
    @Exported
    public String getBakeTarget() {
        return Util.fixNull(bakeTarget);
    }

    @Exported
    public String getDigest() {
        return digest;
    }

    /** {@code registry/repository@digest}. */
    @Exported
    public String getReference() {
        return image + "@" + digest;
    }

    /** Size of the index itself in bytes. */
    @Exported
    public long getSize() {
        return size;
    }

    @Exported
    public String getMediaType() {
        return mediaType;
    }

    /** Empty if it has none. */
    @Exported
    public String getArtifactType() {
        return artifactType;
    }

    /** Every tag it was pushed under, the image's own first. */
    @Exported
    public List<String> getTags() {
        return List.copyOf(tags);
    }

    /** The tags for a heading. */
    public String getTagText() {
        return String.join(", ", tags);
    }

    /** What is noted on the index itself, by key. */
    @Exported
    public Map<String, String> getAnnotations() {
        return new TreeMap<>(annotations);
    }

    /** The images in it, as many as are kept. */
    @Exported(visibility = 4)
    public List<RecordedMember> getMembers() {
        return List.copyOf(members);
    }

    /** How many images are in it. */
    @Exported
    public int getMemberCount() {
        return memberCount;
    }
}
