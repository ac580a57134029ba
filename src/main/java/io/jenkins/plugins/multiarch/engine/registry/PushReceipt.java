package io.jenkins.plugins.multiarch.engine.registry;

import io.jenkins.plugins.multiarch.engine.reference.Digest;
import java.util.Optional;

/**
 * What a registry has said of a manifest that it has taken.
 *
 * @param digest under which the manifest can be pulled, verified
 * @param subject the {@code OCI-Subject} of the answer, by which a registry says that it lists the manifest with its
 *     subject; an empty text if there was none, nothing if the answer itself was lost
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#pushing-manifests-with-subject">
 *     OCI distribution specification, pushing manifests with subject</a>
 */
public record PushReceipt(Digest digest, Optional<String> subject) {}
