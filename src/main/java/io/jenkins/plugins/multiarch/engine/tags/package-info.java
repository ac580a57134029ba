/** Tags that follow from what is built: a branch, a change request, a version, a commit. */
package io.jenkins.plugins.multiarch.engine.tags;
