package io.jenkins.plugins.multiarch.steps;

import groovy.lang.Script;
import org.jenkinsci.plugins.workflow.cps.CpsThread;

/** The Groovy scripts of the plugin, which run trusted as the bodies of its steps. */
final class DispatchScript {

    private DispatchScript() {}

    /**
     * One that has variables of its own. Its class is compiled once a run, and is no part of what the run stores: a
     * controller that starts again finds it on the plugin's class path.
     *
     * @param name of its class
     */
    static Script of(CpsThread thread, String name) throws ReflectiveOperationException {
        return (Script) thread.getExecution()
                .getTrustedShell()
                .getClassLoader()
                .loadClass(name)
                .getConstructor()
                .newInstance();
    }
}
