package io.jenkins.plugins.multiarch.agents;

import hudson.BulkChange;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.Util;
import hudson.model.Node;
import hudson.util.AtomicFileWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jenkins.model.Jenkins;
import jenkins.model.NodeListener;

/**
 * What is known of every agent's machine: in memory, where labels and plans read it without waiting for anything, and in
 * one file per agent below {@code $JENKINS_HOME/multiarch-agents}, so that a restarted controller knows it at once.
 */
@Extension
public final class AgentRecords {

    private static final Logger LOGGER = Logger.getLogger(AgentRecords.class.getName());
    private static final String SUFFIX = ".json";

    /** By the name of the file, which also the built-in node has. */
    private final Map<String, AgentRecord> records = new ConcurrentHashMap<>();

    /** Labels that an agent has had until now, by the same name. */
    private final Map<String, Set<String>> lost = new ConcurrentHashMap<>();

    private final Path folder;

    public AgentRecords() {
        folder = Jenkins.get().getRootDir().toPath().resolve("multiarch-agents");
        load();
    }

    static AgentRecords get() {
        return ExtensionList.lookupSingleton(AgentRecords.class);
    }

    Optional<AgentRecord> of(Node node) {
        return Optional.ofNullable(records.get(fileName(node.getNodeName())));
    }

    /** The dynamic labels of an agent. */
    Set<String> labels(Node node) {
        String name = fileName(node.getNodeName());
        AgentRecord record = records.get(name);
        Set<String> labels = record == null ? Set.of() : record.labels();
        Set<String> losing = lost.get(name);
        return losing == null
                ? labels
                : Stream.concat(labels.stream(), losing.stream()).collect(Collectors.toSet());
    }

    /** Replaces what is known of an agent. */
    void put(Node node, AgentRecord record) {
        String name = fileName(node.getNodeName());
        AgentRecord before = records.put(name, record);
        Set<String> labelsBefore = before == null ? Set.of() : before.labels();
        if (!labelsBefore.equals(record.labels())) {
            // Jenkins remembers for some minutes which agents a label has. It forgets this for the labels of an agent
            // that is updated, so the agent keeps those that it loses until then.
            lost.put(name, labelsBefore);
            // Nothing of it that is saved has changed.
            try (BulkChange unsaved = new BulkChange(node)) {
                Jenkins.get().updateNode(node);
            } catch (IOException e) {
                LOGGER.log(Level.WARNING, e, () -> "Cannot update agent '" + node.getNodeName() + "'");
            } finally {
                lost.remove(name);
            }
        }
        try {
            write(name, record);
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, e, () -> "Cannot store what agent '" + node.getNodeName() + "' can build");
        }
    }

    private void write(String name, AgentRecord record) throws IOException {
        Files.createDirectories(folder);
        try (AtomicFileWriter writer = new AtomicFileWriter(folder.resolve(name), StandardCharsets.UTF_8)) {
            try {
                writer.write(record.toJson());
                writer.commit();
            } finally {
                writer.abort(); // has no effect after a commit
            }
        }
    }

    private void load() {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
            for (Path file : files) {
                try {
                    records.put(
                            folder.relativize(file).toString(),
                            AgentRecord.fromJson(Files.readString(file, StandardCharsets.UTF_8)));
                } catch (IOException e) {
                    LOGGER.log(Level.WARNING, e, () -> "Ignoring " + file + "; the agent will be probed again");
                }
            }
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, e, () -> "Cannot read " + folder);
        }
    }

    private void forget(String nodeName) {
        String name = fileName(nodeName);
        records.remove(name);
        try {
            Files.deleteIfExists(folder.resolve(name));
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, e, () -> "Cannot forget agent '" + nodeName + "'");
        }
    }

    private void rename(Node before, Node after) {
        AgentRecord record = records.get(fileName(before.getNodeName()));
        if (record != null) {
            forget(before.getNodeName());
            put(after, record);
        }
    }

    private static String fileName(String nodeName) {
        return (nodeName.isEmpty() ? "(built-in)" : Util.rawEncode(nodeName)) + SUFFIX;
    }

    /** Lets records go with their agents. */
    @Extension
    public static final class Listener extends NodeListener {

        @Override
        protected void onUpdated(Node before, Node after) {
            if (!before.getNodeName().equals(after.getNodeName())) {
                get().rename(before, after);
            }
        }

        @Override
        protected void onDeleted(Node node) {
            get().forget(node.getNodeName());
        }
    }
}
