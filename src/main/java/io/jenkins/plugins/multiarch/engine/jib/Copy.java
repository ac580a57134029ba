package io.jenkins.plugins.multiarch.engine.jib;

import io.jenkins.plugins.multiarch.engine.dockerfile.Instruction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * {@code COPY} and {@code ADD} of files that are there.
 *
 * @param instruction for messages
 * @param from where the sources are
 * @param workdir where a relative destination begins
 * @param owner of everything that is copied or made; empty to leave it: files of the context are root's
 * @param mode of everything that is copied; empty to leave it
 * @see <a href="https://docs.docker.com/reference/dockerfile/#copy">Dockerfile reference, COPY</a>
 */
record Copy(Instruction instruction, FileTree from, String workdir, Optional<Owner> owner, Optional<Integer> mode) {

    private static final int DIRECTORY_MODE = 0755;

    /** @param sources paths and patterns, variables replaced */
    void run(List<String> sources, String destination, Changes changes, FileTree tree) {
        List<String> found = new ArrayList<>();
        sources.forEach(source -> found.addAll(find(source)));
        copyAll(found, sources.size() == 1, destination, changes, tree);
    }

    /**
     * Copies what has been found.
     *
     * @param fromOne whether all of it is what one source stands for, which may go into a directory that is there
     */
    void copyAll(List<String> found, boolean fromOne, String destination, Changes changes, FileTree tree) {
        boolean isDirectory = destination.endsWith("/")
                || destination.endsWith("/.")
                || destination.equals(".")
                || destination.isEmpty();
        String target = FileTree.absolute(destination, workdir);
        boolean isThere = fromOne && tree.isDirectory(tree.resolve(target, true));
        if (found.size() > 1 && !isDirectory && !isThere) {
            throw instruction.problem("copies " + found.size() + " files to '" + destination
                    + "'. End the destination with '/', so that it is a directory.");
        }
        for (String source : found) {
            copy(source, target, isDirectory, changes, tree);
        }
    }

    /** Copies what is in an archive into a directory; what is in it keeps the owners and modes that it has there. */
    void unpack(FileTree archive, String destination, Changes changes, FileTree tree) {
        changes.makeDirectories(FileTree.absolute(destination, workdir), madeDirectory());
        new Copy(instruction, archive, workdir, Optional.empty(), Optional.empty())
                .run(List.of("."), destination, changes, tree);
    }

    /** The paths that a source means; a link is found by its own name. */
    List<String> find(String source) {
        List<String> parts = FileTree.parts(source);
        if (leavesTop(parts)) {
            throw instruction.problem("copies '" + source
                    + "', which is outside of the context. Copy from inside of it," + " or choose a larger context.");
        }
        if (!isPattern(source)) {
            String path = from.resolve(source, false);
            if (from.get(path).isEmpty()) {
                throw missing(source);
            }
            return List.of(path);
        }
        List<String> found = List.of("");
        for (String part : parts) {
            List<String> next = new ArrayList<>();
            for (String directory : found) {
                if (part.equals("..") || !isPattern(part)) {
                    String path = from.resolve(FileTree.child(directory, part), false);
                    from.get(path).ifPresent(node -> next.add(path));
                } else {
                    Pattern pattern = glob(part);
                    String real = from.resolve(directory, true);
                    from.names(real).stream()
                            .filter(name -> pattern.matcher(name).matches())
                            .forEach(name -> next.add(FileTree.child(real, name)));
                }
            }
            found = next;
        }
        if (found.isEmpty()) {
            throw missing(source);
        }
        return found;
    }

    private static boolean leavesTop(List<String> parts) {
        int depth = 0;
        for (String part : parts) {
            depth += part.equals("..") ? -1 : 1;
            if (depth < 0) {
                return true;
            }
        }
        return false;
    }

    private IllegalArgumentException missing(String source) {
        return instruction.problem("copies '" + source + "', which does not exist"
                + (instruction.flag("from").isPresent()
                        ? " there. Correct the path."
                        : " in the build context. Correct the path, or the rules of .dockerignore."));
    }

    private static boolean isPattern(String text) {
        return text.matches(".*[*?\\[].*");
    }

    /** As Go's {@code filepath.Match} has it: {@code *}, {@code ?}, {@code [a-z]}, {@code [^a-z]} and {@code \}. */
    private Pattern glob(String part) {
        StringBuilder regex = new StringBuilder("(?s)");
        for (int i = 0; i < part.length(); i++) {
            char c = part.charAt(i);
            switch (c) {
                case '*' -> regex.append(".*");
                case '?' -> regex.append('.');
                case '[' -> i = characterClass(part, i, regex);
                case '\\' -> {
                    i++;
                    regex.append(Pattern.quote(i < part.length() ? part.substring(i, i + 1) : "\\"));
                }
                default -> regex.append(Pattern.quote(String.valueOf(c)));
            }
        }
        return Pattern.compile(regex.toString());
    }

    /** @return where the class ends that begins at {@code start} */
    private int characterClass(String part, int start, StringBuilder regex) {
        regex.append('[');
        int at = start + 1;
        if (at < part.length() && part.charAt(at) == '^') {
            regex.append('^');
            at++;
        }
        for (int first = at; at < part.length() && (part.charAt(at) != ']' || at == first); at++) {
            char c = part.charAt(at);
            if (c == '\\' && at + 1 < part.length()) {
                at++;
                c = part.charAt(at);
            } else if (c == '-' && at > first && at + 1 < part.length() && part.charAt(at + 1) != ']') {
                regex.append('-'); // a range; anywhere else it means itself
                continue;
            }
            // Brackets and ampersands mean more to Java than to Go.
            regex.append(Character.isLetterOrDigit(c) ? "" : "\\").append(c);
        }
        if (at >= part.length()) {
            throw instruction.problem("has the pattern '" + part + "', whose [ is not closed.");
        }
        regex.append(']');
        return at;
    }

    private void copy(String source, String target, boolean intoDirectory, Changes changes, FileTree tree) {
        // What is named itself is followed; links in a directory that is named stay links.
        String real = from.resolve(source, true);
        Node node = from.get(real).orElseThrow(() -> missing(source));
        if (node.isDirectory()) {
            copyDirectory(real, target, changes, tree);
            return;
        }
        String path = tree.resolve(target, true);
        boolean into = intoDirectory || tree.isDirectory(path);
        String directory = changes.makeDirectories(into ? target : parent(target), madeDirectory());
        String last = into ? FileTree.name(source) : FileTree.name(path);
        if (!into && !FileTree.parent(path).equals(directory)) {
            directory = FileTree.parent(path); // the destination is a link to a file elsewhere
        }
        changes.put(FileTree.child(directory, last), changed(node));
    }

    private static String parent(String path) {
        List<String> parts = FileTree.parts(path);
        return parts.isEmpty() ? "" : String.join("/", parts.subList(0, parts.size() - 1));
    }

    private void copyDirectory(String source, String target, Changes changes, FileTree tree) {
        String path = tree.resolve(target, true);
        if (!tree.isDirectory(path)) {
            // With docker and buildah, the directory itself is not copied, what is in it is.
            changes.makeDirectories(path, madeDirectory());
        }
        int start = source.isEmpty() ? 0 : source.length() + 1;
        for (Map.Entry<String, Node> child : List.copyOf(from.below(source).entrySet())) {
            String wanted = FileTree.child(path, child.getKey().substring(start));
            String directory = tree.resolve(FileTree.parent(wanted), true);
            changes.put(FileTree.child(directory, FileTree.name(wanted)), changed(child.getValue()));
        }
    }

    private Node madeDirectory() {
        Owner own = owner.orElse(Owner.ROOT);
        return Node.directory(DIRECTORY_MODE, own.uid(), own.gid());
    }

    private Node changed(Node node) {
        Node moded = mode.isPresent() ? node.withMode(mode.get()) : node;
        return owner.map(moded::ownedBy).orElse(moded);
    }
}
