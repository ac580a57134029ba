package io.jenkins.plugins.multiarch.engine.signature;

import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Everything that somebody has signed about an image, wherever cosign 2 and 3 keep it. Nothing of it is verified.
 *
 * @param unreadable a sentence about each thing that is there but cannot be read
 */
public record SignedStatements(List<SignedStatement> all, List<String> unreadable) {

    public SignedStatements {
        all = List.copyOf(all);
        unreadable = List.copyOf(unreadable);
    }

    /**
     * Reads them. Tags and lists are never those of a mirror.
     *
     * @param image by digest
     */
    public static SignedStatements read(Registry registry, ImageReference image) throws IOException {
        List<String> unreadable = new ArrayList<>();
        TaggedLayers layers = new TaggedLayers(registry);
        Consumer<String> noLog = line -> {};
        List<SignedStatement> all = new ArrayList<>(new AttachedBundles(registry, noLog).list(image, unreadable::add));
        all.addAll(layers.list(CosignTag.SIG.of(image), unreadable::add));
        all.addAll(layers.list(CosignTag.ATT.of(image), unreadable::add));
        return new SignedStatements(all, unreadable);
    }
}
