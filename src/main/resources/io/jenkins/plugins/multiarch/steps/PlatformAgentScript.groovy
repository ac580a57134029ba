package io.jenkins.plugins.multiarch.steps

import org.jenkinsci.plugins.pipeline.modeldefinition.agent.CheckoutScript
import org.jenkinsci.plugins.pipeline.modeldefinition.agent.DeclarativeAgentScript2
import org.jenkinsci.plugins.workflow.cps.CpsScript

/** How a Declarative Pipeline runs what is inside of a PlatformAgent. */
class PlatformAgentScript extends DeclarativeAgentScript2<PlatformAgent> {

    PlatformAgentScript(CpsScript script, PlatformAgent agent) {
        super(script, agent)
    }

    @Override
    void run(Closure body) {
        if (describable.retries > 1) {
            script.retry(count: describable.retries, conditions: [script.agent(), script.nonresumable()]) {
                runOnce(body)
            }
        } else {
            runOnce(body)
        }
    }

    /** Each time planned anew. */
    private void runOnce(Closure body) {
        def parameters = [platform: describable.platform]
        if (describable.emulation) {
            parameters.emulation = describable.emulation
        }
        script.platformNode(parameters) {
            CheckoutScript.doCheckout2(script, describable, describable.customWorkspace, body)
        }
    }
}
