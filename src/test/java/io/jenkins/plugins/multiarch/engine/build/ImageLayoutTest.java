package io.jenkins.plugins.multiarch.engine.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.multiarch.engine.json.Json;
import io.jenkins.plugins.multiarch.engine.reference.Digest;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageLayoutTest {

    private static final String CONFIG = "{\"architecture\":\"arm64\"}";

    @TempDir
    private Path temp;

    private final Map<String, String> files = new LinkedHashMap<>();
    private final Map<String, String> links = new LinkedHashMap<>();

    private Path archive() throws IOException {
        Path file = temp.resolve("image.tar");
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(Files.newOutputStream(file))) {
            for (Map.Entry<String, String> entry : files.entrySet()) {
                byte[] content = entry.getValue().getBytes(StandardCharsets.ISO_8859_1);
                TarArchiveEntry header = new TarArchiveEntry(entry.getKey(), true);
                header.setSize(content.length);
                tar.putArchiveEntry(header);
                tar.write(content);
                tar.closeArchiveEntry();
            }
            for (Map.Entry<String, String> link : links.entrySet()) {
                TarArchiveEntry header = new TarArchiveEntry(link.getKey(), TarConstants.LF_SYMLINK);
                header.setLinkName(link.getValue());
                tar.putArchiveEntry(header);
                tar.closeArchiveEntry();
            }
        }
        return file;
    }

    private static Map<String, String> read(Path archive) throws IOException {
        Map<String, String> read = new LinkedHashMap<>();
        try (TarArchiveInputStream tar =
                new TarArchiveInputStream(new BufferedInputStream(Files.newInputStream(archive)))) {
            for (TarArchiveEntry entry; (entry = tar.getNextEntry()) != null; ) {
                read.put(entry.getName(), new String(tar.readAllBytes(), StandardCharsets.ISO_8859_1));
            }
        }
        return read;
    }

    private static String digest(String content) {
        return Digest.ofSha256(content.getBytes(StandardCharsets.ISO_8859_1)).toString();
    }

    /** As docker 20.10 writes it: a layer that is there twice is a link the second time. */
    @Test
    void hasTheConfigurationAndTheLayersOfTheArchive() throws Exception {
        files.put("one/layer.tar", "plain");
        files.put("two/layer.tar", "\u001f\u008bcompressed");
        links.put("three/layer.tar", "../one/layer.tar");
        files.put("cfg.json", CONFIG);
        files.put("manifest.json", """
                [{"Config":"cfg.json","RepoTags":null,
                  "Layers":["one/layer.tar","two/layer.tar","three/layer.tar"]}]
                """);

        ImageLayout layout = ImageLayout.write(archive(), temp.resolve("layout"));

        Path blobs = layout.directory().resolve("blobs/sha256");
        JsonNode manifest =
                Json.read(Files.readAllBytes(blobs.resolve(layout.digest().hex())));
        assertThat(manifest.at("/config/digest").asText()).isEqualTo(digest(CONFIG));
        assertThat(manifest.path("layers"))
                .extracting(layer -> layer.path("mediaType").asText().replaceFirst(".*layer", ""))
                .containsExactly(".v1.tar", ".v1.tar+gzip", ".v1.tar");
        assertThat(manifest.at("/layers/2/digest").asText()).isEqualTo(digest("plain"));
        assertThat(blobs.resolve(Digest.parse(digest("plain")).hex())).hasContent("plain");
        assertThat(layout.context()).isEqualTo("oci-layout://" + temp.resolve("layout") + "@" + layout.digest());
        assertThat(Json.read(Files.readAllBytes(temp.resolve("layout/index.json")))
                        .at("/manifests/0/digest")
                        .asText())
                .isEqualTo(layout.digest().toString());
    }

    /** Whoever has built it is another agent, and must not name images of this one. */
    @Test
    void whatAToolLoadsHasNoNameButTheGivenOne() throws Exception {
        files.put("l", "layer");
        files.put("c", CONFIG);
        files.put("repositories", "{\"docker.io/library/alpine\":{\"latest\":\"l\"}}");
        files.put(
                "index.json",
                "{\"manifests\":[{\"annotations\":{\"io.containerd.image.name\":\"docker.io/library/alpine:latest\"}}]}");
        files.put("../../etc/cron.d/x", "* * * * * root id");
        files.put(
                "manifest.json",
                "[{\"Config\":\"c\",\"RepoTags\":[\"docker.io/library/alpine:latest\"],\"Layers\":[\"l\"]}]");
        Path clean = temp.resolve("clean.tar");

        ImageLayout.write(archive(), temp.resolve("deep/er/layout")).archive(clean, "localhost/x:1");

        Map<String, String> read = read(clean);
        String config = Digest.parse(digest(CONFIG)).hex() + ".json";
        String layer = Digest.parse(digest("layer")).hex() + ".tar";
        assertThat(read).containsOnlyKeys(config, layer, "manifest.json");
        assertThat(read.get("manifest.json"))
                .isEqualTo("[{\"Config\":\"" + config + "\",\"RepoTags\":[\"localhost/x:1\"],\"Layers\":[\"" + layer
                        + "\"]}]");
        assertThat(temp.resolve("etc")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            [] | it has 0
            [{}, {}] | it has 2
            [{"Config": "none", "Layers": []}] | it lacks 'none'
            [{"Config": "c", "Layers": ["none"]}] | it lacks 'none'
            [{"Config": "c", "Layers": ["l"]} | Unexpected end-of-input
            """)
    void anArchiveThatIsNoneIsNamed(String list, String reason) throws Exception {
        files.put("c", CONFIG);
        files.put("manifest.json", list);
        Path archive = archive();

        assertThatThrownBy(() -> ImageLayout.write(archive, temp.resolve("layout")))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(archive + " is no archive of one image: ")
                .hasMessageContaining(reason);
    }
}
