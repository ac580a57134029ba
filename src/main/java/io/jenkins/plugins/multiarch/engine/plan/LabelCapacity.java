package io.jenkins.plugins.multiarch.engine.plan;

/**
 * What a pool has for a label expression.
 *
 * @param label the label expression to queue for; narrower than what was asked where only some of its agents will do
 * @param ready agents that are online or come up on demand
 * @param offline agents that are offline and do not come up by themselves
 * @param here name of the agent that matches and that the planning build occupies already, so that it can build in place;
 *     empty if there is none
 * @param cloud whether a cloud provisions agents for the expression
 * @param problem why agents that match will not do after all, as a clause; empty where there is nothing to say
 * @param remedy what would help; empty where there is no problem
 */
public record LabelCapacity(
        String label, int ready, int offline, String here, boolean cloud, String problem, String remedy) {

    /** Agents, and no problem with any. */
    public static LabelCapacity of(String label, int ready, int offline, boolean cloud) {
        return new LabelCapacity(label, ready, offline, "", cloud, "", "");
    }

    /** Nothing, and why. */
    public static LabelCapacity none(String label, String problem, String remedy) {
        return new LabelCapacity(label, 0, 0, "", false, problem, remedy);
    }

    /** Whether a build that is queued now can be expected to start, or need not be queued. */
    public boolean isAvailable() {
        return ready > 0 || cloud || isHere();
    }

    /** Whether the planning build can build in place. */
    boolean isHere() {
        return !here.isEmpty();
    }

    /** Whether there is anything that may take the build some day. */
    public boolean exists() {
        return isAvailable() || offline > 0;
    }

    /** Who serves the label, in words. */
    String describe() {
        if (ready > 0) {
            return (ready == 1 ? "1 agent is available" : ready + " agents are available")
                    + (cloud ? ", and a cloud provisions more" : "");
        }
        if (cloud) {
            return "a cloud provisions it";
        }
        if (isHere()) {
            return "agent '" + here + "' can build it";
        }
        return offline == 1 ? "its only agent is offline" : "all of its " + offline + " agents are offline";
    }
}
