/**
 * The distribution API: manifests, blobs, tags and tokens.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md">OCI distribution specification</a>
 */
package io.jenkins.plugins.multiarch.engine.registry;
