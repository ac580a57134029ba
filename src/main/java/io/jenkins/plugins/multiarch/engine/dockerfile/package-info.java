/**
 * Dockerfiles as text: what their instructions are, and what the variables in them stand for. Nothing is built here.
 *
 * <p>No parser for Dockerfiles is on Maven Central that keeps up with the format, so this one is our own.
 *
 * @see <a href="https://docs.docker.com/reference/dockerfile/">Dockerfile reference</a>
 */
package io.jenkins.plugins.multiarch.engine.dockerfile;
