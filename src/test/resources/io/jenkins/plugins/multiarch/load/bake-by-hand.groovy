// What one writes without the plugin, for many images of one context.
def labels = ['linux/amd64': 'amd64', 'linux/amd64/v2': 'amd64-v2', 'linux/amd64/v3': 'amd64-v3', 'linux/386': '386']
node('source') {
    writeFile file: 'Dockerfile', text: 'FROM scratch\n'
    sh "head -c ${CONTEXT_MB}000000 /dev/urandom > data"
    stash name: 'context', includes: 'Dockerfile, data'
    def digests = [:]
    def branches = [:]
    for (int i = 0; i < TARGETS.toInteger(); i++) {
        def image = "${REGISTRY}/load/image:byhand${i}-${BUILD_NUMBER}"
        labels.each { platform, label ->
            branches["${image} ${platform}"] = {
                node(label) {
                    def tag = "${image}-${platform.replace('/', '-')}"
                    deleteDir()
                    unstash 'context'
                    withCredentials([usernamePassword(credentialsId: 'registry', usernameVariable: 'USERNAME', passwordVariable: 'PASSWORD')]) {
                        sh """
                            echo "\$PASSWORD" | buildah login --username "\$USERNAME" --password-stdin '${REGISTRY}'
                            buildah build --platform='${platform}' --tag='${tag}' .
                            buildah push --digestfile=digest --tls-verify=false '${tag}' 'docker://${tag}'
                            buildah rmi '${tag}'
                        """
                    }
                    digests[tag] = readFile('digest').trim()
                    deleteDir()
                }
            }
        }
    }
    branches.failFast = true
    parallel branches
    withCredentials([usernamePassword(credentialsId: 'registry', usernameVariable: 'USERNAME', passwordVariable: 'PASSWORD')]) {
        for (int i = 0; i < TARGETS.toInteger(); i++) {
            def image = "${REGISTRY}/load/image:byhand${i}-${BUILD_NUMBER}"
            def members = labels.keySet()
                    .collect { "buildah manifest add list '${REGISTRY}/load/image@${digests["${image}-${it.replace('/', '-')}"]}'" }
                    .join('\n')
            sh """
                echo "\$PASSWORD" | buildah login --username "\$USERNAME" --password-stdin '${REGISTRY}'
                buildah manifest create list
                ${members}
                buildah manifest push --all list 'docker://${image}'
            """
        }
    }
}
