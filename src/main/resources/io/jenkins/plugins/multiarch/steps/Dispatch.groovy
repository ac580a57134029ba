package io.jenkins.plugins.multiarch.steps

import hudson.AbortException
import hudson.model.Node
import io.jenkins.plugins.multiarch.checkout.CommitPin

// The body of multiArchBuild, run trusted. It gets no data from the author but through the internal steps below, which
// find what was asked for in their context; queueing, restarts, aborts and the view of the branches are Pipeline's own.
// Steps are called as steps.node, because a shared library may define a variable named node.

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

// The tools are those of the container that the author has named, if the node around it is a pod.
def inContainer(name, body) {
    if (name && Pods.isPod(steps.getContext(Node))) {
        return steps.container(name) {
            body()
        }
    }
    return body()
}

// plan.commit: the one for all platforms, as far as it is known; empty if nothing is checked out
def checkOut(planned, plan) {
    def found = steps.checkout(CommitPin.pin(requireScm(), plan.commit))
    plan.commit = plan.commit.joinedBy(found, planned.platform)
}

// The author's steps, between the build of an image and its push.
def test(planned, plan, known) {
    known.paused = true
    steps.withEnv(known.prepared.environment) {
        steps.dir(known.prepared.directory) {
            plan.testBlock.call()
        }
    }
    steps.sh(script: known.prepared.push, label: planned.pushTitle)
    known.paused = false
}

// On the agent that the branch has got, or that the surrounding build holds.
def build(planned, plan, known) {
    known.started = System.currentTimeMillis()
    def failed = false
    if (plan.checkout) {
        checkOut(planned, plan)
    }
    try {
        known.prepared = steps.multiArchPrepare(
                platform: planned.platform, shipped: planned.shipped && !planned.inPlace, inPlace: planned.inPlace && !plan.checkout,
                withoutMachine: planned.withoutMachine ? true : false, stash: planned.stash)
        if (known.prepared.command) {
            steps.sh(script: known.prepared.command, label: planned.title)
            if (plan.testBlock) {
                test(planned, plan, known)
            }
        }
        return steps.multiArchCollect(platform: planned.platform, started: known.started, prepared: known.prepared,
                commit: plan.commit)
    } catch (IOException | RuntimeException e) {
        // An interruption is neither.
        failed = true
        throw e
    } finally {
        steps.multiArchCleanUp(platform: planned.platform, failed: failed, paused: known.paused ? true : false)
    }
}

// known: what a failure is recorded with, as far as this attempt has come
def attempt(planned, plan, known) {
    if (!planned.inPlace && planned.decorated) {
        return steps.multiArchPlainLauncher {
            steps.node(planned.label) {
                inContainer(plan.container) {
                    build(planned, plan, known)
                }
            }
        }
    }
    if (!planned.inPlace) {
        return steps.node(planned.label) {
            inContainer(plan.container) {
                build(planned, plan, known)
            }
        }
    }
    if (plan.checkout) {
        // The workspace around it belongs to the author.
        return steps.ws(planned.directory) {
            try {
                return inContainer(plan.container) {
                    build(planned, plan, known)
                }
            } finally {
                steps.deleteDir()
            }
        }
    }
    return inContainer(plan.container) {
        build(planned, plan, known)
    }
}

def branch(planned, plan) {
    return {
        def current = planned
        def waits = planned.waits
        def left = plan.retries
        while (true) {
            def known = [:]
            try {
                if (waits) {
                    current = planned + steps.multiArchAwaitNative(platform: planned.platform, inPlace: true,
                            withoutMachine: planned.withoutMachine ? true : false)
                }
                return attempt(current, plan, known)
            } catch (Exception e) {
                // Goes on only if the agent was lost and there is a retry left. With the agent around this build its
                // workspace was lost, so nothing can be tried again in here.
                steps.multiArchFailure(platform: planned.platform, failure: known + [error: e], retriesLeft: left,
                        inPlace: current.inPlace)
            }
            left--
            waits = true
        }
    }
}

// A variable of the script, which the step has set, does not survive a restart; one of its body does.
def containerName = container
def author = testBlock
// First, because the plan depends on the Dockerfile of that commit.
def commit = checksOut ? steps.multiArchCommit(scm: requireScm()) : null
def plan = inContainer(containerName) {
    steps.multiArchPlan(commit == null ? [inPlace: true] : [inPlace: true, scm: requireScm(), commit: commit])
}
plan.container = containerName
plan.testBlock = author
plan.commit = commit
def branches = [:]
for (planned in plan.platforms) {
    branches[planned.branch ?: planned.platform] = branch(planned, plan)
}
branches.failFast = plan.failFast
def built = steps.parallel(branches)
def images = []
for (planned in plan.platforms) {
    images.add(built[planned.branch ?: planned.platform])
}
steps.multiArchFinish(images: images)
if (plan.publication) {
    steps.pushManifestList(plan.publication + [sources: images])
}
return images
