package io.jenkins.plugins.multiarch.engine.http;

import java.io.IOException;

/** The answer was longer than what was allowed. */
public final class TooLarge extends IOException implements BodyFailure {

    private static final long serialVersionUID = 1L;

    TooLarge(int maxBytes) {
        super("the answer is larger than " + maxBytes + " bytes");
    }
}
