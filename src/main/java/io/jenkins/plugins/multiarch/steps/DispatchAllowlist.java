package io.jenkins.plugins.multiarch.steps;

import hudson.Extension;
import org.jenkinsci.plugins.workflow.cps.GroovySourceFileAllowlist;

/** Lets Pipelines load the dispatch script from the plugin, and no other file of it. */
@Extension
public final class DispatchAllowlist extends GroovySourceFileAllowlist {

    private final String url =
            MultiArchBuildExecution.class.getResource("Dispatch.groovy").toString();

    @Override
    public boolean isAllowed(String groovyResourceUrl) {
        return groovyResourceUrl.equals(url);
    }
}
