package io.jenkins.plugins.multiarch;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** Gives each test of a class a Jenkins of its own. The shared one is stopped before: a JVM can have one at a time. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@ExtendWith(SharedJenkins.Stopped.class)
@WithJenkins
public @interface WithOwnJenkins {}
