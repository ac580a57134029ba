package io.jenkins.plugins.multiarch.steps;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.PluginWrapper;
import hudson.model.ParameterValue;
import hudson.model.ParametersAction;
import hudson.model.Run;
import io.jenkins.plugins.multiarch.checkout.RecordedCheckout;
import io.jenkins.plugins.multiarch.config.EffectiveConfiguration;
import io.jenkins.plugins.multiarch.config.Publishing;
import io.jenkins.plugins.multiarch.credentials.SignatureKeys;
import io.jenkins.plugins.multiarch.engine.index.ImagePart;
import io.jenkins.plugins.multiarch.engine.index.PublishedIndex;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.provenance.AgentClaims;
import io.jenkins.plugins.multiarch.engine.provenance.BuildFacts;
import io.jenkins.plugins.multiarch.engine.provenance.BuildMode;
import io.jenkins.plugins.multiarch.engine.provenance.PlatformBuild;
import io.jenkins.plugins.multiarch.engine.provenance.Provenance;
import io.jenkins.plugins.multiarch.engine.provenance.ResolvedBaseImage;
import io.jenkins.plugins.multiarch.engine.provenance.SourceCode;
import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import io.jenkins.plugins.multiarch.engine.signature.Signer;
import io.jenkins.plugins.multiarch.engine.signature.SigningKey;
import io.jenkins.plugins.multiarch.report.MultiArchBuildAction;
import io.jenkins.plugins.multiarch.report.PlatformImage;
import io.jenkins.plugins.multiarch.report.RecordedRequest;
import io.jenkins.plugins.multiarch.report.RecordedSignature;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import jenkins.model.Jenkins;

/**
 * Signs an index, its platform images and, if that is wanted, provenance of them that is made of the controller's own
 * records.
 *
 * @param key signs; it never leaves the controller
 * @param provenance whether provenance is wanted
 */
record IndexSignature(SigningKey key, boolean provenance) {

    /** What the parameter {@code provenance} says for provenance that Jenkins makes. */
    static final String JENKINS = "jenkins";

    /** What the parameter {@code sign} says for no signature, whatever the configuration says. */
    static final String NONE = "none";

    /**
     * Reads the key, before anything is published.
     *
     * @param given the credential that the step names; null for what is configured, {@value #NONE} if nothing is to be signed
     * @param provenance what the step says; null for what is configured
     * @throws IllegalArgumentException if something is missing, or the credential has no such key
     */
    static Optional<IndexSignature> of(Run<?, ?> run, @CheckForNull String given, @CheckForNull String provenance) {
        Publishing publishing = EffectiveConfiguration.of(run).publishing();
        String configured = given == null ? publishing.sign() : given;
        String credentialsId = NONE.equals(configured) ? null : configured;
        boolean usual = provenance == null && publishing.provenance() && credentialsId != null;
        boolean wanted = usual || JENKINS.equals(provenance);
        if (!wanted && provenance != null && !provenance.equals("false")) {
            throw new IllegalArgumentException("Unknown provenance '" + provenance
                    + "'. Choose jenkins or false; what a build tool attests is chosen in multiArchBuild.");
        }
        if (credentialsId == null) {
            if (wanted) {
                throw new IllegalArgumentException(
                        "provenance: 'jenkins' is worth nothing without a signature. Name the"
                                + " credential with the key as 'sign'.");
            }
            return Optional.empty();
        }
        if (wanted && Jenkins.get().getRootUrl() == null) {
            throw new IllegalArgumentException(
                    "Provenance names its builder by the URL of Jenkins, which is not set. Set"
                            + " it under Manage Jenkins » System.");
        }
        return Optional.of(new IndexSignature(SignatureKeys.signing(run, credentialsId), wanted));
    }

    /**
     * Signs all by digest: a tag may point elsewhere by now.
     *
     * @param built what was built for the index, as the controller has recorded it
     */
    void write(Registry registry, PublishedIndex index, List<PlatformImage> built, Run<?, ?> run, Consumer<String> log)
            throws IOException {
        ImageReference itself = index.image().withDigest(index.digest());
        List<ImagePart> parts = ImagePart.of(itself, index.manifest(), true);
        Set<String> digests = parts.stream().map(part -> part.image().digest()).collect(Collectors.toSet());
        // Of what was built elsewhere nothing is known here.
        List<PlatformImage> known = built.stream()
                .filter(image ->
                        digests.contains(image.getDigest()) && !image.getTool().isEmpty())
                .toList();
        BuildFacts facts = provenance ? facts(run, index, known) : null;
        Signer signer = new Signer(registry.withinTimeLimit(), key, log);
        for (ImagePart part : parts) {
            signer.sign(part.image());
            boolean ours = part.image().equals(itself)
                    || known.stream()
                            .anyMatch(image ->
                                    image.getDigest().equals(part.image().digest()));
            if (facts != null && ours) {
                signer.attest(part.image(), Provenance.of(facts, part.image()));
            }
        }
    }

    /** What the record of the run says of it. */
    RecordedSignature recorded() {
        return new RecordedSignature(key.verificationKey(), provenance);
    }

    private static BuildFacts facts(Run<?, ?> run, PublishedIndex index, List<PlatformImage> built) {
        Instant started = Instant.ofEpochMilli(run.getStartTimeInMillis());
        List<PlatformBuild> platforms = new ArrayList<>();
        for (PlatformImage image : built) {
            Instant finished =
                    image.getFinishedMillis() == 0 ? started : Instant.ofEpochMilli(image.getFinishedMillis());
            platforms.add(new PlatformBuild(
                    Platform.parse(image.getPlatform()),
                    Digest.parse(image.getDigest()),
                    mode(image),
                    image.getNode(),
                    image.getFinishedMillis() == 0 ? started : finished.minusMillis(image.getDurationMillis()),
                    finished,
                    claims(image)));
        }
        Instant finished = platforms.stream()
                .map(PlatformBuild::finishedOn)
                .max(Instant::compareTo)
                .orElse(started);
        return new BuildFacts(
                Jenkins.get().getRootUrl(),
                version(),
                run.getParent().getFullName(),
                run.getNumber(),
                source(run, built),
                parameters(run, index),
                platforms,
                started,
                finished);
    }

    private static AgentClaims claims(PlatformImage image) {
        return new AgentClaims(
                image.getTool(),
                image.getToolVersion(),
                image.getBaseImages().stream().map(ResolvedBaseImage::parse).toList());
    }

    private static BuildMode mode(PlatformImage image) {
        if (image.isMadeWithoutMachine()) {
            return BuildMode.WITHOUT_MACHINE;
        }
        return image.isEmulated() ? BuildMode.EMULATED : BuildMode.NATIVE;
    }

    private static String version() {
        PluginWrapper plugin = Jenkins.get().pluginManager.whichPlugin(IndexSignature.class);
        return plugin == null ? "" : plugin.getVersion();
    }

    /**
     * The commit that the controller has pinned for all platforms. Where a workspace was built, only the Pipeline knows what is in
     * it, but the run has a record of what it has checked out. Null if there is neither.
     */
    @CheckForNull
    private static SourceCode source(Run<?, ?> run, List<PlatformImage> built) {
        Set<List<String>> commits = built.stream()
                .map(image -> List.of(image.getSource(), image.getRevision()))
                .collect(Collectors.toSet());
        if (commits.equals(Set.of(List.of("", "")))) {
            return RecordedCheckout.only(run).orElse(null);
        }
        if (commits.size() != 1 || commits.iterator().next().contains("")) {
            return null;
        }
        List<String> commit = commits.iterator().next();
        return new SourceCode(commit.get(0), "", commit.get(1));
    }

    /** What was asked for, and the parameters of the run but for its secrets. */
    private static Map<String, String> parameters(Run<?, ?> run, PublishedIndex index) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("image", index.image().toString());
        parameters.put("tags", String.join(",", index.tags()));
        request(run, index)
                .ifPresent(request -> request.getParameters()
                        .forEach((name, values) -> parameters.putIfAbsent(name, String.join("\n", values))));
        ParametersAction action = run.getAction(ParametersAction.class);
        for (ParameterValue value : action == null ? List.<ParameterValue>of() : action.getAllParameters()) {
            Object given = value.isSensitive() ? null : value.getValue();
            if (given != null) {
                parameters.put("parameter." + value.getName(), given.toString());
            }
        }
        return parameters;
    }

    /** What was asked for under one of the tags, or else in the repository at all. */
    private static Optional<RecordedRequest> request(Run<?, ?> run, PublishedIndex index) {
        MultiArchBuildAction action = run.getAction(MultiArchBuildAction.class);
        List<RecordedRequest> ofRepository = new ArrayList<>();
        for (RecordedRequest request : action == null ? List.<RecordedRequest>of() : action.getRequests()) {
            ImageReference image = ImageReference.parse(request.getImage());
            if (image.name().equals(index.image().name())) {
                // The latest that fits comes first.
                ofRepository.add(index.tags().contains(image.tag()) ? 0 : ofRepository.size(), request);
            }
        }
        return ofRepository.stream().findFirst();
    }
}
