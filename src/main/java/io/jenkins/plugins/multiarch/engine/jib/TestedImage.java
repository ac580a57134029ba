package io.jenkins.plugins.multiarch.engine.jib;

import io.jenkins.plugins.multiarch.engine.build.BuildFolder;
import io.jenkins.plugins.multiarch.engine.build.BuildRequest;
import io.jenkins.plugins.multiarch.engine.build.ImageTest;
import io.jenkins.plugins.multiarch.engine.build.PreparedBuild;
import io.jenkins.plugins.multiarch.engine.build.PushedImage;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A platform image that is made without a build tool, tested in one, and pushed as it was tested. It is kept in the folder
 * of its build meanwhile.
 *
 * @param folder the folder of the build
 */
public record TestedImage(BuildFolder folder) {

    /** Where the image is, in the folder. */
    private static final String IMAGE = "image";

    /**
     * Makes the image, and exports its files if the request asks for them.
     *
     * @throws IllegalArgumentException as {@link ImageBuilder#save} does
     * @throws IOException as {@link ImageBuilder#save} does
     */
    public void make(ImageBuilder builder, BuildRequest request, ImageTest test) throws IOException {
        builder.save(request, Files.createDirectory(saved().directory()), test.image());
        if (request.features().export()) {
            builder.export(request, folder.export());
        }
    }

    /**
     * Writes the commands that test the image, once it is made.
     *
     * @param directory an existing directory in which the test runs
     */
    public PreparedBuild prepare(BuildRequest request, ImageTest test, Path directory) throws IOException {
        return test.prepare(request, folder, saved().archive(), directory);
    }

    /**
     * Pushes it by digest. Nothing of it is published under a tag.
     *
     * @param image where it belongs
     * @throws IOException if a registry refuses
     */
    public PushedImage push(Registry registry, ImageReference image, Platform platform) throws IOException {
        return saved().push(registry, image, platform);
    }

    private SavedImage saved() {
        return new SavedImage(folder.path().resolve(IMAGE));
    }
}
