package io.jenkins.plugins.multiarch.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.hudson.plugins.folder.Folder;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SecretBytes;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl;
import hudson.ProxyConfiguration;
import hudson.util.FormValidation;
import io.jenkins.plugins.multiarch.WithSharedJenkins;
import io.jenkins.plugins.multiarch.engine.registry.ScriptedRegistry;
import io.jenkins.plugins.multiarch.engine.registry.ScriptedRegistry.Reply;
import io.jenkins.plugins.multiarch.engine.registry.TlsServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.jenkinsci.plugins.plaincredentials.impl.FileCredentialsImpl;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;

/** What the button of that name answers. */
@WithSharedJenkins
class ConnectionTestTest {

    private static final String PASSWORD = "s3cret";
    private static final String BASIC =
            "Basic " + Base64.getEncoder().encodeToString(("bob:" + PASSWORD).getBytes(StandardCharsets.UTF_8));

    @TempDir
    private Path temp;

    private JenkinsRule jenkins;
    private ScriptedRegistry registry;
    private int uploads = 202;

    @BeforeEach
    void start(JenkinsRule rule) throws Exception {
        jenkins = rule;
        registry = new ScriptedRegistry(request -> {
            if (!BASIC.equals(request.authorization())) {
                return reply(401, Map.of("WWW-Authenticate", "Basic realm=\"<b>lab</b>\""));
            }
            return switch (request.method()) {
                case "POST" -> reply(uploads, Map.of("Location", "/v2/team/app/blobs/uploads/7"));
                case "DELETE" -> reply(204, Map.of());
                default -> reply(200, Map.of("Docker-Distribution-Api-Version", "registry/2.0"));
            };
        });
        SystemCredentialsProvider.getInstance()
                .getCredentials()
                .add(new UsernamePasswordCredentialsImpl(CredentialsScope.GLOBAL, "bob", "", "bob", PASSWORD));
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    private static Reply reply(int status, Map<String, String> headers) {
        byte[] body = "{}".getBytes(StandardCharsets.UTF_8);
        return new Reply(status, headers, body, body.length);
    }

    private FormValidation test(String host, String credentialsId, String authority, String repository) {
        FormValidation answer = jenkins.jenkins
                .getDescriptorByType(RegistryEntry.DescriptorImpl.class)
                .doTestConnection(null, host, credentialsId, false, authority, repository);
        assertThat(answer.renderHtml()).doesNotContain(PASSWORD).doesNotContain(BASIC.substring(6));
        return answer;
    }

    @Test
    void saysWhoIsLetInAndWhatIsPermitted() {
        FormValidation answer = test(registry.address(), "bob", "", "team/app");
        assertThat(answer.kind).isEqualTo(FormValidation.Kind.OK);
        assertThat(answer.getMessage())
                .contains("Connected to " + registry.address() + " as bob.")
                .contains("Not protected by TLS.")
                .contains("In team/app: pull granted, push granted.")
                .contains("The registry identifies itself as &lt;b&gt;lab&lt;/b&gt;, registry/2.0")
                .doesNotContain("<b>");
    }

    @Test
    void aRowWithoutACredentialIsTestedAsBuildsAccessIt() throws Exception {
        assertThat(test(registry.address(), "", "", "").kind).isEqualTo(FormValidation.Kind.ERROR);

        MultiArchBuildConfiguration.get().setCredentialsId("bob");
        assertThat(test(registry.address(), "", "", "").getMessage()).contains(" as bob.");

        Folder folder = jenkins.createProject(Folder.class, "team");
        RegistryEntry.DescriptorImpl form = jenkins.jenkins.getDescriptorByType(RegistryEntry.DescriptorImpl.class);
        assertThat(form.doTestConnection(folder, registry.address(), "", false, "", "")
                        .getMessage())
                .contains(" as bob.");
        MultiArchFolderProperty property = new MultiArchFolderProperty();
        property.setCredentialsId("of-the-folder");
        folder.addProperty(property);
        assertThat(form.doTestConnection(folder, registry.address(), "", false, "", "")
                        .getMessage())
                .contains("&#039;of-the-folder&#039;");
    }

    @Test
    void aRefusedPushIsAWarning() {
        uploads = 403;
        FormValidation answer = test(registry.address(), "bob", "", "team/app");
        assertThat(answer.kind).isEqualTo(FormValidation.Kind.WARNING);
        assertThat(answer.getMessage()).contains("pull granted, push refused");
    }

    @Test
    void withoutARepositoryNothingIsTried() {
        assertThat(test(registry.address(), "bob", "", " ").getMessage()).contains("Enter a repository");
        assertThat(registry.asked).allMatch(request -> request.path().equals("/v2/"));
    }

    @Test
    void whatIsMissingIsNamed() {
        assertThat(test(registry.address(), "", "", "").kind).isEqualTo(FormValidation.Kind.ERROR);
        assertThat(test(registry.address(), "nobody", "", "").getMessage()).contains("nobody");
        assertThat(test("https://" + registry.address(), "bob", "", "").getMessage())
                .contains("https://" + registry.address());
        assertThat(test(registry.address(), "bob", "", "Team/App").getMessage()).contains("Team/App");
        assertThat(test("localhost:1", "bob", "", "").kind).isEqualTo(FormValidation.Kind.ERROR);
    }

    @Test
    void aCertificateAuthorityOfOnesOwnIsTrustedOnceItIsNamed() throws Exception {
        try (TlsServer server = TlsServer.start(temp)) {
            SystemCredentialsProvider.getInstance()
                    .getCredentials()
                    .add(new FileCredentialsImpl(
                            CredentialsScope.GLOBAL,
                            "authority",
                            "",
                            "ca.pem",
                            SecretBytes.fromBytes(server.pem().getBytes(StandardCharsets.US_ASCII))));
            assertThat(test(server.address(), "", "", "").kind).isEqualTo(FormValidation.Kind.ERROR);
            FormValidation answer = test(server.address(), "", "authority", "");
            assertThat(answer.kind).as(answer.getMessage()).isEqualTo(FormValidation.Kind.OK);
            assertThat(answer.getMessage()).contains("anonymously").doesNotContain("Not protected");
        }
    }

    @Test
    @Tag("integration")
    void goesThroughTheProxyOfTheController() throws Exception {
        try (Tinyproxy proxy = Tinyproxy.start(temp, "carol", "pr0xy")) {
            jenkins.jenkins.setProxy(
                    new ProxyConfiguration("127.0.0.1", proxy.port(), "carol", "pr0xy", "other.example"));
            assertThat(test(registry.address(), "bob", "", "team/app").kind).isEqualTo(FormValidation.Kind.OK);
            assertThat(proxy.log()).contains(registry.address() + "/v2/").doesNotContain("Unauthorized");

            jenkins.jenkins.setProxy(new ProxyConfiguration("127.0.0.1", proxy.port(), "carol", "wrong"));
            assertThat(test(registry.address(), "bob", "", "team/app").kind).isEqualTo(FormValidation.Kind.ERROR);

            String before = proxy.log();
            jenkins.jenkins.setProxy(
                    new ProxyConfiguration("127.0.0.1", proxy.port(), "carol", "wrong", "other.example\n127.0.0.1"));
            assertThat(test(registry.address(), "bob", "", "team/app").toString())
                    .startsWith("OK");
            assertThat(proxy.log()).isEqualTo(before);
        }
    }
}
