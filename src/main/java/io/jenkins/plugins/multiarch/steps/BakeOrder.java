package io.jenkins.plugins.multiarch.steps;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.EnvVars;
import hudson.model.Run;
import io.jenkins.plugins.multiarch.config.EffectiveConfiguration;
import io.jenkins.plugins.multiarch.config.PublishingPolicy;
import io.jenkins.plugins.multiarch.engine.agent.BuildTool;
import io.jenkins.plugins.multiarch.engine.bake.BakeFile;
import io.jenkins.plugins.multiarch.engine.bake.BakePlan;
import io.jenkins.plugins.multiarch.engine.bake.BakePrint;
import io.jenkins.plugins.multiarch.engine.bake.PublishMode;
import io.jenkins.plugins.multiarch.engine.build.ImageArchive;
import io.jenkins.plugins.multiarch.engine.plan.Emulation;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.Digest;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * What one {@code multiArchBake} was asked for, checked. The steps of its script find it in their context; outside of one
 * there is none.
 *
 * <p>Kept in the program of a running build, so its fields are plain text and flags that survive restarts and upgrades.
 */
public final class BakeOrder implements Serializable {

    private static final long serialVersionUID = 1L;

    private final String id = UUID.randomUUID().toString().substring(0, 8);
    private final ArrayList<String> files = new ArrayList<>();
    private final ArrayList<String> targets;
    private final LinkedHashMap<String, String> variables;
    private final ArrayList<String> set;
    private final ArrayList<String> platforms;
    private final boolean push;
    private final boolean each;
    private final boolean dryRun;
    private final int maxParallel;
    private final boolean failFast;
    private final int agentRetries;
    private final String builder;
    private final String container;
    private final String emulation;
    private final String credentialsId;
    private final LinkedHashMap<String, String> logins = new LinkedHashMap<>();
    private final LinkedHashMap<String, String> secrets;
    private final String sshCredentialsId;
    private final String cache;

    // Null too in orders that an older version has saved.
    private final String sign;
    private final String provenance;

    private BakeOrder(MultiArchBakeStep step) {
        if (step.getFile() != null) {
            files.add(step.getFile());
        }
        files.addAll(step.getFiles());
        targets = new ArrayList<>(step.getTargets());
        variables = new LinkedHashMap<>(step.getVariables());
        set = new ArrayList<>(step.getSet());
        platforms = new ArrayList<>(step.getPlatforms());
        push = step.isPush();
        each = step.getPublish().equals(PublishMode.EACH.toString());
        dryRun = step.isDryRun();
        maxParallel = step.getMaxParallel();
        failFast = step.isFailFast();
        agentRetries = step.getAgentRetries();
        builder = step.getBuilder();
        container = step.getContainer();
        emulation = step.getEmulation();
        credentialsId = step.getCredentialsId();
        step.getLogins().forEach(login -> {
            login.requireComplete();
            logins.put(login.getRegistry(), login.getCredentialsId());
        });
        secrets = new LinkedHashMap<>(step.getSecrets());
        sshCredentialsId = step.getSshCredentialsId();
        cache = step.getCache();
        sign = step.getSign();
        provenance = step.getProvenance();
    }

    /**
     * Checks every parameter that can be checked without the bake file.
     *
     * @throws IllegalArgumentException naming the parameter's value and the remedy
     */
    static BakeOrder of(MultiArchBakeStep step) {
        PublishMode.parse(step.getPublish());
        if (step.getMaxParallel() < 0) {
            throw new IllegalArgumentException("maxParallel is " + step.getMaxParallel()
                    + ". Give the number of targets that may be built at the same time, or 0 for no limit.");
        }
        step.getPlatforms().forEach(Platform::parse);
        BuildTool.parse(step.getBuilder());
        if (step.getEmulation() != null) {
            Emulation.parse(step.getEmulation());
        }
        BakeOrder order = new BakeOrder(step);
        order.print(); // Checks names and overrides.
        return order;
    }

    /**
     * Fails if what is to be published may not be, by the rules of Jenkins and its folders, or cannot be signed.
     *
     * @param references all tags
     * @throws IllegalArgumentException the message names the rule or the key, and the remedy
     */
    public void requireAllowed(Run<?, ?> run, Collection<ImageReference> references) {
        if (references.isEmpty()) {
            return;
        }
        PublishingPolicy policy = PublishingPolicy.of(run);
        boolean signed = IndexSignature.of(run, sign, provenance).isPresent();
        for (ImageReference reference : references) {
            policy.requireTags(reference, List.of());
            policy.requireSignature(reference, signed);
        }
    }

    /** The credential with the key that signs what is published; null for what is configured. */
    @CheckForNull
    String sign() {
        return sign;
    }

    /** Which provenance goes with signatures; null for what is configured. */
    @CheckForNull
    String provenance() {
        return provenance;
    }

    /** Tells apart the orders of one build; part of file names. */
    public String id() {
        return id;
    }

    /** How buildx is asked for what the bake file describes. */
    public BakePrint print() {
        return new BakePrint(files, targets, set, sshCredentialsId != null);
    }

    /** Variables of the author first, then those of the Pipeline. */
    public EnvVars environment(EnvVars surrounding) {
        EnvVars environment = new EnvVars(surrounding);
        environment.putAll(variables);
        return environment;
    }

    /**
     * Plans what is wanted.
     *
     * @throws IllegalArgumentException naming what cannot be, and the remedy
     */
    public BakePlan plan(BakeFile file, EffectiveConfiguration configuration) {
        List<String> given = platforms.isEmpty() ? configuration.platforms() : platforms;
        BakePlan plan = BakePlan.of(
                file,
                targets,
                given.stream()
                        .map(platform -> Platform.parse(platform).toString())
                        .distinct()
                        .toList(),
                configuration::image);
        if (push) {
            plan.requireTags();
        }
        return plan;
    }

    public boolean push() {
        return push;
    }

    /** The image of a target as the controller keeps it, under a name of its stash. Only where nothing is pushed. */
    public ImageArchive archive(String target, Platform platform) {
        String name = Digest.ofSha256(target.getBytes(StandardCharsets.UTF_8)).hex();
        return new ImageArchive("multiarch-" + id + "-" + name.substring(0, 12) + "-" + platform.tagSuffix());
    }

    /** Whether a target is published as soon as it is built, and not when all are. */
    public boolean publishesEach() {
        return each;
    }

    public boolean dryRun() {
        return dryRun;
    }

    /** 0 for no limit. */
    public int maxParallel() {
        return maxParallel;
    }

    public boolean failFast() {
        return failFast;
    }

    int agentRetries() {
        return agentRetries;
    }

    @CheckForNull
    String builder() {
        return builder;
    }

    @CheckForNull
    String container() {
        return container;
    }

    @CheckForNull
    String emulation() {
        return emulation;
    }

    @CheckForNull
    String credentialsId() {
        return credentialsId;
    }

    /** Registry to the credential for it. */
    Map<String, String> logins() {
        return logins;
    }

    /** Id of a secret to the credential with its value. */
    public Map<String, String> secrets() {
        return secrets;
    }

    @CheckForNull
    String sshCredentialsId() {
        return sshCredentialsId;
    }

    @CheckForNull
    String cache() {
        return cache;
    }
}
