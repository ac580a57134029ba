package io.jenkins.plugins.multiarch.engine.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.multiarch.engine.access.Mirror;
import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.FaultyRegistry.Fault;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That a mirror is asked first, never trusted, never written to, and never in the way. */
@Timeout(60)
class MirrorTest {

    private final List<String> log = new CopyOnWriteArrayList<>();
    private FaultyRegistry origin;
    private FaultyRegistry mirror;
    private FaultyRegistry target;
    private ImageReference image;
    private Manifest manifest;
    private Registry registry;

    @BeforeEach
    void start() throws IOException {
        origin = new FaultyRegistry();
        mirror = new FaultyRegistry();
        target = new FaultyRegistry();
        image = origin.image("demo/hello:1");
        manifest = TestImages.anonymous().push(image, "linux/arm64");
        registry = new Registry(
                RegistryAccess.anonymous()
                        .withCredential(image.registry(), "bob", "s3cret")
                        .withMirror(
                                image.registry(), Mirror.parse(mirror.server().address() + "/hub")),
                log::add);
    }

    @AfterEach
    void stop() {
        origin.close();
        mirror.close();
        target.close();
    }

    /** Puts a copy of the image into the mirror. */
    private void fillMirror() throws IOException {
        new ImageCopier(new Registry(RegistryAccess.anonymous()), line -> {})
                .copy(image, manifest, mirror.image("hub/demo/hello:1"));
        TestImages.anonymous()
                .pushManifest(mirror.image("hub/demo/hello:1"), manifest.mediaType(), new String(manifest.content()));
        origin.forget();
        mirror.forget();
    }

    @Test
    void readsOnlyFromTheMirrorWhatTheMirrorHas() throws IOException {
        fillMirror();
        assertThat(registry.pull(image)).isEqualTo(manifest);
        assertThat(registry.config(image, manifest).platform()).hasToString("linux/arm64");
        assertThat(mirror.asked()).hasSize(2).first().isEqualTo("GET /v2/hub/demo/hello/manifests/1");
        assertThat(origin.asked()).isEmpty();
        assertThat(mirror.server().asked)
                .allSatisfy(request -> assertThat(request.authorization()).isNull());
    }

    @Test
    void copiesBlobsFromTheMirror() throws IOException {
        fillMirror();
        new ImageCopier(registry, log::add).copy(image, manifest, target.image("copy/hello:1"));
        assertThat(origin.asked()).isEmpty();
        assertThat(mirror.count("GET /v2/hub/demo/hello/blobs/.*")).isEqualTo(2);
        assertThat(new Registry(RegistryAccess.anonymous())
                        .pull(target.image("copy/hello:1").withDigest(manifest.digest())))
                .isEqualTo(manifest);
    }

    @Test
    void asksTheRegistryItselfForWhatTheMirrorDoesNotHave() throws IOException {
        assertThat(registry.pull(image)).isEqualTo(manifest);
        assertThat(registry.config(image, manifest).platform()).hasToString("linux/arm64");
        new ImageCopier(registry, log::add).copy(image, manifest, target.image("copy/hello:1"));
        // The configuration is known by now, so a single layer is read.
        assertThat(mirror.count("GET .*/blobs/.*")).isEqualTo(2);
        assertThat(log).noneMatch(line -> line.contains("mirror"));
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 429, 500, 503})
    void aMirrorThatRefusesIsNotAskedAgain(int status) throws IOException {
        mirror.always(".*", Fault.status(status));
        assertThat(registry.pull(image)).isEqualTo(manifest);
        assertThat(registry.pull(image)).isEqualTo(manifest);
        assertThat(mirror.asked()).hasSize(1);
        assertThat(log)
                .singleElement()
                .asString()
                .contains("The mirror of " + image.registry() + " is not used any more")
                .contains(String.valueOf(status));
    }

    @Test
    void aMirrorThatIsNotThereIsLeft() throws IOException {
        mirror.close();
        assertThat(registry.pull(image)).isEqualTo(manifest);
        assertThat(log).singleElement().asString().contains("Connection refused");
    }

    @Test
    void aMirrorThatAnswersOtherBytesIsLeft() throws IOException {
        fillMirror();
        mirror.always("GET .*/manifests/.*", Fault.otherBytes());
        assertThat(registry.pull(image.withDigest(manifest.digest()))).isEqualTo(manifest);
        assertThat(log).singleElement().asString().contains("not to be trusted");
    }

    @Test
    void aLayerThatTheMirrorSpoilsIsCopiedFromTheRegistryItself() throws IOException {
        fillMirror();
        mirror.always("GET .*/blobs/.*", Fault.otherBytes());
        new ImageCopier(registry, log::add).copy(image, manifest, target.image("copy/hello:1"));
        assertThat(new Registry(RegistryAccess.anonymous())
                        .pull(target.image("copy/hello:1").withDigest(manifest.digest())))
                .isEqualTo(manifest);
        assertThat(origin.count("GET .*/blobs/.*")).isEqualTo(2);
        assertThat(log)
                .anyMatch(line -> line.startsWith("The mirror of " + image.registry() + " is not used any more"));
    }

    @Test
    void whatIsWrittenOrJustWasGoesToTheRegistryItself() throws IOException {
        fillMirror();
        Manifest other = TestImages.anonymous().push(image, "linux/s390x");
        origin.forget();
        assertThat(registry.pull(image, ReadOption.FRESH)).isEqualTo(other);
        assertThat(registry.pull(image, ReadOption.JUST_PUSHED)).isEqualTo(other);
        assertThat(registry.has(image)).isTrue();
        registry.push(image, manifest);
        assertThat(registry.deleteTag(image)).isTrue();
        assertThat(mirror.asked()).isEmpty();
        assertThat(origin.asked())
                .extracting(asked -> asked.replaceFirst(" .*", ""))
                .containsExactly("GET", "GET", "HEAD", "PUT", "DELETE");
    }

    @Test
    void itsNameMayHaveAPrefix() {
        ImageReference alpine = ImageReference.parse("alpine:3.20");
        assertThat(Mirror.parse("mirror.lab:5000").copyOf(alpine)).hasToString("mirror.lab:5000/library/alpine:3.20");
        assertThat(Mirror.parse(" harbor.lab/hub/ ").copyOf(alpine)).hasToString("harbor.lab/hub/library/alpine:3.20");
        assertThat(Mirror.parse("harbor.lab/hub")).hasToString("harbor.lab/hub");
        for (String wrong : List.of("", "https://mirror.lab", "mirror lab", "mirror.lab/Hub", "mirror.lab//x")) {
            assertThatThrownBy(() -> Mirror.parse(wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("'" + wrong + "' is not a mirror")
                    .hasMessageContaining("mirror.example.com:5000/hub");
        }
    }
}
