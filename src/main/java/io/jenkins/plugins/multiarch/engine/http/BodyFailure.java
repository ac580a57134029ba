package io.jenkins.plugins.multiarch.engine.http;

/**
 * A failure that the body of a request or of an answer has thrown. Java's client wraps what bodies throw; {@link Transport}
 * takes these out again, as they say best what went wrong.
 */
public interface BodyFailure {}
