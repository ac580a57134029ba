package io.jenkins.plugins.multiarch.engine.index;

import io.jenkins.plugins.multiarch.engine.json.Json;
import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.ImageConfig;
import io.jenkins.plugins.multiarch.engine.registry.Manifest;
import io.jenkins.plugins.multiarch.engine.registry.ReadOption;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import io.jenkins.plugins.multiarch.engine.registry.RegistryException;
import io.jenkins.plugins.multiarch.engine.threads.SingleFlight;
import io.jenkins.plugins.multiarch.engine.threads.Workers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Finds out what the sources of an index are: nothing is asked about those whose descriptor was collected, for others the
 * manifest is read, and the configuration where only that tells the platform. All at the same time, and nothing twice.
 */
final class SourceReader {

    private static final int AT_ONCE = 12;
    private static final int MOST_LEVELS = 16;

    private final Registry registry;
    private final IndexRequest request;
    private final SingleFlight<String, Manifest> manifests = new SingleFlight<>();
    private volatile boolean asked;

    SourceReader(Registry registry, IndexRequest request) {
        this.registry = registry;
        this.request = request;
    }

    /** The members that came out of one source, and what there is to say about it. */
    private record Found(List<Member> members, List<String> notes) {}

    /**
     * Reads all sources of the request.
     *
     * @param log is told about each member, in the order of the sources
     * @return the members in order; attestations right behind the images of their source
     */
    List<Member> read(Consumer<String> log) throws IOException {
        List<Member> members = new ArrayList<>();
        for (Found found : Workers.map(AT_ONCE, request.sources(), this::find)) {
            found.notes().forEach(log);
            members.addAll(found.members());
        }
        return members;
    }

    /** Reads a manifest, once. */
    Manifest manifest(ImageReference reference) throws IOException {
        Manifest manifest = manifests.get(reference.toString(), () -> pull(reference));
        return manifests.get(reference.withDigest(manifest.digest()).toString(), () -> manifest);
    }

    /** Whether any registry has been asked for anything. */
    boolean hasAsked() {
        return asked;
    }

    /** As {@link #manifest}, of a member of an index, which may be anything. */
    Manifest member(ImageReference reference) throws IOException {
        return manifests.get(reference.toString(), () -> pull(reference, ReadOption.ANY_KIND));
    }

    private Manifest pull(ImageReference reference, ReadOption... options) throws IOException {
        asked = true;
        List<ReadOption> all = new ArrayList<>(List.of(options));
        boolean elsewhere = !reference.name().equals(request.image().name());
        if (!elsewhere || !registry.isMirrored(reference)) {
            // What has a digest was named by whoever just pushed it, so it may only not have arrived everywhere yet.
            all.add(reference.digest().isEmpty() ? ReadOption.FRESH : ReadOption.JUST_PUSHED);
        }
        return registry.pull(reference, all.toArray(ReadOption[]::new));
    }

    private Found find(IndexSource source) throws IOException {
        Found found = new Found(new ArrayList<>(), new ArrayList<>());
        try {
            resolve(source, found);
        } catch (RegistryException.NotFound e) {
            if (!request.ignoreMissing()) {
                throw e;
            }
            found.members().clear();
            found.notes().add("WARNING: " + source.reference() + " is left out: " + e.getMessage());
        }
        return found;
    }

    private void resolve(IndexSource source, Found found) throws IOException {
        Descriptor collected = source.collected();
        if (collected != null && !collected.isIndex()) {
            add(source, collected, found);
            return;
        }
        ImageReference reference =
                collected == null ? source.reference() : source.reference().withDigest(collected.digest());
        Manifest manifest = manifest(reference);
        if (manifest.isIndex()) {
            takeOver(source, reference, ImageIndex.parse(manifest), found);
        } else {
            single(source, reference, manifest, found);
        }
    }

    private void single(IndexSource source, ImageReference reference, Manifest manifest, Found found)
            throws IOException {
        Descriptor plain = Descriptor.of(manifest);
        Optional<ImageConfig> config = config(source, reference, manifest, found);
        if (config.isPresent()) {
            plain = plain.withPlatform(platform(source, config.get(), found))
                    .withOs(config.get().osVersion(), config.get().osFeatures());
        } else if (source.override()) {
            plain = plain.withPlatform(source.platform());
        } else if (source.platform() != null) {
            throw new IllegalArgumentException(source.reference() + " is an artifact (" + manifest.artifactType()
                    + "), not an image for " + source.platform() + ". Leave it out, or override its platform.");
        }
        Descriptor single = plain.withArtifactType(artifactType(manifest, config.isPresent()));
        if (!source.only().isEmpty() && source.only().stream().noneMatch(single::isFor)) {
            throw new IllegalArgumentException(source.reference() + " is a single image for " + single.label()
                    + ", of which only " + join(source.only()) + " is to be taken. Leave it out.");
        }
        add(source, single, found);
    }

    /** With a platform, the kind of its configuration makes no artifact of an image; what it says of itself does. */
    private static String artifactType(Manifest manifest, boolean hasPlatform) {
        return hasPlatform ? Json.string(manifest.json(), "artifactType") : manifest.artifactType();
    }

    /** The configuration, if it names a platform; artifacts need not have such a one. */
    private Optional<ImageConfig> config(IndexSource source, ImageReference reference, Manifest manifest, Found found)
            throws IOException {
        boolean isArtifact = !manifest.artifactType().isEmpty();
        if (isArtifact && !manifest.hasConfig()) {
            return Optional.empty();
        }
        try {
            return Optional.of(registry.config(reference, manifest, ReadOption.JUST_PUSHED));
        } catch (RegistryException e) {
            boolean namesNone = e.getCause() instanceof IllegalArgumentException;
            if (isArtifact && namesNone) {
                return Optional.empty();
            }
            if (!source.override()) {
                throw e;
            }
            found.notes().add("WARNING: " + e.getMessage());
            return Optional.empty();
        }
    }

    private static Platform platform(IndexSource source, ImageConfig config, Found found) {
        if (source.platform() == null) {
            return config.platform();
        }
        if (config.contradicts(source.platform())) {
            reportMismatch(source, config.platform(), found);
        }
        // What is asked for may say more than the configuration does: older builders leave the variant out.
        return source.override() || config.variant().isEmpty() ? source.platform() : config.platform();
    }

    private static void reportMismatch(IndexSource source, Platform actual, Found found) {
        String mismatch =
                source.reference() + " is for " + actual + " by its configuration, not for " + source.platform();
        if (!source.override()) {
            throw new IllegalArgumentException(mismatch + ". Build it for " + source.platform()
                    + ", or override its platform if the configuration is wrong.");
        }
        found.notes().add("WARNING: " + mismatch + "; it is published for " + source.platform() + " nevertheless");
    }

    /** Takes over the members of an index that serves as a source, as they are: all, or those that are asked for. */
    private void takeOver(IndexSource source, ImageReference reference, ImageIndex index, Found found)
            throws IOException {
        boolean selects = source.platform() != null || !source.only().isEmpty();
        List<Descriptor> members = selects ? chosen(source, flattened(reference, index, 1), found) : index.members();
        if (members.isEmpty()) {
            throw new IllegalArgumentException(
                    source.reference() + " is an index without members. Build and push it anew.");
        }
        found.notes()
                .add(source.reference() + " is itself an index; its members are taken over: "
                        + Descriptor.platforms(members));
        for (Descriptor member : members) {
            if (!member.isAttestation()) {
                add(source, presentable(source, member, found), found);
            } else if (request.attestations()) {
                found.members().add(new Member(source.reference(), member));
            } else {
                found.notes()
                        .add("The attestation " + member.digest() + " of " + source.reference()
                                + " is left out, as asked");
            }
        }
    }

    /** Annotations that another tool has put into an index do not keep its images from a Docker list. */
    private Descriptor presentable(IndexSource source, Descriptor image, Found found) {
        boolean bare =
                request.format() == IndexFormat.DOCKER && !image.annotations().isEmpty();
        if (bare) {
            found.notes()
                    .add("The annotations of " + image.label() + " in " + source.reference()
                            + " are left out: a Docker manifest list cannot hold them");
        }
        return bare ? image.withoutAnnotations() : image;
    }

    /** The members, with those of nested indexes that name no platform instead of these: one of them may be for it. */
    private List<Descriptor> flattened(ImageReference reference, ImageIndex index, int level) throws IOException {
        List<Descriptor> members = new ArrayList<>();
        for (Descriptor member : index.members()) {
            boolean opens = member.isIndex() && member.platform().isEmpty() && level < MOST_LEVELS;
            if (opens) {
                ImageReference nested = reference.withDigest(member.digest());
                members.addAll(flattened(nested, ImageIndex.parse(manifest(nested)), level + 1));
            } else {
                members.add(member);
            }
        }
        return members;
    }

    /** The images for the platforms that are asked for, and behind them the attestations about these. */
    private static List<Descriptor> chosen(IndexSource source, List<Descriptor> members, Found found) {
        List<Descriptor> images = members;
        if (!source.only().isEmpty()) {
            for (Platform wanted : source.only()) {
                if (images.stream().noneMatch(image -> image.isFor(wanted))) {
                    throw lacking(source, wanted, images);
                }
            }
            images = images.stream()
                    .filter(image -> source.only().stream().anyMatch(image::isFor))
                    .toList();
        }
        if (source.platform() != null) {
            images = chosenFor(source, source.platform(), images, found);
        }
        Set<String> digests =
                images.stream().map(image -> image.digest().toString()).collect(Collectors.toSet());
        List<Descriptor> chosen = new ArrayList<>(images);
        members.stream()
                .filter(member -> member.isAttestation() && digests.contains(member.attests()))
                .forEach(chosen::add);
        return chosen;
    }

    private static List<Descriptor> chosenFor(
            IndexSource source, Platform wanted, List<Descriptor> members, Found found) {
        List<Descriptor> matching =
                members.stream().filter(image -> image.isFor(wanted)).toList();
        if (!matching.isEmpty()) {
            return matching;
        }
        List<Descriptor> images =
                members.stream().filter(member -> member.platform().isPresent()).toList();
        if (!source.override() || images.size() != 1) {
            throw lacking(source, wanted, members);
        }
        reportMismatch(source, images.get(0).platform().orElseThrow(), found);
        return List.of(images.get(0).withPlatform(wanted));
    }

    private static IllegalArgumentException lacking(IndexSource source, Platform wanted, List<Descriptor> images) {
        return new IllegalArgumentException(source.reference() + " is an index without " + wanted + "; it has "
                + Descriptor.platforms(images) + ". Build it for " + wanted + ".");
    }

    private static String join(Set<Platform> platforms) {
        return platforms.stream().map(Platform::toString).collect(Collectors.joining(", "));
    }

    private static void add(IndexSource source, Descriptor descriptor, Found found) {
        Descriptor given = descriptor.withAnnotations(source.annotations());
        if (source.override()) {
            given = given.withPlatform(source.platform());
        }
        if (given.platform().isPresent()) {
            given = given.withOs(
                    source.osVersion().isEmpty() ? descriptor.osVersion() : source.osVersion(),
                    source.osFeatures().isEmpty() ? descriptor.osFeatures() : source.osFeatures());
        }
        boolean byDigest = source.reference().digest().equals(given.digest().toString());
        found.notes()
                .add(given.label() + ": " + (byDigest ? source.reference() : given.digest()) + ", " + given.size()
                        + " bytes" + (byDigest ? "" : ", from " + source.reference()));
        found.members().add(new Member(source.reference(), given));
    }
}
