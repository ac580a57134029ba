package io.jenkins.plugins.multiarch.engine.jib;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Files and directories by path, as a container or a build context sees them. Paths are separated by slashes and have none
 * in front: {@code usr/bin/sh}; the root is the empty path and always there.
 */
final class FileTree {

    /** As many links as Linux follows in one path before it gives up. */
    private static final int MOST_LINKS = 40;

    private final TreeMap<String, Node> nodes;

    FileTree() {
        nodes = new TreeMap<>();
    }

    private FileTree(NavigableMap<String, Node> nodes) {
        this.nodes = new TreeMap<>(nodes);
    }

    /** One that changes on its own from now on. */
    FileTree copy() {
        return new FileTree(nodes);
    }

    Optional<Node> get(String path) {
        return path.isEmpty() ? Optional.of(Node.directory(0755, 0, 0)) : Optional.ofNullable(nodes.get(path));
    }

    boolean isDirectory(String path) {
        return get(path).filter(Node::isDirectory).isPresent();
    }

    /** Puts something there; what a directory had stays only if it is a directory again. */
    void put(String path, Node node) {
        if (path.isEmpty()) {
            return;
        }
        if (!node.isDirectory()) {
            remove(path);
        }
        nodes.put(path, node);
    }

    /** Removes it and all below it. */
    void remove(String path) {
        clear(path);
        nodes.remove(path);
    }

    /** Removes all below it. */
    void clear(String path) {
        if (path.isEmpty()) {
            nodes.clear();
        } else {
            nodes.subMap(path + "/", path + "0").clear(); // '0' follows '/'
        }
    }

    /** All below a path, in order; the paths are whole. */
    SortedMap<String, Node> below(String path) {
        return Collections.unmodifiableSortedMap(path.isEmpty() ? nodes : nodes.subMap(path + "/", path + "0"));
    }

    /** The names in a directory, in order. */
    List<String> names(String path) {
        int start = path.isEmpty() ? 0 : path.length() + 1;
        return below(path).keySet().stream()
                .map(child -> child.substring(start))
                .filter(name -> name.indexOf('/') < 0)
                .toList();
    }

    /**
     * The path with all symbolic links on the way followed, which never leave the tree.
     *
     * @param path may begin with a slash, and contain {@code .} and {@code ..}
     * @param last whether the last part is followed too
     * @return a path that need not exist
     * @throws IllegalArgumentException if there are too many links
     */
    String resolve(String path, boolean last) {
        Deque<String> left = new ArrayDeque<>(parts(path));
        List<String> done = new ArrayList<>();
        int links = 0;
        while (!left.isEmpty()) {
            String part = left.pop();
            if (part.equals("..")) {
                if (!done.isEmpty()) {
                    done.remove(done.size() - 1);
                }
                continue;
            }
            done.add(part);
            Optional<Node> node = get(String.join("/", done));
            if (node.filter(Node::isLink).isPresent() && (last || !left.isEmpty())) {
                links++;
                if (links > MOST_LINKS) {
                    throw new IllegalArgumentException("'" + path + "' is reached through too many links");
                }
                String target = node.get().link();
                if (target.startsWith("/")) {
                    done.clear();
                } else {
                    done.remove(done.size() - 1);
                }
                List<String> more = parts(target);
                for (int i = more.size() - 1; i >= 0; i--) {
                    left.push(more.get(i));
                }
            }
        }
        return String.join("/", done);
    }

    /** The path with every {@code .} and {@code ..} worked off, as if there were no links. */
    static String plain(String path) {
        return new FileTree().resolve(path, false);
    }

    /** The path, which may be relative to a directory, from the root. */
    static String absolute(String path, String directory) {
        return path.startsWith("/") ? path : directory + "/" + path;
    }

    static List<String> parts(String path) {
        List<String> parts = new ArrayList<>();
        for (String part : path.split("/")) {
            if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
        }
        return parts;
    }

    /** The directory that has it; empty for the root. */
    static String parent(String path) {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? "" : path.substring(0, slash);
    }

    static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    static String child(String directory, String name) {
        return directory.isEmpty() ? name : name.isEmpty() ? directory : directory + "/" + name;
    }
}
