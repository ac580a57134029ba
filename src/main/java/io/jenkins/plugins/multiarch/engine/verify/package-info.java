/**
 * Verifies who has signed an image and where it was built, against a key and what is expected.
 */
package io.jenkins.plugins.multiarch.engine.verify;
