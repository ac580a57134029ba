package io.jenkins.plugins.multiarch.engine.jib;

import java.util.List;
import java.util.Map;

/**
 * What a layer of a base image does to a file system, without the content of its files.
 *
 * @param entries in the order of the archive
 * @param texts the content of the few files that are read to find out who a user is, by path
 */
record LayerListing(List<Entry> entries, Map<String, String> texts) {

    /** More than any image has that is not made to fill the memory of whoever reads it. */
    static final int MOST_ENTRIES = 1_000_000;

    /** Those files. */
    static final List<String> READ = List.of("etc/passwd", "etc/group");

    /** What an entry does. */
    enum Kind {
        FILE,
        DIRECTORY,
        LINK,
        /** A further name of something. */
        HARD_LINK,
        OTHER,
        /** Removes what lower layers have there. */
        REMOVAL,
        /** Removes what lower layers have below it. */
        CLEARING
    }

    /**
     * @param path as {@link FileTree} writes it
     * @param link where a link leads; else empty
     */
    record Entry(Kind kind, String path, int mode, long uid, long gid, long size, String link) {}

    LayerListing {
        entries = List.copyOf(entries);
        texts = Map.copyOf(texts);
    }

    /** Changes what the layers below have made. */
    void applyTo(FileTree tree, BaseLayer layer) {
        for (Entry entry : entries) {
            switch (entry.kind()) {
                case REMOVAL -> tree.remove(entry.path());
                case CLEARING -> tree.clear(entry.path());
                default -> tree.put(entry.path(), node(entry, tree, layer));
            }
        }
    }

    private static Node node(Entry entry, FileTree tree, BaseLayer layer) {
        Owner owner = new Owner(entry.uid(), entry.gid());
        Node other = new Node(Node.Type.OTHER, entry.mode(), entry.uid(), entry.gid(), 0, "", null);
        return switch (entry.kind()) {
            case DIRECTORY -> Node.directory(entry.mode(), entry.uid(), entry.gid());
            case LINK -> Node.link(entry.link()).ownedBy(owner);
            case HARD_LINK -> tree.get(entry.link()).orElse(other);
            case FILE ->
                Node.file(entry.mode(), entry.size(), new Node.InLayer(layer, entry.path()))
                        .ownedBy(owner);
            default -> other;
        };
    }
}
