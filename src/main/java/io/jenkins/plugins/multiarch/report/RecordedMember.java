package io.jenkins.plugins.multiarch.report;

import io.jenkins.plugins.multiarch.engine.index.Descriptor;
import java.util.Map;
import java.util.TreeMap;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** One image in a {@link RecordedIndex}. */
@ExportedBean(defaultVisibility = 4)
public final class RecordedMember {

    private final String platform;
    private final String digest;
    private final String mediaType;
    private final TreeMap<String, String> annotations;

    RecordedMember(Descriptor member) {
        this.platform = Truncation.line(member.label());
        this.digest = member.digest().toString();
        this.mediaType = Truncation.line(member.mediaType());
        this.annotations = new TreeMap<>(Truncation.entries(member.annotations()));
    }

    /** With the version and features of its operating system, if the index names them. */
    @Exported
    public String getPlatform() {
        return platform;
    }

    @Exported
    public String getDigest() {
        return digest;
    }

    public String getShortDigest() {
        return BuildRow.shortDigest(digest);
    }

    @Exported
    public String getMediaType() {
        return mediaType;
    }

    /** What the index notes beside it, by key. */
    @Exported
    public Map<String, String> getAnnotations() {
        return new TreeMap<>(annotations);
    }
}
