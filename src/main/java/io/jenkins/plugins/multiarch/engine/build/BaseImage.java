package io.jenkins.plugins.multiarch.engine.build;

import io.jenkins.plugins.multiarch.engine.dockerfile.Dockerfile;
import io.jenkins.plugins.multiarch.engine.dockerfile.PlatformArguments;
import io.jenkins.plugins.multiarch.engine.dockerfile.Stage;
import io.jenkins.plugins.multiarch.engine.dockerfile.Variables;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.util.Map;
import java.util.Optional;

/**
 * The image that the wanted stage of a Dockerfile begins with, as far as its text tells.
 *
 * @param name as it stands in the {@code FROM} line, variables replaced
 * @param platform the platform that the line names; empty for that of the build
 * @see <a href="https://docs.docker.com/reference/dockerfile/#from">Dockerfile reference, FROM</a>
 */
record BaseImage(String name, Optional<Platform> platform) {

    /**
     * Finds it.
     *
     * @param target the wanted stage; empty for the last
     * @param wanted the platform of the build
     * @return empty if it begins with nothing ({@code scratch}), or with something that the text does not tell; what is
     *     wrong with the text, the build tool will say
     */
    static Optional<BaseImage> of(String dockerfile, String target, Map<String, String> buildArgs, Platform wanted) {
        try {
            Dockerfile file = Dockerfile.parse("Dockerfile", dockerfile);
            // The machine that builds may be another one, so nothing is said of it.
            Variables globals = file.globals(buildArgs, PlatformArguments.ofTarget(wanted));
            Stage stage = file.stage(target);
            for (Optional<Stage> earlier = Optional.of(stage);
                    earlier.isPresent();
                    earlier = file.find(globals.expand(stage.base()), stage.index())) {
                stage = earlier.get();
            }
            String name = globals.expand(stage.base());
            return globals.lacks(stage.base()) || name.isEmpty() || name.equals("scratch")
                    ? Optional.empty()
                    : Optional.of(new BaseImage(name, platform(stage, globals)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Optional<Platform> platform(Stage stage, Variables globals) {
        String text = stage.from().flag("platform").orElse("");
        try {
            return text.isEmpty() || globals.lacks(text)
                    ? Optional.empty()
                    : Optional.of(Platform.parse(globals.expand(text)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
