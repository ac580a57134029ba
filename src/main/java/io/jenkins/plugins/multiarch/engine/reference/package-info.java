/**
 * What images and their parts are called: references and digests.
 */
package io.jenkins.plugins.multiarch.engine.reference;
