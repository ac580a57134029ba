package io.jenkins.plugins.multiarch.report;

import java.util.ArrayList;
import java.util.List;

/** A {@link RecordedIndex} as a page shows it. */
public final class IndexRow {

    /** Everyone sees the pattern after a few tags. */
    private static final int MOST_COMMANDS = 3;

    private final RecordedIndex index;

    IndexRow(RecordedIndex index) {
        this.index = index;
    }

    public RecordedIndex getIndex() {
        return index;
    }

    public String getShortDigest() {
        return BuildRow.shortDigest(index.getDigest());
    }

    /** A digest as it stands in a table. */
    public String shortened(String digest) {
        return BuildRow.shortDigest(digest);
    }

    /** The repository with the tags. */
    public String getTagged() {
        return index.getImage() + ": " + index.getTagText();
    }

    /** What the media type is called. */
    public String getKind() {
        return index.getMediaType().contains("docker")
                ? Messages.IndexRow_manifestList()
                : Messages.IndexRow_imageIndex();
    }

    /** How to pull it, by tag and by digest, one command each. */
    public List<String> getPullCommands() {
        List<String> references = new ArrayList<>();
        index.getTags().stream().limit(MOST_COMMANDS).forEach(tag -> references.add(index.getImage() + ":" + tag));
        references.add(index.getReference());
        List<String> commands = new ArrayList<>();
        for (String client : List.of("docker", "podman")) {
            references.forEach(reference -> commands.add(client + " pull " + reference));
        }
        return commands;
    }

    /** How to verify the signature, one command each; the key is in a file {@code key.pub}. */
    public List<String> getVerifyCommands() {
        String reference = index.getReference();
        List<String> commands = new ArrayList<>();
        commands.add("cosign verify --key key.pub --insecure-ignore-tlog=true " + reference);
        RecordedSignature signature = index.getSignature();
        if (signature != null && signature.isProvenance()) {
            commands.add("cosign verify-attestation --key key.pub --insecure-ignore-tlog=true --type slsaprovenance1 "
                    + reference);
        }
        commands.add("multiarch verify --key key.pub " + reference);
        return commands;
    }

    /** How many members are in it beside those that are shown. */
    public int getMore() {
        return index.getMemberCount() - index.getMembers().size();
    }
}
