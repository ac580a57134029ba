package io.jenkins.plugins.multiarch.engine.index;

import io.jenkins.plugins.multiarch.engine.reference.ImageReference;
import io.jenkins.plugins.multiarch.engine.registry.ImageCopier;
import io.jenkins.plugins.multiarch.engine.registry.Registry;
import io.jenkins.plugins.multiarch.engine.threads.Workers;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

/** The members of other repositories. An index can only refer to manifests of its own, so these are brought there. */
final class MemberCopies {

    private static final int AT_ONCE = 3;

    private final List<Member> elsewhere;
    private final IndexRequest request;

    MemberCopies(List<Member> members, IndexRequest request) {
        this.elsewhere = members.stream()
                .filter(member -> !member.origin().name().equals(request.image().name()))
                .toList();
        this.request = request;
    }

    boolean areNeeded() {
        return !elsewhere.isEmpty();
    }

    /** Copies them; a dry run says which. */
    void make(Registry registry, SourceReader reader, Consumer<String> log) throws IOException {
        if (request.dryRun()) {
            elsewhere.forEach(member -> log.accept("Dry run: " + member.location() + " is not copied to "
                    + request.image().name()));
            return;
        }
        ImageCopier copier = new ImageCopier(registry, log);
        Workers.map(AT_ONCE, elsewhere, member -> {
            ImageReference location = member.location();
            copier.copy(location, reader.member(location), request.image());
            return location;
        });
    }
}
