/**
 * The logins that docker, podman, buildah and skopeo keep for the user of a machine.
 */
package io.jenkins.plugins.multiarch.engine.login;
