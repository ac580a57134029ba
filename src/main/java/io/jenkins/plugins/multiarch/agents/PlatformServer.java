package io.jenkins.plugins.multiarch.agents;

import hudson.slaves.Cloud;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** An agent or a cloud that builds a platform. */
@ExportedBean(defaultVisibility = 3)
public final class PlatformServer {

    private final String name;
    private final String url;
    private final boolean cloud;
    private final boolean ready;

    private PlatformServer(String name, String url, boolean cloud, boolean ready) {
        this.name = name;
        this.url = url;
        this.cloud = cloud;
        this.ready = ready;
    }

    static PlatformServer of(PoolAgent agent) {
        return new PlatformServer(agent.name(), agent.url(), false, agent.isReady());
    }

    static PlatformServer of(Cloud cloud) {
        return new PlatformServer(cloud.getDisplayName(), cloud.getUrl(), true, true);
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
