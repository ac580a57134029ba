package io.jenkins.plugins.multiarch;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives tests the Jenkins that runs in this JVM already, as a parameter of type
 * {@link org.jvnet.hudson.test.JenkinsRule}. It has no jobs, agents, credentials, users or settings of earlier tests. A
 * test that needs a home directory or extensions of its own takes {@link WithOwnJenkins}.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@ExtendWith(SharedJenkins.class)
public @interface WithSharedJenkins {}
