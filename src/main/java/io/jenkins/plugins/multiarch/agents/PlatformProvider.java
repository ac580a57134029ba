package io.jenkins.plugins.multiarch.agents;

import hudson.slaves.Cloud;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** An agent or a cloud that builds a platform. */
@ExportedBean(defaultVisibility = 3)
public final class PlatformProvider {

    private final String name;
    private final String url;
    private final boolean cloud;
    private final boolean ready;

    private PlatformProvider(String name, String url, boolean cloud, boolean ready) {
        this.name = name;
        this.url = url;
        this.cloud = cloud;
        this.ready = ready;
    }

    static PlatformProvider of(PoolAgent agent) {
        return new PlatformProvider(agent.name(), agent.url(), false, agent.isReady());
    }

    static PlatformProvider of(Cloud cloud) {
        return new PlatformProvider(cloud.getDisplayName(), cloud.getUrl(), true, true);
    }

    @Exported
    public String getName() {
        return name;
    }

    /** Its page below that of Jenkins. */
    public String getUrl() {
        return url;
    }

    @Exported
    public boolean isCloud() {
        return cloud;
    }

    /** Whether it takes builds now, or comes up on demand. */
    @Exported
    public boolean isReady() {
        return ready;
    }
}
