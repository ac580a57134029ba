package io.jenkins.plugins.multiarch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl;
import hudson.model.Descriptor;
import hudson.model.FreeStyleProject;
import hudson.model.Item;
import hudson.security.ACL;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.multiarch.config.MultiArchBuildConfiguration;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import jenkins.model.Jenkins;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.kohsuke.stapler.interceptor.RequirePOST;
import org.kohsuke.stapler.verb.POST;
import org.springframework.security.access.AccessDeniedException;

/** Every web method of the plugin, whoever adds it: called by POST alone, and of no use to people without permissions. */
@WithSharedJenkins
class WebMethodsTest {

    /** Answers that depend on nothing but what is asked: parsers and fixed lists. */
    private static final Set<String> STATIC = Set.of(
            "MultiArchBuildConfiguration.doFillDiscoveryItems",
            "MultiArchBuildConfiguration.doFillEmulationItems",
            "MultiArchBuildConfiguration.doFillBuilderItems",
            "MultiArchBakeStep.doCheckCache",
            "MultiArchBakeStep.doCheckPlatforms",
            "MultiArchBakeStep.doFillBuilderItems",
            "MultiArchBakeStep.doFillEmulationItems",
            "MultiArchBakeStep.doFillPublishItems",
            "MultiArchBakeStep.doFillProvenanceItems",
            "MultiArchBuildStep.doCheckCache",
            "MultiArchBuildStep.doCheckImage",
            "MultiArchBuildStep.doCheckPlatforms",
            "MultiArchBuildStep.doCheckSbom",
            "MultiArchBuildStep.doFillBuilderItems",
            "MultiArchBuildStep.doFillEmulationItems",
            "MultiArchBuildStep.doFillProvenanceItems",
            "MultiArchBuildStep.doFillSourceItems",
            "PlatformAgent.doAutoCompletePlatform",
            "PlatformAgent.doCheckPlatform",
            "PlatformAgent.doFillEmulationItems",
            "PlatformNodeStep.doAutoCompletePlatform",
            "PlatformNodeStep.doCheckPlatform",
            "PlatformNodeStep.doFillEmulationItems",
            "PushManifestListStep.doCheckImage",
            "PushManifestListStep.doCheckPlatform",
            "PushManifestListStep.doCheckSources",
            "PushManifestListStep.doCheckRemove",
            "PushManifestListStep.doFillFormatItems",
            "RecordImageStep.doCheckPlatform",
            "RecordImageStep.doCheckReference",
            "RegistryLogin.doCheckRegistry",
            "MultiArchBuildStep.doCheckTagsFrom",
            "PushManifestListStep.doCheckTagsFrom",
            "VerifyImageStep.doCheckImage",
            "VerifyImageStep.doCheckKey",
            "CopyImageStep.doCheckFrom",
            "CopyImageStep.doCheckTo",
            "CopyImageStep.doCheckPlatforms",
            "PushManifestListStep.doFillProvenanceItems");

    /** What is no descriptor has tests of its own for who may call it. */
    private static final Set<String> TESTED_ELSEWHERE =
            Set.of("MultiArchLink.doProbe", "MultiArchLink.doProbeAll", "AgentPlatforms.doProbe");

    private static List<Method> webMethods() throws Exception {
        Path classes = Path.of(MultiArchBuildConfiguration.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        List<Method> methods = new ArrayList<>();
        try (Stream<Path> files = Files.walk(classes.resolve("io/jenkins/plugins/multiarch"))) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".class")).toList()) {
                String name =
                        classes.relativize(file).toString().replace('/', '.').replaceFirst("\\.class$", "");
                for (Method method : Class.forName(name).getDeclaredMethods()) {
                    boolean isWebMethod = method.getName().matches("do[A-Z].*")
                            && Modifier.isPublic(method.getModifiers())
                            && !method.isSynthetic();
                    if (isWebMethod) {
                        methods.add(method);
                    }
                }
            }
        }
        return methods;
    }

    private static String name(Method method) {
        Class<?> declaring = method.getDeclaringClass();
        Class<?> outer = declaring.getEnclosingClass();
        return (outer == null ? declaring : outer).getSimpleName() + "." + method.getName();
    }

    @Test
    void areCalledByPostAlone(JenkinsRule jenkins) throws Exception {
        List<Method> methods = webMethods();
        assertThat(methods).hasSizeGreaterThan(30);
        assertThat(methods)
                .allMatch(method ->
                        method.isAnnotationPresent(POST.class) || method.isAnnotationPresent(RequirePOST.class));
    }

    @Test
    void areOfNoUseToPeopleWithoutPermissions(JenkinsRule jenkins) throws Exception {
        FreeStyleProject job = jenkins.createFreeStyleProject();
        SystemCredentialsProvider.getInstance()
                .getCredentials()
                .add(new UsernamePasswordCredentialsImpl(CredentialsScope.GLOBAL, "hidden", "", "bob", "s3cret"));
        jenkins.jenkins.setSecurityRealm(jenkins.createDummySecurityRealm());
        jenkins.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy());
        for (Method method : webMethods()) {
            if (STATIC.contains(name(method)) || TESTED_ELSEWHERE.contains(name(method))) {
                continue;
            }
            for (Item item : new Item[] {null, job}) {
                assertRefuses(method, item);
            }
        }
    }

    private static void assertRefuses(Method method, Item item) throws Exception {
        Object[] arguments = Stream.of(method.getParameterTypes())
                .map(type -> type == Item.class ? item : type == boolean.class ? (Object) false : "localhost:1")
                .toArray();
        Object form = form(method);
        try (var nobody = ACL.as2(Jenkins.ANONYMOUS2)) {
            Object answer = method.invoke(form, arguments);
            // The rule of the credentials plugin: no refusal, but nothing that is not known already.
            assertThat(answer).as(name(method)).isInstanceOf(ListBoxModel.class);
            assertThat((ListBoxModel) answer)
                    .as(name(method))
                    .extracting(option -> option.value)
                    .containsExactly("localhost:1");
        } catch (InvocationTargetException e) {
            assertThat(e.getCause()).as(name(method)).isInstanceOf(AccessDeniedException.class);
        }
    }

    private static Object form(Method method) {
        for (Descriptor<?> descriptor : Jenkins.get().getExtensionList(Descriptor.class)) {
            if (descriptor.getClass() == method.getDeclaringClass()) {
                return descriptor;
            }
        }
        return fail("This test does not know how to call " + name(method) + ", which is new. Test who may call it.");
    }
}
