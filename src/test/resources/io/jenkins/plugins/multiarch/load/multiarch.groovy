node('source') {
    writeFile file: 'Dockerfile', text: 'FROM scratch\n'
    def images = multiArchBuild image: "${REGISTRY}/load/image:multiarch-${BUILD_NUMBER}",
            platforms: ['linux/amd64', 'linux/amd64/v2', 'linux/amd64/v3', 'linux/386'], credentialsId: 'registry'
    pushManifestList image: "${REGISTRY}/load/image:multiarch-${BUILD_NUMBER}", sources: images, credentialsId: 'registry'
}
