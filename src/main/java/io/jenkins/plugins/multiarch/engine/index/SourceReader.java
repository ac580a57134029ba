package io.jenkins.plugins.multiarch.engine.index;

import io.jenkins.plugins.multiarch.engine.platform.Platform;
import io.jenkins.plugins.multiarch.engine.registry.ImageConfig;
import io.jenkins.plugins.multiarch.engine.registry.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.Manifest;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import io.jenkins.plugins.multiarch.engine.registry.RegistryException;
import io.jenkins.plugins.multiarch.engine.threads.Once;
import io.jenkins.plugins.multiarch.engine.threads.Workers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Finds out what the sources of an index are: nothing is asked about those whose descriptor was collected, for others the
 * manifest is read, and the configuration where only that tells the platform. All at the same time, and nothing twice.
 */
final class SourceReader {

    private static final int AT_ONCE = 12;

    private final Registry registry;
    private final IndexRequest request;
    private final Once<String, Manifest> manifests = new Once<>();
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

    private Manifest pull(ImageReference reference) throws IOException {
        asked = true;
        boolean elsewhere = !reference.name().equals(request.image().name());
        if (elsewhere && registry.isMirrored(reference)) {
            return registry.pull(reference);
        }
        // What has a digest was named by whoever just pushed it, so it may only not have arrived everywhere yet.
        return reference.digest().isEmpty() ? registry.pullFresh(reference) : registry.pullJustPushed(reference);
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
        if (collected != null
                && !collected.mediaType().equals(Manifest.OCI_INDEX)
                && !collected.mediaType().equals(Manifest.DOCKER_LIST)) {
            add(source, collected, found);
            return;
        }
        ImageReference reference =
                collected == null ? source.reference() : source.reference().withDigest(collected.digest());
        Manifest manifest = manifest(reference);
        if (manifest.isIndex()) {
            flatten(source, ImageIndex.parse(manifest), found);
        } else {
            single(source, reference, manifest, found);
        }
    }

    private void single(IndexSource source, ImageReference reference, Manifest manifest, Found found)
            throws IOException {
        Descriptor plain;
        try {
            ImageConfig config = registry.configJustPushed(reference, manifest);
            plain = Descriptor.of(
                            manifest.mediaType(), manifest.digest(), manifest.size(), platform(source, config, found))
                    .withOs(config.osVersion(), config.osFeatures());
        } catch (RegistryException e) {
            if (!source.override()) {
                throw e;
            }
            found.notes().add("WARNING: " + e.getMessage());
            plain = Descriptor.of(manifest.mediaType(), manifest.digest(), manifest.size(), source.platform());
        }
        Platform platform = plain.platform();
        if (!source.only().isEmpty() && source.only().stream().noneMatch(platform::satisfies)) {
            throw new IllegalArgumentException(source.reference() + " is a single image for " + platform
                    + ", of which only " + join(source.only()) + " is to be taken. Leave it out.");
        }
        add(source, plain, found);
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

    /** The members of an index that serves as a source, the attestations behind the images they are about. */
    private void flatten(IndexSource source, ImageIndex index, Found found) {
        List<Descriptor> images = chosen(source, index, found);
        found.notes()
                .add(source.reference() + " is itself an index; its members are taken over: "
                        + Descriptor.platforms(images));
        for (Descriptor image : images) {
            boolean bare = request.format() == IndexFormat.DOCKER
                    && !image.annotations().isEmpty();
            if (bare) {
                found.notes()
                        .add("The annotations of " + image.platformLabel() + " in " + source.reference()
                                + " are left out: a Docker manifest list cannot hold them");
            }
            add(source, bare ? image.withoutAnnotations() : image, found);
        }
        Set<String> digests =
                images.stream().map(image -> image.digest().toString()).collect(Collectors.toSet());
        for (Descriptor member : index.members()) {
            if (!member.isAttestation() || !digests.contains(member.attests())) {
                continue;
            }
            if (request.attestations()) {
                found.members().add(new Member(source.reference(), member));
            } else {
                found.notes()
                        .add("The attestation " + member.digest() + " of " + source.reference()
                                + " is left out, as asked");
            }
        }
    }

    private static List<Descriptor> chosen(IndexSource source, ImageIndex index, Found found) {
        List<Descriptor> images = index.members().stream()
                .filter(member -> !member.isAttestation())
                .toList();
        if (images.isEmpty()) {
            throw new IllegalArgumentException(
                    source.reference() + " is an index without any image. Build and push it anew.");
        }
        if (!source.only().isEmpty()) {
            for (Platform wanted : source.only()) {
                if (images.stream().noneMatch(image -> image.platform().satisfies(wanted))) {
                    throw lacking(source, wanted, images);
                }
            }
            images = images.stream()
                    .filter(image -> source.only().stream().anyMatch(image.platform()::satisfies))
                    .toList();
        }
        Platform wanted = source.platform();
        if (wanted == null) {
            return images;
        }
        List<Descriptor> matching = images.stream()
                .filter(image -> image.platform().satisfies(wanted))
                .toList();
        if (!matching.isEmpty()) {
            return matching;
        }
        if (!source.override() || images.size() > 1) {
            throw lacking(source, wanted, images);
        }
        reportMismatch(source, images.get(0).platform(), found);
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
        Descriptor given = descriptor
                .withPlatform(source.override() ? source.platform() : descriptor.platform())
                .withOs(
                        source.osVersion().isEmpty() ? descriptor.osVersion() : source.osVersion(),
                        source.osFeatures().isEmpty() ? descriptor.osFeatures() : source.osFeatures())
                .withAnnotations(source.annotations());
        boolean byDigest = source.reference().digest().equals(given.digest().toString());
        found.notes()
                .add(given.platformLabel() + ": " + (byDigest ? source.reference() : given.digest()) + ", "
                        + given.size() + " bytes" + (byDigest ? "" : ", from " + source.reference()));
        found.members().add(new Member(source.reference(), given));
    }
}
