package io.jenkins.plugins.multiarch.steps;

import hudson.Extension;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jenkinsci.plugins.workflow.cps.GroovySourceFileAllowlist;

/** Lets Pipelines load the dispatch scripts from the plugin, and no other file of it. */
@Extension
public final class DispatchAllowlist extends GroovySourceFileAllowlist {

    private final Set<String> urls = Stream.of("Dispatch.groovy", "Bake.groovy")
            .map(name -> MultiArchBuildExecution.class.getResource(name).toString())
            .collect(Collectors.toUnmodifiableSet());

    @Override
    public boolean isAllowed(String groovyResourceUrl) {
        return urls.contains(groovyResourceUrl);
    }
}
