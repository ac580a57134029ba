package io.jenkins.plugins.multiarch.engine.http;

import java.io.InputStream;
import java.net.http.HttpHeaders;

/**
 * What came back, whatever its status.
 *
 * @param body all of it if it is a success, else no more than {@link Transport#MAX_ERROR_BYTES}; empty if it is a stream
 * @param stream the body of a success that was asked for as a stream, to be closed by the caller; else null
 * @param attempts how often the request had been sent when this came
 */
public record Answer(int status, HttpHeaders headers, byte[] body, InputStream stream, int attempts) {

    /** The same, as the answer to this attempt. */
    public Answer at(int attempt) {
        return new Answer(status, headers, body, stream, attempt);
    }

    /** The first value of this header; empty if it is missing. */
    public String header(String name) {
        return headers.firstValue(name).orElse("");
    }

    /** Whether its status is one of 2xx. */
    public boolean isSuccess() {
        return isSuccess(status);
    }

    /** Whether this status is one of 2xx. */
    public static boolean isSuccess(int status) {
        return status >= 200 && status < 300;
    }
}
