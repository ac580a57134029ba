package io.jenkins.plugins.multiarch.agents;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.Api;
import hudson.model.Computer;
import hudson.model.ManagementLink;
import hudson.security.Permission;
import java.time.Duration;
import java.util.List;
import jenkins.model.Jenkins;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.HttpRedirect;
import org.kohsuke.stapler.HttpResponse;
import org.kohsuke.stapler.HttpResponses;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.StaplerProxy;
import org.kohsuke.stapler.StaplerRequest2;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;
import org.kohsuke.stapler.interceptor.RequirePOST;

/** Manage Jenkins » Multi-Arch Build: every agent and what it can build, every platform and who builds it. */
@Extension
@Symbol("multiArchAgents")
@ExportedBean
public final class MultiArchLink extends ManagementLink implements StaplerProxy {

    @Override
    public String getIconFileName() {
        return "symbol-cube";
    }

    @Override
    public String getDisplayName() {
        return Messages.MultiArchLink_displayName();
    }

    @Override
    public String getDescription() {
        return Messages.MultiArchLink_description();
    }

    @Override
    public String getUrlName() {
        return "multiarch";
    }

    @NonNull
    @Override
    public Category getCategory() {
        return Category.STATUS;
    }

    /** The link stands on a page that asks for more than this; {@link #getTarget} decides who may follow it. */
    @NonNull
    @Override
    public Permission getRequiredPermission() {
        return Jenkins.READ;
    }

    /** Every request passes here. */
    @Override
    public Object getTarget() {
        AgentAccess.checkReadAll();
        return this;
    }

    public Api getApi() {
        return new Api(this);
    }

    @Exported
    public List<AgentRow> getAgents() {
        return AgentRow.all();
    }

    @Exported
    public List<PlatformRow> getPlatforms() {
        return new PlatformTable().rows(AgentRow.all());
    }

    /** Whether any agent is being probed. */
    @Exported
    public boolean isProbing() {
        return AgentRow.all().stream().anyMatch(AgentRow::isProbing);
    }

    /** What is to be shown for a request, which may name the number of a page. */
    public AgentsPage page(StaplerRequest2 request) {
        return new AgentsPage(number(request.getParameter("page")));
    }

    private static int number(String text) {
        return text != null && text.matches("[0-9]{1,6}") ? Integer.parseInt(text) : 1;
    }

    public boolean isProbeable() {
        return AgentAccess.mayProbeAll();
    }

    /**
     * Has one agent probed and comes back at once; the page shows that the probe is under way.
     *
     * @param agent its name; empty for the built-in node
     * @param page the number of the page to come back to
     */
    @RequirePOST
    public HttpResponse doProbe(@QueryParameter String agent, @QueryParameter String page) {
        Computer computer = Jenkins.get().getComputer(agent == null ? "" : agent);
        if (computer == null) {
            return HttpResponses.error(404, "There is no agent '" + agent + "'.");
        }
        AgentAccess.checkProbe(computer);
        AgentProber.get().probe(computer);
        return new HttpRedirect(".?asked=true&page=" + number(page));
    }

    /** Has every connected agent probed and comes back at once. */
    @RequirePOST
    public HttpResponse doProbeAll() {
        AgentAccess.checkProbeAll();
        AgentProber.get().probeAll(Duration.ZERO);
        return new HttpRedirect(".?asked=true");
    }
}
