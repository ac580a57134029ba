/**
 * Promotes images: copies them from one repository to another, with everything that is attached to them.
 */
package io.jenkins.plugins.multiarch.engine.copy;
