package io.jenkins.plugins.multiarch.engine.registry;

import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Which reads go to a mirror first. A mirror that fails in any way is not an error: the registry itself is asked. One that
 * cannot be reached, or is caught with wrong content, is not asked again.
 */
final class Mirrors {

    private final RegistryAccess access;
    private final Consumer<String> log;

    /** The registries whose mirror has failed. */
    private final Set<String> left = ConcurrentHashMap.newKeySet();

    Mirrors(RegistryAccess access, Consumer<String> log) {
        this.access = access;
        this.log = log;
    }

    /** Reads something of the image that it is given. */
    interface Read<T> {
        T from(ImageReference image) throws IOException;
    }

    /** What the mirror gives for this; empty if there is none, it does not have it, or it fails. */
    <T> Optional<T> read(ImageReference image, Read<T> read) throws InterruptedIOException {
        Optional<ImageReference> copy = copyOf(image);
        if (copy.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(read.from(copy.get()));
        } catch (RegistryException.NotFound e) {
            return Optional.empty();
        } catch (InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            leave(image, ErrorMessages.brief(e));
            return Optional.empty();
        }
    }

    /** Where the mirror has it; empty if there is no mirror, or it has failed. */
    Optional<ImageReference> copyOf(ImageReference image) {
        return left.contains(image.registry())
                ? Optional.empty()
                : access.mirror(image.registry()).map(mirror -> mirror.copyOf(image));
    }

    /** Asks the mirror of this image's registry for nothing more. */
    void leave(ImageReference image, String reason) {
        if (left.add(image.registry())) {
            log.accept("The mirror of " + image.registry() + " is not used any more, and the registry itself is asked: "
                    + reason);
        }
    }
}
