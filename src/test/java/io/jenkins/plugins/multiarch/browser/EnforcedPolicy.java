package io.jenkins.plugins.multiarch.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** Jenkins' Content-Security-Policy, without which a browser would not complain of what the policy forbids. */
public final class EnforcedPolicy {

    private EnforcedPolicy() {}

    /** Fails if a page comes without the policy. */
    public static void assertOn(URL page) throws Exception {
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(page.toURI()).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.headers().firstValue("Content-Security-Policy"))
                .hasValueSatisfying(policy -> assertThat(policy).contains("script-src 'report-sample' 'self';"));
    }
}
