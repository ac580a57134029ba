import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.multiarch.engine.index.Descriptor;
import io.jenkins.plugins.multiarch.engine.index.IndexPublisher;
import io.jenkins.plugins.multiarch.engine.index.IndexRequest;
import io.jenkins.plugins.multiarch.engine.index.IndexSource;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import io.jenkins.plugins.multiarch.engine.access.RegistryAccess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Publishes an index again and again in one JVM, as the steps of Pipelines do: connections are shared, but no token or
 * answer is left from the time before. Prints the median in tenths of a millisecond. Arguments: how often
 * unmeasured, how often measured, the target, and either references or {@code --collected} and a file.
 */
final class WarmPush {

    public static void main(String[] arguments) throws Exception {
        int warmups = Integer.parseInt(arguments[0]);
        int runs = Integer.parseInt(arguments[1]);
        IndexRequest request = IndexRequest.builder(ImageReference.parse(arguments[2]))
                .sources(sources(Arrays.asList(arguments).subList(3, arguments.length)))
                .build();
        long[] times = new long[runs];
        for (int i = -warmups; i < runs; i++) {
            long start = System.nanoTime();
            new IndexPublisher(new Registry(RegistryAccess.anonymous()), line -> {}).publish(request);
            if (i >= 0) {
                times[i] = System.nanoTime() - start;
            }
        }
        Arrays.sort(times);
        System.out.println((times[(runs - 1) / 2] + times[runs / 2]) / 2 / 100_000);
    }

    private static List<IndexSource> sources(List<String> given) throws Exception {
        List<IndexSource> sources = new ArrayList<>();
        if (!given.get(0).equals("--collected")) {
            given.forEach(reference -> sources.add(IndexSource.of(ImageReference.parse(reference))));
            return sources;
        }
        for (String line : Files.readAllLines(Path.of(given.get(1)))) {
            JsonNode image = new ObjectMapper().readTree(line);
            sources.add(IndexSource.collected(
                    ImageReference.parse(image.path("reference").asText()),
                    Descriptor.of(
                            image.path("mediaType").asText(),
                            Digest.parse(image.path("digest").asText()),
                            image.path("size").asLong(),
                                    Platform.parse(image.path("platform").asText()))
                            .withOs(image.path("osVersion").asText(), List.of())));
        }
        return sources;
    }
}
