package io.jenkins.plugins.multiarch.steps

import hudson.model.Node
import org.jenkinsci.plugins.workflow.steps.FlowInterruptedException

// The body of multiArchBake, run trusted: reads the bake file, builds every target as multiArchBuild does, and publishes
// them as pushManifestList does. Steps are called as steps.node, because a shared library may define a variable named node.

// The tools are those of the container that the author has named, if the node around it is a pod.
def inContainer(name, body) {
    if (name && Pods.isPod(steps.getContext(Node))) {
        return steps.container(name) {
            body()
        }
    }
    return body()
}

// The images of the targets that it builds on, by the name of the context.
def imagesOfBases(target, state) {
    def bases = [:]
    for (base in target.bases) {
        bases[base.key] = state.images[base.value]
    }
    return bases
}

// images: of one target. From another registry they are read with the credential for it.
def sources(images, credentialsId) {
    if (!credentialsId) {
        return images
    }
    def sources = []
    for (image in images) {
        sources.add([ref: image.reference, platform: image.platform, credentialsId: credentialsId])
    }
    return sources
}

def publishOne(publication, images) {
    return steps.pushManifestList(publication.push + [sources: sources(images, publication.sourceCredentialsId)])
}

// One index for each repository of a target.
def publish(target, state) {
    def indexes = []
    for (publication in target.publications) {
        indexes.add(publishOne(publication, state.images[target.name]))
    }
    state.indexes[target.name] = indexes
}

// Goes on with what has become ready. A target that failed stops only those that build on it, unless failFast.
def branch(target, plan, state) {
    return {
        def failure = null
        try {
            state.images[target.name] = steps.multiArchBakeTarget(
                    target: target.name, build: target.build, bases: imagesOfBases(target, state),
                    archives: plan.push == false ? target.bases : [:], handOver: target.handOver ? true : false,
                    dockerfile: target.dockerfile)
            if (plan.each) {
                publish(target, state)
            }
        } catch (Exception e) {
            if (plan.failFast || e instanceof FlowInterruptedException) {
                throw e
            }
            failure = e
        }
        state.running--
        startReady(plan, state)
        if (failure != null) {
            throw failure
        }
    }
}

// Branches share one thread, so nothing changes between the choice of a target and the note that it has been chosen.
def startReady(plan, state) {
    def branches = [:]
    for (target in plan.targets) {
        def free = plan.maxParallel == 0 || state.running < plan.maxParallel
        if (free && !state.started.contains(target.name) && state.images.keySet().containsAll(target.bases.values())) {
            state.started.add(target.name)
            state.running++
            branches[target.name] = branch(target, plan, state)
        }
    }
    if (branches) {
        branches.failFast = plan.failFast
        steps.parallel(branches)
    }
}

def publishAll(plan, state) {
    def branches = [:]
    for (each in plan.targets) {
        def target = each
        if (target.publications) {
            branches[target.name] = {
                publish(target, state)
            }
        }
    }
    if (branches) {
        steps.parallel(branches)
    }
}

def build(plan, state) {
    try {
        startReady(plan, state)
    } finally {
        def missing = []
        for (target in plan.targets) {
            if (!state.images.containsKey(target.name) && !state.started.contains(target.name)) {
                missing.add(target.name)
            }
        }
        if (missing) {
            steps.echo("Not built: ${missing.join(', ')}")
        }
    }
    if (!plan.each) {
        publishAll(plan, state)
    }
}

// A variable of the script, which the step has set, does not survive a restart; one of its body does.
def containerName = container
try {
    def plan = inContainer(containerName) {
        steps.multiArchBakePlan()
    }
    def result = [:]
    if (plan.dryRun) {
        for (target in plan.targets) {
            result[target.name] = target.summary
        }
        return result
    }
    def state = [images: [:], indexes: [:], started: [], running: 0]
    build(plan, state)
    for (target in plan.targets) {
        def indexes = state.indexes[target.name]
        result[target.name] = [index: indexes ? indexes[0] : null, indexes: indexes ?: [], images: state.images[target.name]]
    }
    return result
} finally {
    steps.multiArchBakeCleanUp()
}
