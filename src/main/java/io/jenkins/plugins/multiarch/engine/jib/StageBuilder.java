package io.jenkins.plugins.multiarch.engine.jib;

import io.jenkins.plugins.multiarch.engine.build.BuildRequest;
import io.jenkins.plugins.multiarch.engine.dockerfile.Dockerfile;
import io.jenkins.plugins.multiarch.engine.dockerfile.HereDocument;
import io.jenkins.plugins.multiarch.engine.dockerfile.Instruction;
import io.jenkins.plugins.multiarch.engine.dockerfile.KeyValues;
import io.jenkins.plugins.multiarch.engine.dockerfile.Stage;
import io.jenkins.plugins.multiarch.engine.dockerfile.Variables;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.provenance.ResolvedBaseImage;
import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Works the stages of a Dockerfile off, for one platform. */
final class StageBuilder {

    private static final Node DIRECTORY = Node.directory(0755, 0, 0);
    private static final int DOCUMENT_MODE = 0644;
    private static final int MOST_PORT = 65_535;

    private final Workshop workshop;
    private final Recipe recipe;
    private final BuildRequest request;
    private final Variables globals;
    private final Map<Integer, BuiltStage> built = new HashMap<>();

    StageBuilder(Workshop workshop, Recipe recipe, BuildRequest request) {
        this.workshop = workshop;
        this.recipe = recipe;
        this.request = request;
        this.globals = recipe.globals(request);
    }

    /** The stage that was asked for, with the labels that were asked for. */
    BuiltStage build() throws IOException {
        Stage wanted = recipe.dockerfile().stage(request.target());
        BuiltStage stage = build(wanted);
        ImageSettings settings = stage.settings().copy();
        if (settings.platform().contradicts(request.platform())) {
            throw wanted.from()
                    .problem("begins with an image for " + settings.platform().platform() + ", but one for "
                            + request.platform() + " was asked for. Leave --platform out.");
        }
        request.labels().forEach(settings::setLabel);
        return new BuiltStage(stage.tree(), settings, stage.from(), stage.base(), stage.layers(), Map.of());
    }

    private BuiltStage build(Stage stage) throws IOException {
        BuiltStage known = built.get(stage.index());
        if (known == null) {
            known = new Work(stage).run();
            built.put(stage.index(), known);
        }
        return known;
    }

    /** One stage while it is worked off. */
    private final class Work {

        private final Stage stage;
        private final Map<String, String> arguments = new LinkedHashMap<>();
        private final List<Layer> layers;
        private final Optional<ResolvedBaseImage> from;
        private final List<BaseLayer> base;
        private final ImageSettings settings;
        private FileTree tree;
        private boolean isCommandSet;

        Work(Stage stage) throws IOException {
            this.stage = stage;
            String name = recipe.base(stage, globals);
            Optional<Stage> earlier = recipe.dockerfile().find(name, stage.index());
            if (earlier.isPresent()) {
                BuiltStage begun = build(earlier.get());
                from = begun.from();
                base = begun.base();
                layers = new ArrayList<>(begun.layers());
                settings = begun.settings().copy();
                tree = begun.tree() == null ? null : begun.tree().copy();
                arguments.putAll(begun.arguments()); // As with BuildKit, a stage sees those of the one it begins with.
            } else if (name.equals("scratch")) {
                from = Optional.empty();
                base = List.of();
                layers = new ArrayList<>();
                settings = ImageSettings.fromScratch(platform(stage.from()));
                tree = new FileTree();
            } else {
                ImageReference reference = Recipe.reference(stage.from(), name);
                BaseImage image = workshop.image(reference, platform(stage.from()), stage.from());
                from = Optional.of(new ResolvedBaseImage(
                        reference.toString(), Digest.parse(image.reference().digest())));
                base = image.layers();
                layers = new ArrayList<>();
                settings = ImageSettings.of(image.config());
            }
        }

        private Platform platform(Instruction from) {
            Optional<String> named = from.flag("platform").map(globals::expand).filter(text -> !text.isEmpty());
            try {
                return named.map(Platform::parse).orElse(request.platform());
            } catch (IllegalArgumentException e) {
                throw from.problem("--platform: " + e.getMessage());
            }
        }

        BuiltStage run() throws IOException {
            Deque<Instruction> left = new ArrayDeque<>(stage.instructions());
            List<String> triggers = settings.takeTriggers();
            for (int i = triggers.size() - 1; i >= 0; i--) {
                Instruction trigger = Dockerfile.trigger(stage.from(), triggers.get(i));
                if (trigger.keyword().equals("RUN")) {
                    throw stage.from()
                            .problem("begins with an image whose ONBUILD runs '" + trigger.text()
                                    + "', which needs a machine of the platform. Choose another builder.");
                }
                Instructions.requirePossible(trigger);
                left.push(trigger);
            }
            while (!left.isEmpty()) {
                Instruction instruction = left.pop();
                try {
                    int before = layers.size();
                    work(instruction);
                    settings.addHistory(instruction.toString(), workshop.time(), layers.size() > before);
                } catch (IllegalArgumentException e) {
                    throw e.getMessage().startsWith(instruction.file() + ", line ")
                            ? e
                            : instruction.problem(e.getMessage() + ".");
                }
            }
            return new BuiltStage(tree, settings, from, base, layers, arguments);
        }

        private FileTree tree() throws IOException {
            if (tree == null) {
                tree = workshop.tree(base).copy();
            }
            return tree;
        }

        private Variables variables() {
            Map<String, String> values = new LinkedHashMap<>(arguments);
            values.putAll(settings.environment());
            return new Variables(recipe.dockerfile().escape(), values);
        }

        private void work(Instruction instruction) throws IOException {
            switch (instruction.keyword()) {
                case "ARG" -> declare(instruction);
                case "ENV" -> KeyValues.of(instruction, variables()).forEach(settings::setEnvironment);
                case "LABEL" -> KeyValues.of(instruction, variables()).forEach(settings::setLabel);
                case "COPY", "ADD" -> copy(instruction);
                case "WORKDIR" -> workdir(variables().expand(instruction.text()));
                case "USER" -> settings.setUser(variables().expand(instruction.text()));
                case "EXPOSE" -> variables().words(instruction.text()).forEach(this::expose);
                case "VOLUME" ->
                    instruction
                            .json()
                            .map(words ->
                                    words.stream().map(variables()::expand).toList())
                            .orElseGet(() -> variables().words(instruction.text()))
                            .forEach(settings::addVolume);
                case "CMD" -> {
                    settings.setCommand(command(instruction));
                    isCommandSet = true;
                }
                case "ENTRYPOINT" -> {
                    settings.setEntrypoint(command(instruction));
                    if (!isCommandSet) {
                        settings.setCommand(null); // That of the base was for its own.
                    }
                }
                case "SHELL" ->
                    settings.setShell(instruction
                            .json()
                            .orElseThrow(
                                    () -> instruction.problem("is not a list in JSON. Write SHELL [\"program\"].")));
                case "STOPSIGNAL" -> settings.setStopSignal(variables().expand(instruction.text()));
                case "HEALTHCHECK" -> settings.setHealthcheck(Healthcheck.of(instruction));
                case "MAINTAINER" -> settings.setAuthor(instruction.text());
                case "ONBUILD" -> settings.addTrigger(instruction.text());
                default -> throw instruction.problem("cannot be worked off without a build tool");
            }
        }

        private void declare(Instruction instruction) {
            KeyValues.declared(instruction, variables())
                    .forEach((name, byDefault) -> Optional.ofNullable(
                                    request.buildArgs().get(name))
                            .or(() -> byDefault)
                            .or(() -> Optional.ofNullable(globals.values().get(name)))
                            .ifPresent(value -> arguments.put(name, value)));
        }

        private List<String> command(Instruction instruction) {
            return instruction.json().orElseGet(() -> {
                List<String> words = new ArrayList<>(settings.shell());
                words.add(instruction.text());
                return words;
            });
        }

        private void expose(String port) {
            String[] parts = port.split("/", 2);
            String protocol = parts.length == 2 ? parts[1].toLowerCase(Locale.ROOT) : "tcp";
            String[] range = parts[0].split("-", 2);
            if (!parts[0].matches("[0-9]+(-[0-9]+)?")
                    || !List.of("tcp", "udp", "sctp").contains(protocol)) {
                throw new IllegalArgumentException("'" + port + "' is not a port. Write it like 8080 or 53/udp");
            }
            int first = portNumber(range[0], port);
            int last = portNumber(range[range.length - 1], port);
            if (first > last) {
                throw new IllegalArgumentException(
                        "'" + port + "' ends before it begins. Write it like 8000-8010, the lower port first");
            }
            for (int number = first; number <= last; number++) {
                settings.expose(number + "/" + protocol);
            }
        }

        private static int portNumber(String digits, String port) {
            String number = digits.replaceFirst("^0+(?=.)", "");
            if (number.length() > 5 || Integer.parseInt(number) > MOST_PORT) {
                throw new IllegalArgumentException(
                        "'" + port + "' is not a port, which is a number from 0 to " + MOST_PORT + ". Correct it");
            }
            return Integer.parseInt(number);
        }

        private void workdir(String path) throws IOException {
            String normal = "/" + FileTree.plain(FileTree.absolute(path, settings.workdir()));
            settings.setWorkdir(normal);
            Changes changes = new Changes(tree());
            String user = settings.user();
            changes.makeDirectories(
                    normal,
                    user.isEmpty()
                            ? DIRECTORY
                            : DIRECTORY.ownedBy(accounts(user).owner(user)));
            add(changes);
        }

        private void add(Changes changes) throws IOException {
            if (!changes.isEmpty()) {
                Layer layer = workshop.layer(changes.nodes());
                layers.add(layer);
                settings.addLayer(layer.diffId());
            }
        }

        private void copy(Instruction instruction) throws IOException {
            Variables variables = variables();
            List<String> words = instruction
                    .json()
                    .map(list -> list.stream().map(variables::expand).toList())
                    .orElseGet(() -> variables.words(instruction.text()));
            if (words.size() < 2) {
                throw instruction.problem("'" + instruction.text() + "' needs a source and a destination.");
            }
            String destination = words.get(words.size() - 1);
            Optional<Owner> owner = Optional.empty();
            Optional<String> chown = instruction.flag("chown").map(variables::expand);
            if (chown.isPresent()) {
                owner = Optional.of(accounts(chown.get()).owner(chown.get()));
            }
            Optional<Integer> mode =
                    instruction.flag("chmod").map(variables::expand).map(text -> Instructions.mode(instruction, text));
            requireNoLinkOnTheWay(instruction, destination);
            Changes changes = new Changes(tree());
            List<String> sources = new ArrayList<>();
            List<HereDocument> documents = new ArrayList<>(instruction.documents());
            FileTree written = new FileTree();
            for (String word : words.subList(0, words.size() - 1)) {
                if (word.startsWith("<<") && !documents.isEmpty()) {
                    HereDocument document = documents.remove(0);
                    written.put(document.name(), node(document, variables));
                } else {
                    sources.add(word);
                }
            }
            if (!written.below("").isEmpty()) {
                new Copy(instruction, written, settings.workdir(), owner, mode)
                        .run(written.names(""), destination, changes, tree());
            }
            if (!sources.isEmpty()) {
                Copy copy = new Copy(instruction, source(instruction), settings.workdir(), owner, mode);
                if (instruction.keyword().equals("ADD")) {
                    add(copy, sources, destination, changes);
                } else {
                    copy.run(sources, destination, changes, tree());
                }
            }
            add(changes);
        }

        /** {@code --link} makes the layer without a look at what is below, which differs only where a link is in the way. */
        private void requireNoLinkOnTheWay(Instruction instruction, String destination) throws IOException {
            if (instruction.flag("link").filter(value -> !value.equals("false")).isEmpty()) {
                return;
            }
            String whole = FileTree.absolute(destination, settings.workdir());
            String plain = FileTree.plain(whole);
            String real = tree().resolve(whole, true);
            if (!real.equals(plain)) {
                throw instruction.problem("has --link, but /" + plain + " is reached through a link of the base image."
                        + " Copy to /" + real + ", or leave --link out.");
            }
        }

        private Accounts accounts(String chown) throws IOException {
            return Accounts.areNeeded(chown)
                    ? new Accounts(workshop.text(tree(), "etc/passwd"), workshop.text(tree(), "etc/group"))
                    : Accounts.NONE;
        }

        private Node node(HereDocument document, Variables variables) {
            return Node.text(
                    DOCUMENT_MODE,
                    document.expands() ? variables.expandDocument(document.content()) : document.content());
        }

        private FileTree source(Instruction instruction) throws IOException {
            Optional<String> from = instruction.flag("from");
            if (from.isEmpty()) {
                return workshop.context();
            }
            Optional<Stage> earlier = recipe.dockerfile().find(from.get(), stage.index());
            if (earlier.isPresent()) {
                BuiltStage other = build(earlier.get());
                return other.tree() == null ? workshop.tree(other.base()) : other.tree();
            }
            BaseImage image =
                    workshop.image(Recipe.reference(instruction, from.get()), request.platform(), instruction);
            return workshop.tree(image.layers());
        }

        private void add(Copy copy, List<String> sources, String destination, Changes changes) throws IOException {
            List<String> plain = new ArrayList<>();
            for (String source : sources) {
                for (String path : copy.find(source)) {
                    Optional<Node> node = copy.from().get(copy.from().resolve(path, true));
                    if (node.isPresent()
                            && node.get().content() instanceof Node.LocalFile file
                            && Archive.is(file.path())) {
                        copy.unpack(workshop.archive(file.path()), destination, changes, tree());
                    } else {
                        plain.add(path);
                    }
                }
            }
            copy.copyAll(plain, sources.size() == 1, destination, changes, tree());
        }
    }
}
