package io.jenkins.plugins.multiarch.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.cloudbees.hudson.plugins.folder.AbstractFolder;
import com.cloudbees.hudson.plugins.folder.Folder;
import com.cloudbees.hudson.plugins.folder.properties.FolderCredentialsProvider;
import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.CredentialsStore;
import com.cloudbees.plugins.credentials.SecretBytes;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.common.StandardCredentials;
import com.cloudbees.plugins.credentials.domains.Domain;
import com.cloudbees.plugins.credentials.domains.HostnameSpecification;
import com.cloudbees.plugins.credentials.impl.CertificateCredentialsImpl;
import com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl;
import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Item;
import hudson.util.ListBoxModel;
import hudson.util.Secret;
import io.jenkins.plugins.multiarch.WithOwnJenkins;
import io.jenkins.plugins.multiarch.engine.access.RegistryCredential;
import io.jenkins.plugins.multiarch.engine.registry.TlsServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import jenkins.authentication.tokens.api.AuthenticationTokenSource;
import org.htmlunit.html.HtmlPage;
import org.jenkinsci.plugins.docker.commons.credentials.DockerRegistryToken;
import org.jenkinsci.plugins.plaincredentials.StringCredentials;
import org.jenkinsci.plugins.plaincredentials.impl.FileCredentialsImpl;
import org.jenkinsci.plugins.plaincredentials.impl.StringCredentialsImpl;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.TestExtension;

/** Which credentials are found, by whom, and what they are made into. */
@WithOwnJenkins
class RegistryCredentialsTest {

    private static final String REGISTRY = "registry.example.com:5000";

    @TempDir
    private Path temp;

    private JenkinsRule jenkins;
    private Folder team;
    private FreeStyleBuild inTeam;
    private FreeStyleBuild outside;

    @BeforeEach
    void makeJobs(JenkinsRule rule) throws Exception {
        jenkins = rule;
        team = jenkins.createProject(Folder.class, "team");
        inTeam = jenkins.buildAndAssertSuccess(team.createProject(FreeStyleProject.class, "inside"));
        outside = jenkins.buildAndAssertSuccess(jenkins.createProject(FreeStyleProject.class, "outside"));
    }

    private static UsernamePasswordCredentialsImpl login(CredentialsScope scope, String id) throws Exception {
        return new UsernamePasswordCredentialsImpl(scope, id, "", "robot", "s3cret of " + id);
    }

    private static void addGlobally(StandardCredentials credential) throws Exception {
        SystemCredentialsProvider.getInstance().getCredentials().add(credential);
        SystemCredentialsProvider.getInstance().save();
    }

    static void addTo(AbstractFolder<?> folder, Domain domain, StandardCredentials credential) throws Exception {
        for (CredentialsStore store : CredentialsProvider.lookupStores(folder)) {
            if (store.getProvider() instanceof FolderCredentialsProvider) {
                store.addDomain(domain, credential);
                store.addCredentials(domain, credential);
            }
        }
    }

    private static List<String> values(ListBoxModel choices) {
        return choices.stream().map(option -> option.value).toList();
    }

    @Test
    void thoseOfAFolderAreForItsJobsAlone() throws Exception {
        addTo(team, Domain.global(), login(CredentialsScope.GLOBAL, "ours"));

        assertThat(RegistryCredentials.find(inTeam, Optional.of("ours"), REGISTRY))
                .contains(new RegistryCredential("robot", "s3cret of ours"));
        assertThatThrownBy(() -> RegistryCredentials.find(outside, Optional.of("ours"), REGISTRY))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'ours'")
                .hasMessageContaining("outside")
                .hasMessageNotContaining("s3cret");
        assertThat(values(RegistryCredentials.listBox(team, "", ""))).contains("ours");
        assertThat(values(RegistryCredentials.listBox((Item) outside.getParent(), "", "")))
                .doesNotContain("ours");
        assertThat(values(RegistryCredentials.listBox(null, "", ""))).doesNotContain("ours");
        assertThat(RegistryCredentials.find(CredentialLookup.in((Item) team), Optional.of("ours"), REGISTRY))
                .isPresent();
        assertThatThrownBy(() -> RegistryCredentials.find(
                        CredentialLookup.in((Item) outside.getParent()), Optional.of("ours"), REGISTRY))
                .hasMessageContaining("'ours'");
    }

    @Test
    void thoseForJenkinsItselfAreForNoJob() throws Exception {
        addGlobally(login(CredentialsScope.SYSTEM, "internal"));
        assertThatThrownBy(() -> RegistryCredentials.find(outside, Optional.of("internal"), REGISTRY))
                .hasMessageContaining("'internal'");
        assertThatThrownBy(() ->
                        RegistryCredentials.find(CredentialLookup.in((Item) null), Optional.of("internal"), REGISTRY))
                .hasMessageContaining("'internal'");
        assertThat(values(RegistryCredentials.listBox(null, "", ""))).doesNotContain("internal");
    }

    @Test
    void thoseOfADomainAreForItsHostsAlone() throws Exception {
        Domain domain = new Domain("lab", "", List.of(new HostnameSpecification("registry.example.com", "")));
        addTo(team, domain, login(CredentialsScope.GLOBAL, "lab"));

        assertThat(RegistryCredentials.find(inTeam, Optional.of("lab"), REGISTRY))
                .isPresent();
        assertThatThrownBy(() -> RegistryCredentials.find(inTeam, Optional.of("lab"), "evil.example.com"))
                .hasMessageContaining("domain");
        assertThat(values(RegistryCredentials.listBox(team, "", REGISTRY))).contains("lab");
        assertThat(values(RegistryCredentials.listBox(team, "", "evil.example.com")))
                .doesNotContain("lab");
        assertThat(values(RegistryCredentials.listBox(team, "lab", "evil.example.com")))
                .contains("lab");
    }

    @Test
    void useIsShownOnThePageOfTheCredential() throws Exception {
        UsernamePasswordCredentialsImpl credential = login(CredentialsScope.GLOBAL, "registry");
        addGlobally(credential);
        RegistryCredentials.find(inTeam, Optional.of("registry"), REGISTRY);

        assertThat(CredentialsProvider.getFingerprintOf(credential).getJobs()).containsExactly("team/inside");
        HtmlPage page = jenkins.createWebClient().goTo("manage/credentials/store/system/domain/_/credential/registry/");
        assertThat(page.getBody().asNormalizedText()).contains("inside").doesNotContain("outside");
    }

    @Test
    void whateverMakesADockerRegistryTokenWillDo() throws Exception {
        addGlobally(new StringCredentialsImpl(CredentialsScope.GLOBAL, "cloud", "", Secret.fromString("access:key")));
        assertThat(RegistryCredentials.find(outside, Optional.of("cloud"), REGISTRY))
                .contains(new RegistryCredential("cloud-user", "access:key"));
        assertThat(values(RegistryCredentials.listBox(null, "", ""))).contains("cloud");
        assertThat(DockerTokenKind.parse("no base64")).isEmpty();
        assertThat(DockerTokenKind.parse(Base64.getEncoder().encodeToString("nothing".getBytes())))
                .isEmpty();
    }

    /** Stands for the plugin of a cloud. */
    @TestExtension("whateverMakesADockerRegistryTokenWillDo")
    public static final class CloudTokens extends AuthenticationTokenSource<DockerRegistryToken, StringCredentials> {

        public CloudTokens() {
            super(DockerRegistryToken.class, StringCredentials.class);
        }

        @Override
        public DockerRegistryToken convert(StringCredentials credential) {
            String pair = "cloud-user:" + credential.getSecret().getPlainText();
            return new DockerRegistryToken(
                    "", Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
        }
    }

    @Test
    void otherKindsAreRefused() throws Exception {
        addGlobally(new StringCredentialsImpl(CredentialsScope.GLOBAL, "text", "", Secret.fromString("t0ken")));
        assertThatThrownBy(() -> RegistryCredentials.find(outside, Optional.of("text"), REGISTRY))
                .hasMessageContaining("'text'")
                .hasMessageContaining("kind")
                .hasMessageNotContaining("t0ken");
        assertThat(values(RegistryCredentials.listBox(null, "", ""))).doesNotContain("text");
        assertThatThrownBy(() -> StoredCertificateAuthorities.find(CredentialLookup.in(outside), "text", REGISTRY))
                .hasMessageContaining("neither a secret file nor a certificate")
                .hasMessageNotContaining("t0ken");
    }

    @Test
    void authoritiesComeFromASecretFileOrAKeyStore() throws Exception {
        String pem;
        try (TlsServer server = TlsServer.start(temp)) {
            pem = server.pem();
        }
        addGlobally(new FileCredentialsImpl(
                CredentialsScope.GLOBAL, "file", "", "ca.pem", SecretBytes.fromBytes(pem.getBytes())));
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry(
                "ca",
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(pem.getBytes())));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        store.store(bytes, "changeit".toCharArray());
        addGlobally(new CertificateCredentialsImpl(
                CredentialsScope.GLOBAL,
                "store",
                "",
                "changeit",
                new CertificateCredentialsImpl.UploadedKeyStoreSource(
                        null, SecretBytes.fromBytes(bytes.toByteArray()))));

        CredentialLookup lookup = CredentialLookup.in(outside);
        assertThat(StoredCertificateAuthorities.find(lookup, "file", REGISTRY)).isEqualTo(pem);
        assertThat(StoredCertificateAuthorities.find(lookup, "store", REGISTRY).replace("\r", ""))
                .isEqualTo(pem.replace("\r", ""));
        assertThat(values(StoredCertificateAuthorities.listBox(null, "", ""))).contains("file", "store");
        assertThatThrownBy(() -> StoredCertificateAuthorities.find(lookup, "nothing", REGISTRY))
                .hasMessageContaining("'nothing'");
    }
}
