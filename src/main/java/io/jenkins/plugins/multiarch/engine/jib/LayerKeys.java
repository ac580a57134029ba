package io.jenkins.plugins.multiarch.engine.jib;

import io.jenkins.plugins.multiarch.engine.reference.Digest;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.SortedMap;

/**
 * Names layers by everything that goes into them, before they are made. Files of this machine are read, because their content
 * counts and not their age. Files of base images are not read: their layer, which never changes, stands for their content.
 *
 * @param time of everything in the layers
 */
record LayerKeys(Instant time, ContentHashes contents) {

    /** To be raised whenever {@link LayerWriter} makes other bytes of the same nodes. */
    private static final int FORMAT = 1;

    /** The same bytes are compressed to the same bytes by the same zlib, which may be Java's or the system's. */
    private static final String COMPRESSOR =
            System.getProperty("java.runtime.version") + " " + ParallelGzipStream.sample();

    /** The key of the layer of these nodes, in hexadecimal digits. */
    String key(SortedMap<String, Node> nodes) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(text);
        out.writeInt(FORMAT);
        write(COMPRESSOR, out);
        out.writeLong(time.getEpochSecond());
        for (Map.Entry<String, Node> entry : nodes.entrySet()) {
            Node node = entry.getValue();
            write(entry.getKey(), out);
            write(node.type().name(), out);
            out.writeInt(node.mode());
            out.writeLong(node.uid());
            out.writeLong(node.gid());
            out.writeLong(node.size());
            write(node.link(), out);
            write(node, out);
        }
        return Digest.ofSha256(text.toByteArray()).hex();
    }

    private void write(Node node, DataOutputStream out) throws IOException {
        if (node.content() instanceof Node.LocalFile file) {
            out.writeByte('F');
            out.write(contents.of(file.path(), node.size()));
        } else if (node.content() instanceof Node.InLayer file) {
            out.writeByte('L');
            write(file.layer().digest().toString(), out);
            write(file.path(), out);
        } else if (node.content() instanceof Node.Text text) {
            out.writeByte('T');
            write(text.text(), out);
        } else {
            out.writeByte('-');
        }
    }

    private static void write(String text, DataOutputStream out) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }
}
