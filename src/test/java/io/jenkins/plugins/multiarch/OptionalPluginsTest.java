package io.jenkins.plugins.multiarch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hudson.Extension;
import io.jenkins.plugins.multiarch.config.MultiArchFolderProperty;
import io.jenkins.plugins.multiarch.credentials.DockerTokenKind;
import io.jenkins.plugins.multiarch.steps.PlatformAgent;
import io.jenkins.plugins.multiarch.steps.PlatformAgentValidator;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;

/** What needs a plugin that may be missing is left out then: Jenkins cannot link it, and may not complain of it. */
class OptionalPluginsTest {

    /** A Jenkins without the plugins for folders, for Docker's tokens and for Declarative Pipelines. */
    private static final class WithoutThem extends ClassLoader {

        WithoutThem() {
            super(OptionalPluginsTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith("com.cloudbees.hudson.plugins.folder.")
                    || name.startsWith("org.jenkinsci.plugins.docker.commons.")
                    || name.startsWith("jenkins.authentication.tokens.")
                    || name.startsWith("org.jenkinsci.plugins.pipeline.modeldefinition.")) {
                throw new ClassNotFoundException(name);
            }
            if (!name.startsWith("io.jenkins.plugins.multiarch.")) {
                return super.loadClass(name, resolve);
            }
            Class<?> loaded = findLoadedClass(name);
            return loaded == null ? define(name) : loaded;
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try (InputStream file = getResourceAsStream(name.replace('.', '/') + ".class")) {
                byte[] content = file.readAllBytes();
                return defineClass(name, content, 0, content.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }

    @Test
    void whatNeedsThemCannotBeLinkedAndIsOptional() {
        for (Class<?> extension : new Class<?>[] {
            MultiArchFolderProperty.Source.class,
            MultiArchFolderProperty.DescriptorImpl.class,
            DockerTokenKind.class,
            PlatformAgent.DescriptorImpl.class,
            PlatformAgentValidator.class
        }) {
            assertThat(extension.getAnnotation(Extension.class).optional())
                    .as(extension.getName())
                    .isTrue();
            // What Jenkins does before it makes an extension.
            assertThatThrownBy(() ->
                            new WithoutThem().loadClass(extension.getName()).getDeclaredMethods())
                    .as(extension.getName())
                    .isInstanceOf(NoClassDefFoundError.class);
        }
    }

    @Test
    void everythingElseCanBeLinked() throws Exception {
        WithoutThem jenkins = new WithoutThem();
        for (String name : new String[] {
            "config.EffectiveConfiguration",
            "config.FolderOverrides",
            "config.MultiArchBuildConfiguration",
            "config.RegistryEntry",
            "credentials.CredentialLookup",
            "credentials.RegistryCredentials",
            "credentials.UsernamePasswordKind",
            "steps.MultiArchBuildStep",
            "steps.PlatformNodeStep",
            "steps.PlatformNodeStep$DescriptorImpl"
        }) {
            Class<?> linked = Class.forName("io.jenkins.plugins.multiarch." + name, true, jenkins);
            assertThat(linked.getDeclaredMethods()).as(name).isNotEmpty();
        }
    }
}
