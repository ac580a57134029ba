package io.jenkins.plugins.multiarch.engine.jib;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What one instruction changes in the tree of its stage; becomes a layer. */
final class Changes {

    private final FileTree tree;
    private final SortedMap<String, Node> changed = new TreeMap<>();

    /** @param tree is changed as well */
    Changes(FileTree tree) {
        this.tree = tree;
    }

    /** By path; the directories above each are in it too, because an archive that leaves them out loses their modes. */
    SortedMap<String, Node> nodes() {
        return Collections.unmodifiableSortedMap(changed);
    }

    /** Whether nothing but directories that are there already would be in it. */
    boolean isEmpty() {
        return changed.isEmpty();
    }

    /**
     * Makes a directory, and those above it, where there are none.
     *
     * @param path as a Dockerfile writes it; links on the way are followed
     * @param made what they are like if they are made
     * @return its path without links
     * @throws IllegalArgumentException if something that is no directory is in the way
     */
    String makeDirectories(String path, Node made) {
        String real = "";
        for (String part : FileTree.parts(tree.resolve(path, true))) {
            real = FileTree.child(real, part);
            Optional<Node> there = tree.get(real);
            if (there.isEmpty()) {
                put(real, made);
            } else if (!there.get().isDirectory()) {
                throw new IllegalArgumentException("needs the directory /" + real + ", but there is a file");
            }
        }
        return real;
    }

    /**
     * Puts something into a directory that is there.
     *
     * @param path without links on the way
     * @throws IllegalArgumentException if a directory would be replaced by something else, or the other way round
     */
    void put(String path, Node node) {
        Optional<Node> there = tree.get(path);
        if (!node.isDirectory() && there.filter(Node::isDirectory).isPresent()) {
            throw new IllegalArgumentException("would replace the directory /" + path + " by a file");
        }
        if (node.isDirectory() && there.isPresent() && !there.get().isDirectory()) {
            // With the link /bin -> usr/bin, for one, everything would go that is found by it. BuildKit refuses it too.
            throw new IllegalArgumentException("would replace /" + path + ", a file or link, by a directory");
        }
        tree.put(path, node);
        if (path.isEmpty()) {
            return;
        }
        changed.put(path, node);
        for (String parent = FileTree.parent(path); !parent.isEmpty(); parent = FileTree.parent(parent)) {
            changed.putIfAbsent(parent, tree.get(parent).orElseThrow());
        }
    }
}
