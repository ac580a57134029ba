/**
 * Statements about images: in-toto statements in general, and SLSA provenance of the builds of this plugin. Nothing here
 * asks a registry or signs anything.
 *
 * @see <a href="https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md">in-toto attestation, statement</a>
 * @see <a href="https://slsa.dev/spec/v1.0/provenance">SLSA provenance v1</a>
 */
package io.jenkins.plugins.multiarch.engine.provenance;
