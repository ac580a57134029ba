package io.jenkins.plugins.multiarch.engine.jib;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * What is at a path of a {@link FileTree}.
 *
 * @param mode permissions, with the bits for set-user-ID, set-group-ID and sticky
 * @param size bytes of a file; else 0
 * @param link where a symbolic link leads; else empty
 * @param content of a file; else null
 */
record Node(Type type, int mode, long uid, long gid, long size, String link, Content content) {

    enum Type {
        DIRECTORY,
        FILE,
        LINK,
        /** A device or a pipe; it is part of a base image and cannot be copied. */
        OTHER
    }

    /** Where the bytes of a file are. */
    sealed interface Content permits LocalFile, InLayer, Text {}

    /** On this machine. */
    record LocalFile(Path path) implements Content {}

    /** In a layer of a base image; only what is copied from it is ever read. */
    record InLayer(BaseLayer layer, String path) implements Content {}

    /** In the Dockerfile itself. */
    record Text(String text) implements Content {

        byte[] bytes() {
            return text.getBytes(StandardCharsets.UTF_8);
        }
    }

    static Node text(int mode, String text) {
        Text content = new Text(text);
        return file(mode, content.bytes().length, content);
    }

    static Node directory(int mode, long uid, long gid) {
        return new Node(Type.DIRECTORY, mode, uid, gid, 0, "", null);
    }

    static Node file(int mode, long size, Content content) {
        return new Node(Type.FILE, mode, 0, 0, size, "", content);
    }

    static Node link(String target) {
        return new Node(Type.LINK, 0777, 0, 0, 0, target, null);
    }

    boolean isDirectory() {
        return type == Type.DIRECTORY;
    }

    boolean isFile() {
        return type == Type.FILE;
    }

    boolean isLink() {
        return type == Type.LINK;
    }

    Node ownedBy(Owner owner) {
        return new Node(type, mode, owner.uid(), owner.gid(), size, link, content);
    }

    /** The mode of a link means nothing. */
    Node withMode(int other) {
        return isLink() ? this : new Node(type, other, uid, gid, size, link, content);
    }

    Node at(Content other) {
        return new Node(type, mode, uid, gid, size, link, other);
    }
}
