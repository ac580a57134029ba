package io.jenkins.plugins.multiarch.agents;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.Action;
import hudson.model.Api;
import hudson.model.Computer;
import hudson.model.Node;
import java.util.Collection;
import java.util.List;
import jenkins.model.TransientActionFactory;
import org.kohsuke.stapler.HttpRedirect;
import org.kohsuke.stapler.HttpResponse;
import org.kohsuke.stapler.StaplerProxy;
import org.kohsuke.stapler.interceptor.RequirePOST;

/** The page Platforms of an agent. */
public final class AgentPlatforms implements Action, StaplerProxy {

    private final Computer computer;

    AgentPlatforms(Computer computer) {
        this.computer = computer;
    }

    @Override
    public String getIconFileName() {
        return AgentAccess.mayRead(computer) ? "symbol-cube" : null;
    }

    @Override
    public String getDisplayName() {
        return Messages.AgentPlatforms_displayName();
    }

    @Override
    public String getUrlName() {
        return "multiarch";
    }

    /** Every request passes here. */
    @Override
    public Object getTarget() {
        AgentAccess.checkRead(computer);
        return this;
    }

    /** Whose page it is. */
    public Computer getComputer() {
        return computer;
    }

    /** What is known of it; null if the agent was removed meanwhile. */
    public AgentDetails getDetails() {
        Node node = computer.getNode();
        return node == null ? null : new AgentDetails(computer, node);
    }

    /** Null as {@link #getDetails} is. */
    public Api getApi() {
        AgentDetails details = getDetails();
        return details == null ? null : new Api(details);
    }

    /** Has the agent probed and comes back at once; the page shows that the probe is under way. */
    @RequirePOST
    public HttpResponse doProbe() {
        AgentAccess.checkProbe(computer);
        AgentProber.get().probe(computer);
        return new HttpRedirect(".?asked=true");
    }

    /** Adds the page to agents on which something can be built. */
    @Extension
    public static final class Factory extends TransientActionFactory<Computer> {

        @Override
        public Class<Computer> type() {
            return Computer.class;
        }

        @NonNull
        @Override
        public Collection<? extends Action> createFor(@NonNull Computer computer) {
            return computer.getNumExecutors() > 0 ? List.of(new AgentPlatforms(computer)) : List.of();
        }
    }
}
