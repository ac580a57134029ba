package io.jenkins.plugins.multiarch.report;

import io.jenkins.plugins.multiarch.engine.index.Descriptor;
import java.util.ArrayList;
import java.util.List;
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

    /** Null in what an older version has saved. */
    private final ArrayList<String> attestations;

    /** @param all the members of the index, attestations among them */
    RecordedMember(Descriptor member, List<Descriptor> all) {
        this.platform = Truncation.line(member.label());
        this.digest = member.digest().toString();
        this.mediaType = Truncation.line(member.mediaType());
        this.annotations = new TreeMap<>(Truncation.entries(member.annotations()));
        this.attestations = new ArrayList<>(all.stream()
                .filter(other -> other.isAttestation() && other.attests().equals(digest))
                .map(other -> other.digest().toString())
                .toList());
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

    /** The digests of what the build tool has attested about it: provenance, software bill of materials. */
    @Exported
    public List<String> getAttestations() {
        return attestations == null ? List.of() : List.copyOf(attestations);
    }

    /** What the index notes beside it, by key. */
    @Exported
    public Map<String, String> getAnnotations() {
        return new TreeMap<>(annotations);
    }
}
