// The body of multiArchBuild, run trusted. It gets no data from the author but through the steps below, which find
// what was asked for in their context; queueing, restarts, aborts and the view of the branches are Pipeline's own.

def branch(planned) {
    return {
        def label = planned.waits ? multiArchAwaitNative(platform: planned.platform) : planned.label
        node(label) {
            def started = System.currentTimeMillis()
            if (planned.checkout) {
                checkout scm
            }
            try {
                def prepared = multiArchPrepare(platform: planned.platform, shipped: planned.shipped)
                withEnv(["MULTIARCH_FOLDER=${prepared.folder}"]) {
                    sh(script: 'exec sh "$MULTIARCH_FOLDER/run.sh"', label: planned.title)
                }
                return multiArchCollect(platform: planned.platform, started: started, prepared: prepared)
            } finally {
                multiArchCleanUp(platform: planned.platform)
            }
        }
    }
}

def plan = multiArchPlan()
def branches = [:]
for (planned in plan.platforms) {
    branches[planned.platform] = branch(planned)
}
branches.failFast = plan.failFast
def built = parallel(branches)
def images = []
for (planned in plan.platforms) {
    images.add(built[planned.platform])
}
multiArchFinish(images: images)
return images
