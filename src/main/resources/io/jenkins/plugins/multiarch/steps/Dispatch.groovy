// The body of multiArchBuild, run trusted. It gets no data from the author but through the steps below, which find
// what was asked for in their context; queueing, restarts, aborts and the view of the branches are Pipeline's own.
// A build that runs while the plugin is upgraded goes on with its own text of this script and the new steps.

import hudson.AbortException

// Whether a job has an SCM only the variable itself knows, and it may ask the SCM's server for the answer.
def requireScm() {
    def reason
    try {
        return scm
    } catch (AbortException | MissingPropertyException e) {
        reason = e.message
    }
    throw new AbortException("source 'scm' has every agent check out by itself, but this job has no SCM: put"
            + " multiArchBuild inside a node with a workspace or use 'Pipeline script from SCM' or a multibranch"
            + " Pipeline. (${reason})")
}

// known: what a failure is recorded with, as far as this attempt has come
def build(planned, label, fromScm, known) {
    return node(label) {
        known.started = System.currentTimeMillis()
        def failed = false
        if (fromScm) {
            checkout scm
        }
        try {
            known.prepared = multiArchPrepare(platform: planned.platform, shipped: planned.shipped)
            sh(script: known.prepared.command, label: planned.title)
            return multiArchCollect(platform: planned.platform, started: known.started, prepared: known.prepared)
        } catch (IOException | RuntimeException e) {
            // An interruption is neither.
            failed = true
            throw e
        } finally {
            multiArchCleanUp(platform: planned.platform, failed: failed)
        }
    }
}

def branch(planned, fromScm, retries) {
    return {
        def label = planned.label
        def waits = planned.waits
        def left = retries
        while (true) {
            def known = [:]
            try {
                if (waits) {
                    label = multiArchAwaitNative(platform: planned.platform)
                }
                return build(planned, label, fromScm, known)
            } catch (Exception e) {
                // Goes on only if the agent was lost and there is a retry left.
                multiArchFailure(platform: planned.platform, failure: known + [error: e], retriesLeft: left)
            }
            left--
            waits = true
        }
    }
}

multiArchMask {
    def plan = multiArchPlan()
    if (plan.checkout) {
        requireScm()
    }
    def branches = [:]
    for (planned in plan.platforms) {
        branches[planned.platform] = branch(planned, plan.checkout, plan.retries)
    }
    branches.failFast = plan.failFast
    def built = parallel(branches)
    def images = []
    for (planned in plan.platforms) {
        images.add(built[planned.platform])
    }
    multiArchFinish(images: images)
    return images
}
