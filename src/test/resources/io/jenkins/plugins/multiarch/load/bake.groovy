node('source') {
    writeFile file: 'Dockerfile', text: 'FROM scratch\n'
    sh "head -c ${CONTEXT_MB}000000 /dev/urandom > data"
    def names = (0..<TARGETS.toInteger()).collect { "t${it}" }
    def targets = names.collect {
        """"${it}": {"tags": ["${REGISTRY}/load/image:bake${it}-${BUILD_NUMBER}"],
            "platforms": ["linux/amd64", "linux/amd64/v2", "linux/amd64/v3", "linux/386"]}"""
    }
    writeFile file: 'docker-bake.json', text: """{
        "group": {"default": {"targets": [${names.collect { "\"${it}\"" }.join(', ')}]}},
        "target": {${targets.join(', ')}}}"""
    multiArchBake builder: 'buildah', credentialsId: 'registry'
}
