package io.jenkins.plugins.multiarch.engine.build;

import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import java.io.Serializable;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * What a build may have besides its Dockerfile, arguments and labels, in the terms of {@code docker buildx build}.
 *
 * @param secrets id to the file with its value, on the machine that builds; empty as long as the file is not written. For
 *     {@code RUN --mount=type=secret,id=…}
 * @param ssh file with a private key, on the machine that builds; {@code default} for the SSH agent of the user there;
 *     empty for none. For {@code RUN --mount=type=ssh}
 * @param cache the repository with what earlier builds have left
 * @param cacheFrom sources of the build cache, as the build tool writes them; {@code {platform}} stands for the platform
 *     with hyphens, {@code linux-arm64}
 * @param cacheTo where the build cache is written, likewise
 * @param contexts name to a directory, a URL, {@code docker-image://reference} or an {@link ImageArchive}, for {@code FROM name}
 *     and {@code COPY --from=name}
 * @param provenance empty for what the build tool does by itself; else {@code false}, {@code true}, {@code min} or
 *     {@code max}
 * @param sbom empty for no software bill of materials; else {@code true} for one by BuildKit's own scanner, or the image of
 *     another scanner
 * @param options further options of the build command, each in its long form and with its value: {@code --network=host}
 * @param export whether the files of the image are wanted too, as {@code --output=type=local} leaves them
 * @param archive whether the image is wanted as an archive too, for builds on top of it that find it in no registry
 * @param pause whether the build stops before the push, so that the image can be tested, until it is told to go on
 * @param insecureRegistries those of images among the contexts that are reached by plain HTTP
 */
public record BuildFeatures(
        Map<String, String> secrets,
        String ssh,
        BuildCache cache,
        List<String> cacheFrom,
        List<String> cacheTo,
        Map<String, String> contexts,
        String provenance,
        String sbom,
        List<String> options,
        boolean export,
        boolean archive,
        boolean pause,
        Set<String> insecureRegistries)
        implements Serializable {

    private static final Pattern SECRET_ID = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");
    private static final Pattern CONTEXT_NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_./:@-]{0,255}");
    private static final Pattern OPTION = Pattern.compile("--([a-z][a-z0-9-]*)(=.*)?", Pattern.DOTALL);
    private static final Set<String> PROVENANCE = Set.of("", "false", "true", "min", "max");
    private static final String SBOM_OF_THE_TOOL = "true";

    /** An option that the build sets by itself, and the parameter to use instead; empty if there is none. */
    private static final Map<String, String> OWN_OPTIONS = Map.ofEntries(
            Map.entry("platform", "platforms"),
            Map.entry("file", "dockerfile"),
            Map.entry("target", "target"),
            Map.entry("build-arg", "buildArgs"),
            Map.entry("label", "labels"),
            Map.entry("no-cache", "noCache"),
            Map.entry("pull", "pull"),
            Map.entry("secret", "secrets"),
            Map.entry("ssh", "sshCredentialsId"),
            Map.entry("cache-from", "cache or cacheFrom"),
            Map.entry("cache-to", "cache or cacheTo"),
            Map.entry("build-context", "buildContexts"),
            Map.entry("provenance", "provenance"),
            Map.entry("sbom", "sbom"),
            Map.entry("attest", "provenance and sbom"),
            Map.entry("tag", "image"),
            Map.entry("push", "push"),
            Map.entry("builder", "builder"),
            Map.entry("authfile", "credentialsId"),
            Map.entry("creds", "credentialsId"),
            Map.entry("arch", "platforms"),
            Map.entry("os", "platforms"),
            Map.entry("variant", "platforms"),
            Map.entry("layers", ""),
            Map.entry("load", ""),
            Map.entry("output", "exportTo"),
            Map.entry("progress", ""),
            Map.entry("quiet", ""),
            Map.entry("iidfile", ""),
            Map.entry("digestfile", ""),
            Map.entry("metadata-file", ""),
            Map.entry("manifest", ""),
            Map.entry("tls-verify", ""),
            Map.entry("call", ""),
            Map.entry("check", ""),
            Map.entry("print", ""),
            Map.entry("help", ""));

    /** None of it; made last, because it is checked like any other. */
    public static final BuildFeatures NONE =
            new BuildFeatures(Map.of(), "", List.of(), List.of(), Map.of(), "", false, List.of());

    /** Those of a build of which only the image is wanted, without a cache in a registry. */
    public BuildFeatures(
            Map<String, String> secrets,
            String ssh,
            List<String> cacheFrom,
            List<String> cacheTo,
            Map<String, String> contexts,
            String provenance,
            boolean sbom,
            List<String> options) {
        this(
                secrets,
                ssh,
                BuildCache.NONE,
                cacheFrom,
                cacheTo,
                contexts,
                provenance,
                sbom ? SBOM_OF_THE_TOOL : "",
                options,
                false,
                false,
                false,
                Set.of());
    }

    /** @throws IllegalArgumentException naming the value and the remedy */
    public BuildFeatures {
        secrets = Collections.unmodifiableMap(new LinkedHashMap<>(secrets));
        contexts = Collections.unmodifiableMap(new LinkedHashMap<>(contexts));
        cacheFrom = List.copyOf(cacheFrom);
        cacheTo = List.copyOf(cacheTo);
        options = List.copyOf(options);
        insecureRegistries = Set.copyOf(insecureRegistries);
        secrets.keySet().forEach(id -> require("secret", SECRET_ID, id));
        contexts.forEach((name, value) -> {
            require("build context", CONTEXT_NAME, name);
            if (value == null || value.isBlank()) {
                throw new IllegalArgumentException(
                        "The build context '" + name + "' is empty. Give a directory, a URL or docker-image://….");
            }
        });
        sbom = sbom.equals("false") ? "" : sbom;
        requireSbom(sbom);
        if (!PROVENANCE.contains(provenance)) {
            throw new IllegalArgumentException(
                    "Unknown provenance '" + provenance + "'. Choose false, true, min or max.");
        }
        options.forEach(BuildFeatures::requireOption);
    }

    private static void requireSbom(String sbom) {
        if (sbom.isEmpty() || sbom.equals(SBOM_OF_THE_TOOL)) {
            return;
        }
        // A word alone would be an image of Docker Hub, but is a typing error.
        boolean isImage = sbom.matches(".*[/:@].*");
        try {
            if (isImage) {
                ImageReference.parse(sbom);
            }
        } catch (IllegalArgumentException e) {
            isImage = false;
        }
        if (!isImage) {
            throw new IllegalArgumentException(
                    "Unknown sbom '" + sbom
                            + "'. Choose true, false, or the image of a scanner, such as registry.example.com/tools/scanner:1.");
        }
    }

    private static void require(String what, Pattern form, String name) {
        if (name == null || !form.matcher(name).matches()) {
            throw new IllegalArgumentException("'" + name + "' is not the name of a " + what
                    + ". Use letters, digits, '.', '_' and '-', beginning with a letter or digit.");
        }
    }

    private static void requireOption(String option) {
        var matcher = OPTION.matcher(option == null ? "" : option);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + option
                    + "' is not an option of a build. Write its long form with its value, as in --network=host.");
        }
        String instead = OWN_OPTIONS.get(matcher.group(1));
        if (instead != null) {
            throw new IllegalArgumentException("The option --" + matcher.group(1) + " is set by the build itself."
                    + (instead.isEmpty() ? " Leave it out." : " Use " + instead + " instead."));
        }
    }

    /** A copy on its way to become another one: whoever changes one value need not repeat all others. */
    private final class Copy {

        private Map<String, String> secretFiles = secrets;
        private String sshFile = ssh;
        private BuildCache usedCache = cache;
        private Map<String, String> places = contexts;
        private String billOfMaterials = sbom;
        private boolean exported = export;
        private boolean archived = archive;
        private boolean pausing = pause;
        private Set<String> plainRegistries = insecureRegistries;

        private BuildFeatures make() {
            return new BuildFeatures(
                    secretFiles,
                    sshFile,
                    usedCache,
                    cacheFrom,
                    cacheTo,
                    places,
                    provenance,
                    billOfMaterials,
                    options,
                    exported,
                    archived,
                    pausing,
                    plainRegistries);
        }
    }

    private BuildFeatures copy(Consumer<Copy> change) {
        Copy copy = new Copy();
        change.accept(copy);
        return copy.make();
    }

    /** The same with the files that have been written on the machine that builds. */
    BuildFeatures withFiles(Map<String, String> secretFiles, String sshFile) {
        return copy(copy -> {
            copy.secretFiles = secretFiles;
            copy.sshFile = sshFile;
        });
    }

    /** The same with other places of the build contexts, such as where they were unpacked. */
    public BuildFeatures withContexts(Map<String, String> places) {
        return copy(copy -> copy.places = places);
    }

    /** The same, and whether the files of the image are wanted too. */
    public BuildFeatures withExport(boolean wanted) {
        return copy(copy -> copy.exported = wanted);
    }

    /** The same, and whether the image is wanted as an archive too. */
    public BuildFeatures withArchive(boolean wanted) {
        return copy(copy -> copy.archived = wanted);
    }

    /** The same, and whether the build stops before the push. */
    public BuildFeatures withPause(boolean wanted) {
        return copy(copy -> copy.pausing = wanted);
    }

    /**
     * The same, and whether a software bill of materials is attached.
     *
     * @param wanted {@code false} or empty, {@code true}, or the image of a scanner
     * @throws IllegalArgumentException naming the value and the remedy
     */
    public BuildFeatures withSbom(String wanted) {
        return copy(copy -> copy.billOfMaterials = wanted);
    }

    /** The same with a cache in a registry. */
    public BuildFeatures withCache(BuildCache used) {
        return copy(copy -> copy.usedCache = used);
    }

    /** The same with images among the contexts of which some are in registries that are reached by plain HTTP. */
    public BuildFeatures withInsecureRegistries(Set<String> registries) {
        return copy(copy -> copy.plainRegistries = registries);
    }

    /** Whether provenance is asked for. */
    public boolean asksForProvenance() {
        return !List.of("", "false").contains(provenance);
    }

    /** Whether a software bill of materials is asked for. */
    public boolean asksForSbom() {
        return !sbom.isEmpty();
    }

    /** Whether a build context is a directory, and not what the build tool fetches by itself. */
    public static boolean isDirectory(String context) {
        return !BuildRequest.isRemote(context)
                && !context.startsWith("docker-image://")
                && !context.startsWith("container-image://")
                && !context.startsWith("oci-layout://");
    }
}
