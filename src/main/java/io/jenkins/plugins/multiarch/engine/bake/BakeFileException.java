package io.jenkins.plugins.multiarch.engine.bake;

/** What is wrong with a bake file, or with what is wanted of it, in one or two sentences with the remedy. */
public final class BakeFileException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    BakeFileException(String message) {
        super(message);
    }
}
