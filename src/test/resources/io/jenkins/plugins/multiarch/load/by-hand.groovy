// What one writes without the plugin: see docs/migrating.md.
def labels = ['linux/amd64': 'amd64', 'linux/amd64/v2': 'amd64-v2', 'linux/amd64/v3': 'amd64-v3', 'linux/386': '386']
node('source') {
    def image = "${REGISTRY}/load/image:byhand-${BUILD_NUMBER}"
    writeFile file: 'Dockerfile', text: 'FROM scratch\n'
    stash name: 'context', includes: 'Dockerfile'
    def digests = [:]
    def branches = [:]
    labels.each { platform, label ->
        branches[platform] = {
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
                digests[platform] = readFile('digest').trim()
                deleteDir()
            }
        }
    }
    branches.failFast = true
    parallel branches
    withCredentials([usernamePassword(credentialsId: 'registry', usernameVariable: 'USERNAME', passwordVariable: 'PASSWORD')]) {
        def members = labels.keySet().collect { "buildah manifest add list '${REGISTRY}/load/image@${digests[it]}'" }.join('\n')
        sh """
            echo "\$PASSWORD" | buildah login --username "\$USERNAME" --password-stdin '${REGISTRY}'
            buildah manifest create list
            ${members}
            buildah manifest push --all list 'docker://${image}'
        """
    }
}
