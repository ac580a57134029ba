package io.jenkins.plugins.multiarch.engine.bake;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One target of a bake file, with all that it has inherited.
 *
 * @param name as the file has it
 * @param context directory or URL of the build context
 * @param contexts further build contexts by name, without those that are targets
 * @param bases the further build contexts that are other targets: name of the context to name of the target
 * @param dockerfile path of the Dockerfile, relative to the context
 * @param inlineDockerfile text of the Dockerfile, instead of a file; empty for none
 * @param args build arguments, without those that have no value
 * @param labels labels of the image
 * @param annotations annotations of the index, its entries and the manifests
 * @param tags references of the image, each once
 * @param platforms in their normal spelling; empty if the file leaves them open
 * @param stage stage to build; empty for the last
 * @param cacheFrom sources of the build cache in the words of BuildKit; {@code {platform}} stands for the platform
 * @param cacheTo where the build cache is written, likewise
 * @param secrets ids of the build secrets
 * @param ssh whether the Dockerfile may use SSH
 * @param noCache whether to build without the cache
 * @param pull whether to look for newer base images
 * @param exportTo directory for the files of the image; empty for none
 * @param published whether the image is published under its tags, as its outputs say
 * @param provenance empty for what the build tool does by itself; else {@code false}, {@code true}, {@code min} or
 *     {@code max}
 * @param sbom empty for no software bill of materials; else {@code true}, or the image of the scanner that makes it
 * @param options further options of the build command
 * @param warnings what cannot be honoured and does not change the image, one sentence each
 */
public record BakeTarget(
        String name,
        String context,
        Map<String, String> contexts,
        Map<String, String> bases,
        String dockerfile,
        String inlineDockerfile,
        Map<String, String> args,
        Map<String, String> labels,
        BakeAnnotations annotations,
        List<String> tags,
        List<String> platforms,
        String stage,
        List<String> cacheFrom,
        List<String> cacheTo,
        List<String> secrets,
        boolean ssh,
        boolean noCache,
        boolean pull,
        String exportTo,
        boolean published,
        String provenance,
        String sbom,
        List<String> options,
        List<String> warnings) {

    public BakeTarget {
        contexts = Collections.unmodifiableMap(new LinkedHashMap<>(contexts));
        bases = Collections.unmodifiableMap(new LinkedHashMap<>(bases));
        args = Collections.unmodifiableMap(new LinkedHashMap<>(args));
        labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
        tags = List.copyOf(tags);
        platforms = List.copyOf(platforms);
        cacheFrom = List.copyOf(cacheFrom);
        cacheTo = List.copyOf(cacheTo);
        secrets = List.copyOf(secrets);
        options = List.copyOf(options);
        warnings = List.copyOf(warnings);
    }
}
