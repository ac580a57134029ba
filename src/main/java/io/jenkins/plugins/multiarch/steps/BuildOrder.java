package io.jenkins.plugins.multiarch.steps;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.EnvVars;
import hudson.Util;
import hudson.model.Run;
import io.jenkins.plugins.multiarch.agents.AgentPlanner;
import io.jenkins.plugins.multiarch.agents.JobAccess;
import io.jenkins.plugins.multiarch.agents.OccupiedAgent;
import io.jenkins.plugins.multiarch.config.EffectiveConfiguration;
import io.jenkins.plugins.multiarch.config.PublishingPolicy;
import io.jenkins.plugins.multiarch.credentials.BuildSecrets;
import io.jenkins.plugins.multiarch.credentials.RegistryCredentials;
import io.jenkins.plugins.multiarch.credentials.SecretMask;
import io.jenkins.plugins.multiarch.engine.access.RegistryCredential;
import io.jenkins.plugins.multiarch.engine.agent.AgentLabels;
import io.jenkins.plugins.multiarch.engine.agent.BuildTool;
import io.jenkins.plugins.multiarch.engine.build.BuildCache;
import io.jenkins.plugins.multiarch.engine.build.BuildCredentials;
import io.jenkins.plugins.multiarch.engine.build.BuildFeatures;
import io.jenkins.plugins.multiarch.engine.build.BuildRequest;
import io.jenkins.plugins.multiarch.engine.build.ImageArchive;
import io.jenkins.plugins.multiarch.engine.context.DockerfilePath;
import io.jenkins.plugins.multiarch.engine.plan.Emulation;
import io.jenkins.plugins.multiarch.engine.plan.Plan;
import io.jenkins.plugins.multiarch.engine.plan.PlannedPlatform;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.tags.SourceRef;
import io.jenkins.plugins.multiarch.engine.tags.TagRule;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jenkinsci.plugins.workflow.steps.StepDescriptor;

/**
 * What one {@code multiArchBuild} was asked for, checked. The steps of its dispatch script find it in their context;
 * outside of one there is none.
 *
 * <p>Kept in the program of a running build, so its fields are plain text and flags that survive restarts and upgrades.
 */
public final class BuildOrder implements Serializable {

    private static final long serialVersionUID = 1L;

    /** Where the build context comes from. */
    public enum Source {
        /** The workspace of the surrounding node; shipped to the agents. */
        WORKSPACE,
        /** A checkout on each agent. */
        SCM;

        static Optional<Source> parse(String text) {
            if (text == null) {
                return Optional.empty();
            }
            for (Source source : values()) {
                if (source.toString().equals(text)) {
                    return Optional.of(source);
                }
            }
            throw new IllegalArgumentException("Unknown source '" + text + "'. Choose workspace or scm.");
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final String id = UUID.randomUUID().toString().substring(0, 8);
    private final String image;
    private final ArrayList<String> platforms;
    private final String context;
    private final String dockerfile;
    private final String source;
    private final String target;
    private final LinkedHashMap<String, String> buildArgs;
    private final LinkedHashMap<String, String> labels;
    private final boolean noCache;
    private final boolean pull;
    private final String test;
    private final boolean testBlock;
    private final boolean push;
    private final String builder;
    private final String emulation;
    private final String container;
    private final int nativeWait;
    private final String credentialsId;
    private final boolean failFast;

    /** Null in orders that an older version has saved, whose builds have a mask of their own. */
    private final SecretMask mask = new SecretMask(StandardCharsets.UTF_8.name());

    /** 0 in orders that an older version has saved, which knew no retries. */
    private final int retries;

    // Null in orders that an older version has saved.
    private final LinkedHashMap<String, String> secrets;
    private final String sshCredentialsId;
    private final LinkedHashMap<String, String> logins;
    private final String cache;
    private final ArrayList<String> cacheBranches;
    private final ArrayList<String> cacheFrom;
    private final ArrayList<String> cacheTo;
    private final LinkedHashMap<String, String> buildContexts;
    private final String provenance;
    private final boolean sbom;

    /** The image of the scanner; null for that of BuildKit, and in orders that an older version has saved. */
    private final String sbomScanner;

    private final ArrayList<String> options;
    private final String exportTo;
    private final boolean publish;
    private final ArrayList<String> tags;
    private final LinkedHashMap<String, String> annotations;
    private final ArrayList<String> tagsFrom;
    private final String sign;
    private final boolean provenanceOfJenkins;

    // Null, or false, outside of a multiArchBake.
    private final String bakeTarget;
    private final LinkedHashMap<String, LinkedHashMap<String, String>> bases;
    private final boolean handsOver;

    private BuildOrder(
            MultiArchBuildStep step,
            EffectiveConfiguration configuration,
            Map<String, String> surrounding,
            BuildCache cache,
            ImageReference image,
            List<Platform> platforms) {
        this.image = image.toString();
        this.platforms =
                new ArrayList<>(platforms.stream().map(Platform::toString).toList());
        this.context = step.getContext();
        this.dockerfile = step.getDockerfile();
        this.source = step.getSource();
        this.target = Util.fixNull(step.getTarget());
        this.buildArgs = new LinkedHashMap<>(step.getBuildArgs());
        this.labels = new LinkedHashMap<>(step.getLabels());
        this.noCache = step.isNoCache();
        this.pull = step.isPull();
        this.test = Util.fixNull(step.getTest());
        this.testBlock = step.testBlock() != null;
        this.push = step.isPush();
        this.builder = step.getBuilder() == null ? configuration.builder() : step.getBuilder();
        this.emulation = step.getEmulation() == null ? configuration.emulation() : step.getEmulation();
        this.container = step.getContainer();
        this.nativeWait = step.getNativeWait() == null ? configuration.nativeWait() : step.getNativeWait();
        String given = step.getCredentialsId() == null ? surrounding.get(image.registry()) : step.getCredentialsId();
        this.credentialsId =
                configuration.credentialsId(given, image.registry()).orElse(null);
        this.failFast = step.isFailFast();
        this.retries = step.getAgentRetries();
        this.secrets = new LinkedHashMap<>(step.getSecrets());
        this.sshCredentialsId = step.getSshCredentialsId();
        this.logins = new LinkedHashMap<>(configuration.baseImageLogins());
        step.getLogins().forEach(login -> {
            login.requireComplete();
            this.logins.put(ImageReference.requireRegistry(login.getRegistry()), login.getCredentialsId());
        });
        this.cache = cache.repository();
        this.cacheBranches = new ArrayList<>(cache.branches());
        // What a build that pushes nothing runs may be anybody's: it gets no credential without being told so.
        cache.registry().filter(registry -> step.isPush()).ifPresent(registry -> {
            String ofImage = registry.equals(image.registry()) ? credentialsId : surrounding.get(registry);
            String id =
                    ofImage == null ? configuration.entryCredentialsId(registry).orElse(null) : ofImage;
            if (id != null) {
                this.logins.putIfAbsent(registry, id);
            }
        });
        this.cacheFrom = new ArrayList<>(step.getCacheFrom());
        this.cacheTo = new ArrayList<>(step.getCacheTo());
        this.buildContexts = new LinkedHashMap<>(step.getBuildContexts());
        this.provenanceOfJenkins = IndexSignature.JENKINS.equals(step.getProvenance());
        this.provenance = provenanceOfJenkins ? "" : Util.fixNull(step.getProvenance());
        this.sbom = step.isSbom();
        this.sbomScanner = step.sbomScanner();
        this.options = new ArrayList<>(step.getOptions());
        this.exportTo = step.getExportTo();
        this.publish = step.isPublish();
        this.tags = new ArrayList<>(step.getTags());
        this.annotations = new LinkedHashMap<>(step.getAnnotations());
        this.tagsFrom = new ArrayList<>(step.getTagsFrom());
        this.sign = step.getSign();
        BakedTarget baked = step.baked();
        this.bakeTarget = baked == null ? null : baked.name();
        this.handsOver = baked != null && baked.handsOver();
        this.bases = baked == null ? null : new LinkedHashMap<>();
        if (baked != null) {
            baked.bases().forEach((name, references) -> bases.put(name, new LinkedHashMap<>(references)));
        }
    }

    /**
     * Checks every parameter that can be checked without an agent.
     *
     * @param configuration says what the step leaves open
     * @param logins as {@link SurroundingLogins} tells them
     * @param environment tells what the build is of
     * @throws IllegalArgumentException naming the parameter's value and the remedy
     */
    static BuildOrder of(
            MultiArchBuildStep step,
            EffectiveConfiguration configuration,
            Map<String, String> logins,
            EnvVars environment) {
        if (step.getImage() == null) {
            throw new IllegalArgumentException(
                    "multiArchBuild needs an image. Write for example image: 'registry.example.com/team/app:1.0'.");
        }
        ImageReference image =
                TagsFromSource.of(step.getTagsFrom(), SourceRef.of(environment)).image(step.getImage(), configuration);
        if (!image.digest().isEmpty()) {
            throw new IllegalArgumentException(
                    "'" + step.getImage() + "' has a digest. Use a tag: the image is not built yet.");
        }
        List<String> requested = step.getPlatforms().isEmpty() ? configuration.platforms() : step.getPlatforms();
        BuildOrder order = new BuildOrder(
                step,
                configuration,
                logins,
                step.getCache() == null
                        ? BuildCache.NONE
                        : BuildCache.of(configuration.image(step.getCache()), CacheBranches.of(environment)),
                image,
                requested.stream().map(Platform::parse).distinct().toList());
        BuildTool.parse(order.builder);
        Emulation.parse(order.emulation);
        if (order.nativeWait < 0) {
            throw new IllegalArgumentException(
                    "nativeWait is " + order.nativeWait + ". Give a number of minutes, or 0 for no wait.");
        }
        if (order.retries < 0) {
            throw new IllegalArgumentException("agentRetries is " + order.retries
                    + ". Give the number of times that a platform may be started again, or 0 for none.");
        }
        Optional<Source> source = Source.parse(order.source);
        if (order.isMade() && order.hasRemoteContext()) {
            throw new IllegalArgumentException("The builder jib cannot fetch the context '" + order.context
                    + "'. Check it out and name its directory, or choose another builder.");
        }
        if (!order.hasRemoteContext()) {
            requireInside("context", order.context);
        } else if (source.isPresent()) {
            throw new IllegalArgumentException("The context '" + order.context
                    + "' is remote: the build tool fetches it itself. Leave 'source' out.");
        }
        if (order.exportTo != null) {
            requireInside("exportTo", order.exportTo);
        }
        BakedTarget baked = step.baked();
        if (baked == null || baked.dockerfile() == null) {
            // Outside the context it may be, as with docker.
            requireInside("dockerfile", order.dockerfile, order.hasRemoteContext() ? "" : order.context);
        } else if (order.hasRemoteContext()) {
            throw new IllegalArgumentException("The Dockerfile is in the bake file, but the context '" + order.context
                    + "' is remote, so nothing is shipped. Write the Dockerfile into the context.");
        }
        if (order.container != null && StepDescriptor.byFunctionName("container") == null) {
            throw new IllegalArgumentException("The container '" + order.container
                    + "' is one of a pod, but the Kubernetes plugin, which makes pods, is not installed. Leave 'container'"
                    + " out.");
        }
        if (order.hasRemoteContext() && !order.directories().isEmpty()) {
            throw new IllegalArgumentException(
                    "The build contexts " + order.directories().keySet()
                            + " are directories of the workspace, but the context '" + order.context
                            + "' is remote, so nothing is shipped. Give them as URLs too.");
        }
        order.directories().forEach((name, directory) -> requireInside("build context " + name, directory));
        if (!order.publish && !(order.tags.isEmpty() && order.tagsFrom.isEmpty() && order.annotations.isEmpty())) {
            throw new IllegalArgumentException(
                    "tags, tagsFrom and annotations are those of the index. Set publish: true, or give them to pushManifestList.");
        }
        if (!order.publish && (order.sign != null || order.provenanceOfJenkins)) {
            throw new IllegalArgumentException(
                    "sign, and provenance: 'jenkins', are about the index. Set publish: true, or"
                            + " give them to pushManifestList.");
        }
        order.platforms().forEach(platform -> order.request(platform, false, order.features()));
        return order;
    }

    private static void requireInside(String parameter, String path) {
        requireInside(parameter, path, "");
    }

    /** @param directory what the path is relative to, itself relative to the workspace */
    private static void requireInside(String parameter, String path, String directory) {
        // An agent with Windows takes either for a separator.
        Path given = Path.of(path.replace('\\', '/'));
        if (given.getRoot() != null
                || Path.of(directory).resolve(given).normalize().startsWith("..")) {
            throw new IllegalArgumentException("The " + parameter + " '" + path
                    + "' lies outside the workspace. Name a path inside it, relative to the "
                    + (directory.isEmpty() ? "current directory." : "context."));
        }
    }

    /** Tells apart the orders of one build; part of file and stash names. */
    public String id() {
        return id;
    }

    public ImageReference image() {
        return ImageReference.parse(image);
    }

    public List<Platform> platforms() {
        return platforms.stream().map(Platform::parse).toList();
    }

    /** Directory of the build context relative to the workspace, or its URL. */
    public String context() {
        return context;
    }

    public boolean hasRemoteContext() {
        return BuildRequest.isRemote(context);
    }

    public String dockerfile() {
        return dockerfile;
    }

    /** @param insideNode whether the step has a workspace */
    public Source source(boolean insideNode) {
        return Source.parse(source).orElse(insideNode ? Source.WORKSPACE : Source.SCM);
    }

    /**
     * Whether each platform is checked out where it is built.
     *
     * @param insideNode whether the step has a workspace
     */
    public boolean checksOut(boolean insideNode) {
        return source(insideNode) == Source.SCM && !hasRemoteContext();
    }

    /**
     * Fails if the step stands outside of any node and needs a workspace.
     *
     * @param insideNode whether the step has a workspace
     * @throws IllegalArgumentException naming the parameter that needs it
     */
    void requireWorkspace(boolean insideNode) {
        if (!insideNode && source(false) == Source.WORKSPACE && !hasRemoteContext()) {
            throw new IllegalArgumentException(
                    "source 'workspace' needs a workspace, but multiArchBuild stands outside of any"
                            + " node. Put it inside an agent or node block, or set source: 'scm'.");
        }
        if (!insideNode && exportTo != null) {
            throw new IllegalArgumentException("exportTo '" + exportTo + "' is a directory of a workspace, but"
                    + " multiArchBuild stands outside of any node. Put it inside an agent or node block.");
        }
    }

    /** The Dockerfile's path, relative to the root of the checkout and with slashes. */
    public String dockerfileInCheckout() {
        return Path.of(context.replace('\\', '/'))
                .resolve(dockerfile.replace('\\', '/'))
                .normalize()
                .toString()
                .replace('\\', '/');
    }

    /** Whether the image of each platform is tested before it is pushed. */
    public boolean hasTest() {
        return testBlock || !test.isBlank();
    }

    /** Whether steps of the Pipeline test it. */
    public boolean hasTestBlock() {
        return testBlock;
    }

    public boolean push() {
        return push;
    }

    public Optional<BuildTool> builder() {
        return BuildTool.parse(builder);
    }

    public Emulation emulation() {
        return Emulation.parse(emulation);
    }

    /** The container of an agent's pod in which its tool runs; null for the one that the agent is in. */
    @CheckForNull
    String container() {
        return container;
    }

    /** How long to wait for a native agent that is offline before emulating its platform, in minutes. */
    public int nativeWait() {
        return nativeWait;
    }

    /**
     * Plans some of its platforms by the state of the moment.
     *
     * @param run whose agents are looked for
     * @param occupied the node of which the build holds an executor
     */
    public Plan plan(Run<?, ?> run, Collection<Platform> wanted, OccupiedAgent occupied) {
        return needsNoTool()
                ? withoutMachines(wanted, occupied)
                : planner(run, occupied).plan(wanted, emulation());
    }

    /** The same by what the last probes have found, which takes no time. */
    Plan planFromRecords(Run<?, ?> run, Collection<Platform> wanted, OccupiedAgent occupied) {
        return needsNoTool()
                ? withoutMachines(wanted, occupied)
                : planner(run, occupied).planFromRecords(wanted, emulation());
    }

    /** Whether every image is to be made without a build tool. */
    public boolean isMade() {
        return builder().equals(Optional.of(BuildTool.JIB));
    }

    /** Whether no agent needs a build tool: an image that is made without one needs it to be tested. */
    public boolean needsNoTool() {
        return isMade() && !hasTest();
    }

    private static Plan withoutMachines(Collection<Platform> wanted, OccupiedAgent occupied) {
        boolean inPlace = occupied.node() != null && occupied.inPlace();
        return new Plan(wanted.stream()
                .map(platform -> PlannedPlatform.withoutMachine(platform, inPlace))
                .toList());
    }

    private AgentPlanner planner(Run<?, ?> run, OccupiedAgent occupied) {
        String tool = isMade()
                ? AgentLabels.BUILDER
                : builder().map(AgentLabels::toolLabel).orElse(AgentLabels.BUILDER);
        return new AgentPlanner(
                EffectiveConfiguration.of(run).labelRules(tool), occupied, JobAccess.of(run.getParent()));
    }

    /** Empty where none is given or where nothing is pushed and so none is needed. */
    public Optional<String> credentialsId() {
        return Optional.ofNullable(credentialsId);
    }

    /** Masks what is looked up for this order. */
    SecretMask mask() {
        return mask;
    }

    /**
     * Looks up the credential for the registry of the image, as it is now: some make another password for each use. It is
     * masked from now on.
     *
     * @return empty where none is needed or given
     * @throws IllegalArgumentException if the run can see no such credential
     */
    Optional<RegistryCredential> credential(Run<?, ?> run) {
        Optional<RegistryCredential> found =
                push ? RegistryCredentials.find(run, credentialsId(), image().registry()) : Optional.empty();
        if (found.isPresent() && mask != null) {
            mask.add(found.get());
        }
        return found;
    }

    /**
     * Looks up all that the build must not print, as it is now, and masks it from now on.
     *
     * @throws IllegalArgumentException if the run can see no such credential
     */
    public BuildCredentials credentials(Run<?, ?> run) {
        Map<String, RegistryCredential> registries = new LinkedHashMap<>();
        logins().forEach((registry, id) -> RegistryCredentials.find(run, Optional.of(id), registry)
                .ifPresent(found -> {
                    mask.add(found);
                    registries.put(registry, found);
                }));
        // Last, because it wins over a login for the same registry.
        credential(run).ifPresent(found -> registries.put(image().registry(), found));
        Map<String, byte[]> values = new LinkedHashMap<>();
        orEmpty(secrets).forEach((name, id) -> {
            byte[] value = BuildSecrets.secret(run, id);
            mask.add(value);
            values.put(name, value);
        });
        byte[] sshKey = new byte[0];
        if (sshCredentialsId != null) {
            sshKey = BuildSecrets.sshKey(run, sshCredentialsId);
            mask.add(sshKey);
        }
        return new BuildCredentials(registries, values, sshKey);
    }

    /** The registries besides that of the image, each with the id of its credential. */
    Map<String, String> logins() {
        return orEmpty(logins);
    }

    private static Map<String, String> orEmpty(@CheckForNull Map<String, String> saved) {
        return saved == null ? Map.of() : saved;
    }

    /** What the build has besides the Dockerfile, without the files of the secrets. */
    public BuildFeatures features() {
        if (options == null) {
            return BuildFeatures.NONE;
        }
        Map<String, String> ids = new LinkedHashMap<>();
        secrets.keySet().forEach(name -> ids.put(name, ""));
        BuildFeatures plain = new BuildFeatures(ids, "", cacheFrom, cacheTo, buildContexts, provenance, sbom, options);
        return (sbomScanner == null ? plain : plain.withSbom(sbomScanner))
                .withCache(cache == null ? BuildCache.NONE : new BuildCache(cache, cacheBranches))
                .withExport(exportTo != null)
                .withArchive(handsOver)
                .withPause(testBlock);
    }

    /** The directory of the workspace that gets the files of the images; null for none. */
    @CheckForNull
    public String exportTo() {
        return exportTo;
    }

    /** The further build contexts that are directories of the workspace, by their names. */
    public Map<String, String> directories() {
        Map<String, String> directories = new LinkedHashMap<>();
        features().contexts().forEach((name, place) -> {
            if (BuildFeatures.isDirectory(place)) {
                directories.put(name, place);
            }
        });
        return directories;
    }

    public Map<String, String> buildArgs() {
        return buildArgs;
    }

    /** What was asked for: the parameters that differ from their defaults, by name, and of secrets the ids alone. */
    public Map<String, List<String>> parameters() {
        return new GivenParameters()
                .add("image", image, "")
                .add("platforms", platforms)
                .add("source", source, "")
                .add("context", context, ".")
                .add("dockerfile", dockerfile, "Dockerfile")
                .add("target", target, "")
                .add("buildArgs", buildArgs)
                .add("labels", labels)
                .add("buildContexts", buildContexts)
                .add("secrets", orEmpty(secrets).keySet())
                .add("ssh", sshCredentialsId != null, false)
                .add("cache", cache, "")
                .add("cacheFrom", cacheFrom)
                .add("cacheTo", cacheTo)
                .add("noCache", noCache, false)
                .add("pull", pull, false)
                .add("logins", logins().keySet())
                .add("provenance", provenanceOfJenkins ? IndexSignature.JENKINS : provenance, "")
                .add("sbom", sbomScanner == null ? String.valueOf(sbom) : sbomScanner, "false")
                .add("options", options)
                .add("test", testBlock ? "a block of steps" : test, "")
                .add("push", push, true)
                .add("exportTo", exportTo, "")
                .add("builder", builder, "auto")
                .add("emulation", emulation, Emulation.FALLBACK.toString())
                .add("container", container, "")
                .add("publish", publish, false)
                .add("tags", tags)
                .add("tagsFrom", tagsFrom)
                .add("annotations", annotations)
                .values();
    }

    /** The arguments of {@code pushManifestList}; empty if the index is not published with the platform images. */
    public Map<String, Object> publication() {
        Map<String, Object> arguments = new LinkedHashMap<>();
        if (publish && push) {
            arguments.put("image", image);
            arguments.put("tags", tags);
            if (tagsFrom != null) {
                arguments.put("tagsFrom", tagsFrom);
            }
            arguments.put("annotations", annotations);
            if (credentialsId != null) {
                arguments.put("credentialsId", credentialsId);
            }
            if (sign != null) {
                arguments.put("sign", sign);
            }
            if (signedProvenance() != null) {
                arguments.put("provenance", signedProvenance());
            }
        }
        return arguments;
    }

    /**
     * Fails if what is to be published may not be, by the rules of Jenkins and its folders, or cannot be signed.
     *
     * @param environment says what tags follow from
     * @throws IllegalArgumentException the message names the rule or the key, and the remedy
     */
    public void requireAllowed(Run<?, ?> run, EnvVars environment) {
        boolean signed =
                publish && IndexSignature.of(run, sign, signedProvenance()).isPresent();
        if (!push) {
            return;
        }
        PublishingPolicy policy = PublishingPolicy.of(run);
        List<String> published = new ArrayList<>(tags == null ? List.of() : tags);
        if (tagsFrom != null) {
            TagsFromSource follow = TagsFromSource.of(tagsFrom, SourceRef.of(environment));
            published.addAll(TagRule.tags(follow.rules(), follow.ref()));
        }
        policy.requireTags(image(), published);
        if (publish) {
            policy.requireSignature(image(), signed);
        }
    }

    /** As {@code pushManifestList} is told; null for what is configured. Whoever wants none of the tool wants none at all. */
    @CheckForNull
    private String signedProvenance() {
        return provenanceOfJenkins ? IndexSignature.JENKINS : "false".equals(provenance) ? "false" : null;
    }

    public boolean failFast() {
        return failFast;
    }

    /** How often a platform is started again whose agent is lost. */
    public int retries() {
        return retries;
    }

    /** Name of the stash that carries the build context. */
    public String stash() {
        return "multiarch-context-" + id;
    }

    /** Name of the stash that carries the files of a platform image. */
    public String exportStash(Platform platform) {
        return "multiarch-export-" + id + "-" + platform.tagSuffix();
    }

    /** Name of the folders that a platform's branch has on its agent. */
    public String folder(Platform platform) {
        return "multiarch-" + id + "-" + platform.tagSuffix();
    }

    /** Whether the Dockerfile is in the workspace but not in the build context, and so is shipped beside it. */
    public boolean hasDockerfileOutside() {
        return new DockerfilePath(dockerfile).isOutside();
    }

    /** The target of a {@code multiArchBake} that it is for; empty if it is for none. */
    public String bakeTarget() {
        return Util.fixNull(bakeTarget);
    }

    /** Whether its images are kept as archives, for targets that are built on it. */
    public boolean handsOver() {
        return handsOver;
    }

    /** Whether it is built on images that come as archives. */
    public boolean isOnArchives() {
        return bases != null
                && bases.values().stream()
                        .flatMap(references -> references.values().stream())
                        .anyMatch(ImageArchive::isOne);
    }

    /** What the branch of a platform is called. */
    public String branch(Platform platform) {
        return bakeTarget == null ? platform.toString() : bakeTarget + " \u00b7 " + platform;
    }

    /** The same with the images of other targets that this platform builds on. */
    private BuildFeatures withBases(Platform platform, BuildFeatures placed) {
        if (bases == null || bases.isEmpty()) {
            return placed;
        }
        Map<String, String> contexts = new LinkedHashMap<>(placed.contexts());
        bases.forEach((name, references) -> contexts.put(name, references.get(platform.toString())));
        return placed.withContexts(contexts);
    }

    /** @param placed the features with the places that the further build contexts have on the agent */
    public BuildRequest request(Platform platform, boolean insecure, BuildFeatures placed) {
        return new BuildRequest(
                image(),
                platform,
                context,
                dockerfile,
                target,
                buildArgs,
                labels,
                noCache,
                pull,
                test,
                push,
                insecure,
                withBases(platform, placed));
    }
}
