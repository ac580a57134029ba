node('source') {
    def image = "${REGISTRY}/load/image:${JOB_NAME.replace('-', '')}-${BUILD_NUMBER}"
    writeFile file: 'Dockerfile', text: 'FROM scratch\n'
    def images = multiArchBuild image: image, platforms: ['linux/amd64', 'linux/amd64/v2', 'linux/amd64/v3', 'linux/386'],
            credentialsId: 'registry'
    pushManifestList image: image, sources: images, credentialsId: 'registry'
}
