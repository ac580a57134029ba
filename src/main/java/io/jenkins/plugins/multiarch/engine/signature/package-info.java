/**
 * Signatures of images and of statements about them, in the formats of cosign: keys, envelopes, and where a registry keeps
 * them.
 *
 * @see <a href="https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md">cosign signature specification</a>
 * @see <a href="https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_bundle.proto">sigstore bundle</a>
 */
package io.jenkins.plugins.multiarch.engine.signature;
