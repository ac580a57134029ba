package io.jenkins.plugins.multiarch.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URL;
import java.util.ArrayList;
import java.util.List;
import org.htmlunit.HttpMethod;
import org.htmlunit.WebRequest;
import org.htmlunit.html.HtmlForm;
import org.htmlunit.html.HtmlPage;
import org.htmlunit.util.NameValuePair;
import org.jvnet.hudson.test.JenkinsRule;

/**
 * What a page's form {@code config} sends. A browser that runs scripts needs seconds to load Manage Jenkins » System, so a
 * test loads it once and sends it several times.
 *
 * @param content what the scripts of the page make of the form
 */
record SubmittedForm(JenkinsRule.WebClient client, URL address, JsonNode content) {

    static SubmittedForm of(JenkinsRule.WebClient client, HtmlPage page) throws Exception {
        HtmlForm form = page.getFormByName("config");
        page.executeJavaScript("buildFormTree(document.forms['config'])");
        String json = form.getInputByName("json").getValue();
        return new SubmittedForm(
                client, page.getFullyQualifiedUrl(form.getActionAttribute()), new ObjectMapper().readTree(json));
    }

    /** The same with another value in our section's first field of that name. */
    SubmittedForm with(String field, String value) {
        JsonNode changed = content.deepCopy();
        JsonNode section =
                changed.findValue(MultiArchBuildConfiguration.class.getName().replace('.', '-'));
        assertThat(section).as("our section in %s", content).isNotNull();
        JsonNode parent = section.findParent(field);
        assertThat(parent).as("field %s in %s", field, section).isInstanceOf(ObjectNode.class);
        ((ObjectNode) parent).put(field, value);
        return new SubmittedForm(client, address, changed);
    }

    /** The answer, of which no script is run: that takes seconds, too. */
    HtmlPage send() throws Exception {
        WebRequest request = client.addCrumb(new WebRequest(address, HttpMethod.POST));
        List<NameValuePair> parameters = new ArrayList<>(request.getRequestParameters());
        parameters.add(new NameValuePair("json", content.toString()));
        request.setRequestParameters(parameters);
        client.getOptions().setJavaScriptEnabled(false);
        return client.getPage(request);
    }
}
