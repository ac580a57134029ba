package io.jenkins.plugins.multiarch;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ExtensionContext.StoreScope;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.jvnet.hudson.test.JenkinsRule;

/** What {@link WithSharedJenkins} does. Starting a Jenkins takes seconds of processor time, cleaning one does not. */
final class SharedJenkins implements ParameterResolver, AfterEachCallback {

    private static final Namespace NAMESPACE = Namespace.create(SharedJenkins.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == JenkinsRule.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return store(context)
                .computeIfAbsent(ReusableJenkins.class, key -> ReusableJenkins.start(), ReusableJenkins.class)
                .rule();
    }

    /** After the methods of the test itself, before its temporary directories go. */
    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        ReusableJenkins jenkins = store(context).get(ReusableJenkins.class, ReusableJenkins.class);
        if (jenkins != null && !jenkins.clean()) {
            stop(context);
        }
    }

    private static void stop(ExtensionContext context) throws Exception {
        ReusableJenkins jenkins = store(context).remove(ReusableJenkins.class, ReusableJenkins.class);
        if (jenkins != null) {
            jenkins.close();
        }
    }

    /** One for all test classes of the JVM. What is in there is closed at its end. */
    private static Store store(ExtensionContext context) {
        return context.getStore(StoreScope.LAUNCHER_SESSION, NAMESPACE);
    }

    /** Has no shared Jenkins run beside those that the tests of a class start for themselves. */
    static final class Stopped implements BeforeAllCallback {

        @Override
        public void beforeAll(ExtensionContext context) throws Exception {
            stop(context);
        }
    }
}
