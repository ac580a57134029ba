package io.jenkins.plugins.multiarch.engine.index;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.registry.ImageConfig;
import io.jenkins.plugins.multiarch.engine.registry.Manifest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NotBlank;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;

/** What holds for every index, however it was written, and for every broken one. */
class ImageIndexPropertiesTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> PLATFORMS = List.of(
            "linux/amd64", "linux/arm64", "linux/arm/v6", "linux/arm/v7", "linux/386", "linux/s390x", "linux/riscv64");

    private static Digest digest(int seed) {
        return Digest.ofSha256(new byte[] {(byte) seed, (byte) (seed >> 8)});
    }

    /** An entry as somebody else may have written it: with fields that we do not know, and odd white space. */
    private static String entry(String platform, int seed, String foreign, String space) {
        String[] parts = platform.split("/");
        return "{" + space + "\"size\":" + (seed + 1) + "," + foreign + space + "\"digest\" :\"" + digest(seed)
                + "\",\"mediaType\":\"" + Manifest.OCI_MANIFEST.replace("/", "\\/") + "\"," + space
                + "\"platform\":{\"os\":\"linux\",\"architecture\":\"" + parts[1] + "\""
                + (parts.length > 2 ? ",\"variant\":\"" + parts[2] + "\"" : "") + ",\"x\":1.0}}";
    }

    @Provide
    Arbitrary<String> foreign() {
        return Arbitraries.of(
                "",
                "\"urls\":[\"https://x.example/\\u00e9\"],",
                "\"annotations\":{\"k\":\"v\\n\"},",
                "\"future\":{\"deep\":[1,2.50,1E2,{\"a\":null}]},");
    }

    @Provide
    Arbitrary<String> space() {
        return Arbitraries.of("", " ", "\n  ", "\r\n\t", "   ");
    }

    @Provide
    Arbitrary<List<String>> entries() {
        return Combinators.combine(
                        Arbitraries.shuffle(PLATFORMS),
                        foreign(),
                        space(),
                        Arbitraries.integers().between(1, 7))
                .as((platforms, foreign, space, count) -> {
                    List<String> entries = new ArrayList<>();
                    for (String platform : platforms.subList(0, count)) {
                        entries.add(entry(platform, entries.size(), entries.size() % 2 == 0 ? foreign : "", space));
                    }
                    return entries;
                });
    }

    private static String document(List<String> entries, String space) {
        return "{" + space + "\"schemaVersion\":2," + space + "\"zeta\":[ 1.0 ],\"manifests\" :[" + space
                + String.join("," + space, entries) + space + "],\"annotations\":{ \"o\\u006cd\" : \"1\" }" + space
                + "}"
                + space;
    }

    private static ImageIndex parse(String document) {
        return ImageIndex.parse(Manifest.of(Manifest.OCI_INDEX, document.getBytes(StandardCharsets.UTF_8)));
    }

    private static String text(ImageIndex index) {
        return new String(index.toManifest().content(), StandardCharsets.UTF_8);
    }

    @Property(tries = 200)
    void whatIsNotAmendedStaysAsItIs(@ForAll("entries") List<String> entries, @ForAll("space") String space) {
        String document = document(entries, space);
        ImageIndex index = parse(document);
        assertThat(text(index)).isEqualTo(document);
        assertThat(text(index.amend(IndexFormat.AUTO, index.members(), Map.of())))
                .isEqualTo(document);
        assertThat(text(index.amend(IndexFormat.AUTO, List.of(), Map.of("old", "1"))))
                .isEqualTo(document);
    }

    @Property(tries = 200)
    void anAmendedEntryChangesNoOther(
            @ForAll("entries") List<String> entries,
            @ForAll("space") String space,
            @ForAll @IntRange(min = 0, max = 6) int which) {
        ImageIndex index = parse(document(entries, space));
        int changed = which % entries.size();
        Descriptor other = Descriptor.of(
                Manifest.OCI_MANIFEST,
                digest(1000),
                5,
                index.members().get(changed).platform().orElseThrow());
        ImageIndex amended = index.amend(IndexFormat.AUTO, List.of(other), Map.of());
        JsonNode document = index.toManifest().json();
        ((ArrayNode) document.path("manifests"))
                .set(changed, amended.toManifest().json().at("/manifests/" + changed));
        assertThat(amended.toManifest().json()).isEqualTo(document);
        List<Descriptor> expected = new ArrayList<>(index.members());
        expected.set(changed, other);
        assertThat(amended.members()).isEqualTo(expected);
    }

    @Property(tries = 200)
    void whatIsAddedComesLastAndCanBeRemovedAgain(
            @ForAll("entries") List<String> entries, @ForAll("space") String space) {
        String document = document(entries, space);
        ImageIndex index = parse(document);
        Platform windows = Platform.parse("windows/amd64");
        Descriptor added = Descriptor.of(Manifest.OCI_MANIFEST, digest(1000), 5, windows);
        ImageIndex more = index.amend(IndexFormat.AUTO, List.of(added), Map.of());
        assertThat(more.members()).endsWith(added).hasSize(entries.size() + 1);
        for (int i = 0; i < entries.size(); i++) {
            assertThat(more.members().get(i)).isEqualTo(index.members().get(i));
        }
        assertThat(text(more.without(Set.of(windows)))).isEqualTo(document);
    }

    @Property(tries = 200)
    void anyMapOfAnnotationsComesBack(
            @ForAll @Size(max = 8)
                    Map<@NotBlank @StringLength(max = 40) String, @StringLength(max = 40) String> given) {
        Map<String, String> annotations = new TreeMap<>();
        given.forEach((key, value) -> {
            String written = key.replaceAll("[\\p{Z}\\p{Cc}\\p{Cf}\\p{Cs}\\p{Cn}]", "k");
            annotations.put(written, value.replaceAll("[\\p{Cs}]", "?"));
        });
        Descriptor member = Descriptor.of(Manifest.OCI_MANIFEST, digest(1), 5, Platform.parse("linux/arm64"));
        ImageIndex index = ImageIndex.of(IndexFormat.OCI, List.of(member), annotations);
        assertThat(parse(text(index)).annotations()).isEqualTo(annotations);
        ImageIndex later = ImageIndex.of(IndexFormat.OCI, List.of(member), Map.of("a", "1"))
                .amend(IndexFormat.AUTO, List.of(), annotations);
        assertThat(parse(text(later)).annotations()).containsAllEntriesOf(annotations);
    }

    /** Every field of a valid index takes every kind of value, and the bytes any damage. */
    @Property(tries = 2000)
    void whateverARegistrySendsIsReadOrRefused(@ForAll Random random) throws JsonProcessingException {
        ObjectNode document =
                (ObjectNode) JSON.readTree(document(List.of(entry(PLATFORMS.get(random.nextInt(7)), 1, "", "")), ""));
        ObjectNode entry = (ObjectNode) document.path("manifests").get(0);
        List<ObjectNode> places = List.of(document, entry, (ObjectNode) entry.path("platform"));
        List<String> fields = List.of(
                "manifests",
                "mediaType",
                "digest",
                "size",
                "platform",
                "os",
                "architecture",
                "variant",
                "annotations",
                "os.features",
                "subject",
                "artifactType",
                "config",
                "layers",
                "schemaVersion");
        JsonNodeFactory json = JsonNodeFactory.instance;
        List<JsonNode> values = List.of(
                json.nullNode(),
                json.numberNode(-1),
                json.numberNode(1.5),
                json.numberNode(Long.MAX_VALUE),
                json.textNode(""),
                json.textNode("sha256:00"),
                json.textNode("\u0000/.."),
                json.booleanNode(true),
                json.arrayNode(),
                json.objectNode(),
                json.arrayNode().add(7),
                json.objectNode().put("k", 7));
        places.get(random.nextInt(places.size()))
                .set(fields.get(random.nextInt(fields.size())), values.get(random.nextInt(values.size())));
        byte[] bytes = JSON.writeValueAsString(document).getBytes(StandardCharsets.UTF_8);
        for (int i = random.nextInt(4); i > 0; i--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        for (String mediaType : List.of(Manifest.OCI_INDEX, Manifest.DOCKER_LIST)) {
            try {
                ImageIndex index = ImageIndex.parse(Manifest.of(mediaType, bytes));
                index.amend(IndexFormat.AUTO, List.of(), Map.of("k", "v"));
                assertThat(index.toManifest().content()).isEqualTo(bytes);
            } catch (IllegalArgumentException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
        try {
            ImageConfig.parse(bytes);
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).contains("configuration");
        }
    }
}
