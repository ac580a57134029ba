package io.jenkins.plugins.multiarch.engine.dockerfile;

/**
 * Lines that belong to the instruction before them.
 *
 * @param name the word that ends it; of a file that is made by {@code COPY <<name /directory/} also its name
 * @param content its lines, each with its line feed
 * @param expands whether variables in it are replaced: not if the name was quoted
 * @see <a href="https://docs.docker.com/reference/dockerfile/#here-documents">Dockerfile reference, here-documents</a>
 */
public record HereDocument(String name, String content, boolean expands) {}
