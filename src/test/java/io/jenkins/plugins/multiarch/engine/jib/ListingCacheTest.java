package io.jenkins.plugins.multiarch.engine.jib;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.multiarch.engine.jib.LayerListing.Entry;
import io.jenkins.plugins.multiarch.engine.jib.LayerListing.Kind;
import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListingCacheTest {

    private static final LayerListing LISTING = new LayerListing(
            List.of(
                    new Entry(Kind.DIRECTORY, "etc", 01777, 0, 0, 0, ""),
                    new Entry(Kind.FILE, "etc/pässwd", 0644, 1, 2, 5_000_000_000L, ""),
                    new Entry(Kind.LINK, "bin", 0777, 0, 0, 0, "usr/bin"),
                    new Entry(Kind.REMOVAL, "old", 0, 0, 0, 0, "")),
            Map.of("etc/passwd", "root:x:0:0\n"));

    @TempDir
    private Path temp;

    private static BaseLayer layer(int number) {
        return new BaseLayer(
                ImageReference.parse("localhost/x:1"),
                Digest.ofSha256(new byte[] {(byte) number}),
                1,
                Layer.MEDIA_TYPE,
                List.of());
    }

    @Test
    void whatIsPutIsThereForTheNextBuild() {
        ListingCache cache = new ListingCache(temp.resolve("not/there"));
        assertThat(cache.get(layer(1))).isEmpty();

        cache.put(layer(1), LISTING);

        assertThat(new ListingCache(temp.resolve("not/there")).get(layer(1))).contains(LISTING);
        assertThat(cache.get(layer(2))).isEmpty();
    }

    @Test
    void whatIsBrokenIsAsIfItWereNotThere() throws IOException {
        ListingCache cache = new ListingCache(temp);
        cache.put(layer(1), LISTING);
        Path file = temp.resolve(layer(1).digest().hex());
        byte[] content = Files.readAllBytes(file);

        for (int length : List.of(0, 1, 20, content.length - 9)) {
            Files.write(file, java.util.Arrays.copyOf(content, length));
            assertThat(cache.get(layer(1))).as(length + " bytes").isEmpty();
        }
    }

    @Test
    void whatNobodyHasUsedForLongIsRemoved() throws IOException {
        ListingCache cache = new ListingCache(temp);
        cache.put(layer(1), LISTING);
        cache.put(layer(2), LISTING);
        FileTime old = FileTime.from(Instant.now().minus(Duration.ofDays(40)));
        for (int number : List.of(1, 2)) {
            Files.setLastModifiedTime(temp.resolve(layer(number).digest().hex()), old);
        }
        assertThat(cache.get(layer(2))).as("used again").isPresent();

        cache.put(layer(3), LISTING);

        assertThat(cache.get(layer(1))).isEmpty();
        assertThat(cache.get(layer(2))).isPresent();
        assertThat(cache.get(layer(3))).isPresent();
    }

    @Test
    void aFolderThatCannotBeWrittenFailsNothing() throws IOException {
        ListingCache cache =
                new ListingCache(Files.createFile(temp.resolve("file")).resolve("below"));

        cache.put(layer(1), LISTING);

        assertThat(cache.get(layer(1))).isEmpty();
    }

    @Test
    void itIsWhereTheUserKeepsCaches() {
        for (Map<String, String> environment :
                List.of(Map.<String, String>of(), Map.of("XDG_CACHE_HOME", "relative"))) {
            UserCache cache = UserCache.of(environment);
            Path place = cache.listings().directory();
            assertThat(place.isAbsolute()).isTrue();
            assertThat(place.toString()).endsWith(Path.of("multiarch", "layers").toString());
            assertThat(cache.layers().archives().directory().toString())
                    .endsWith(Path.of("multiarch", "made-layers", "archives").toString());
        }
    }
}
