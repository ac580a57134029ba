package io.jenkins.plugins.multiarch.engine.bake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What buildx prints, in the words of its releases, and what becomes of each attribute. */
class BakeFileTest {

    private static BakeFile read(String json) {
        return BakeFile.read(json);
    }

    /** @param attributes JSON, with ' for " */
    private static BakeTarget target(String attributes) {
        return read("{'target': {'app': {%s}}}".formatted(attributes).replace('\'', '"'))
                .targets()
                .get("app");
    }

    @Test
    void whatIsNotNamedIsTheUsual() {
        BakeTarget target = target("");
        assertThat(target.context()).isEqualTo(".");
        assertThat(target.dockerfile()).isEqualTo("Dockerfile");
        assertThat(target.published()).isTrue();
        assertThat(target.platforms()).isEmpty();
        assertThat(target("'platforms': ['local']").platforms()).isEmpty();
        assertThat(target.warnings()).isEmpty();
    }

    @Test
    void everyAttributeIsRead() {
        BakeTarget target = target("""
                'description': 'text', 'context': 'cwd://app', 'dockerfile': 'docker/Dockerfile',
                'contexts': {'base': 'target:base', 'alpine': 'docker-image://alpine', 'libs': 'cwd://libs'},
                'args': {'A': 'b=c', 'UNSET': null, 'EMPTY': ''}, 'labels': {'com.example.a': 'x y'},
                'tags': ['r.example.com/app:1', '', 'r.example.com/app:1', 'r.example.com/app:2'],
                'platforms': ['linux/aarch64', 'linux/arm64/v8', 'linux/arm/v7'], 'target': 'release',
                'no-cache': true, 'pull': true, 'network': 'host', 'shm-size': '128m', 'ulimits': ['nofile=1:2'],
                'extra-hosts': {'proxy': '10.0.0.1'}
                """);
        assertThat(target.context()).isEqualTo("app");
        assertThat(target.dockerfile()).isEqualTo("docker/Dockerfile");
        assertThat(target.contexts())
                .containsExactly(Map.entry("alpine", "docker-image://alpine"), Map.entry("libs", "libs"));
        assertThat(target.bases()).containsExactly(Map.entry("base", "base"));
        assertThat(target.args()).containsExactly(Map.entry("A", "b=c"), Map.entry("EMPTY", ""));
        assertThat(target.labels()).containsExactly(Map.entry("com.example.a", "x y"));
        assertThat(target.tags()).containsExactly("r.example.com/app:1", "r.example.com/app:2");
        assertThat(target.platforms()).containsExactly("linux/arm64", "linux/arm/v7");
        assertThat(target.stage()).isEqualTo("release");
        assertThat(target.noCache()).isTrue();
        assertThat(target.pull()).isTrue();
        assertThat(target.options())
                .containsExactly(
                        "--network=host", "--shm-size=128m", "--ulimit=nofile=1:2", "--add-host=proxy:10.0.0.1");
        assertThat(target.warnings()).isEmpty();
    }

    /** buildx 0.13 prints text, 0.29 objects. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "'secret': ['id=a,src=./x', 'type=env,id=b', 'env=C'], 'ssh': ['default'],"
                        + " 'attest': ['type=provenance,mode=max', 'type=sbom'], 'output': ['type=image', 'type=local,dest=out']",
                "'secret': [{'id':'a','src':'./x'}, {'type':'env','id':'b'}, {'env':'C'}], 'ssh': [{'id':'default'}],"
                        + " 'attest': [{'mode':'max','type':'provenance'}, {'type':'sbom'}],"
                        + " 'output': [{'type':'image'}, {'dest':'out','type':'local'}]"
            })
    void entriesAreTextOrObjects(String attributes) {
        BakeTarget target = target(attributes);
        assertThat(target.secrets()).containsExactly("a", "b", "C");
        assertThat(target.ssh()).isTrue();
        assertThat(target.provenance()).isEqualTo("max");
        assertThat(target.sbom()).isEqualTo("true");
        assertThat(target.exportTo()).isEqualTo("out");
        assertThat(target.published()).isTrue();
        assertThat(target.warnings()).isEmpty();
    }

    @Test
    void aCacheGetsATagForEachPlatform() {
        BakeTarget target = target("""
                'cache-from': ['r.example.com/app', 'type=registry,ref=r.example.com:5000/app:cache',
                    {'ref': 'r.example.com/app@sha256:1', 'type': 'registry'}, 'type=gha'],
                'cache-to': [{'mode': 'max', 'ref': 'r.example.com:5000/app:cache', 'type': 'registry'}, 'type=inline',
                    'type=local,dest=x']
                """);
        assertThat(target.cacheFrom())
                .containsExactly(
                        "type=registry,ref=r.example.com/app:{platform}",
                        "type=registry,ref=r.example.com/app",
                        "type=registry,ref=r.example.com:5000/app:cache-{platform}",
                        "type=registry,ref=r.example.com:5000/app:cache",
                        "type=registry,ref=r.example.com/app@sha256:1");
        assertThat(target.cacheTo())
                .containsExactly("type=registry,mode=max,ref=r.example.com:5000/app:cache-{platform}", "type=inline");
        assertThat(target.warnings())
                .containsExactly(
                        "Target 'app' is built without cache-from type=gha, which cannot be honoured.",
                        "Target 'app' is built without cache-to type=local,dest=x, which cannot be honoured.");
    }

    @Test
    void annotationsGoWhereTheirLevelSays() {
        BakeTarget target = target("""
                'annotations': ['a=1', 'index:b=2', 'index,manifest:c=x:y', 'manifest-descriptor[linux/aarch64]:d=4',
                    'manifest[linux/amd64]:e=5', 'org.example:f=6']
                """);
        assertThat(target.annotations().index()).containsExactly(Map.entry("b", "2"), Map.entry("c", "x:y"));
        assertThat(target.annotations().entries()).containsExactly(Map.entry("linux/arm64", Map.of("d", "4")));
        assertThat(target.options())
                .containsExactly("--annotation=a=1", "--annotation=c=x:y", "--annotation=org.example:f=6");
        assertThat(target.warnings())
                .containsExactly("Target 'app' is built without the annotation manifest[linux/amd64]:e=5, which"
                        + " cannot be honoured.");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            'attest': []                                              | ``
            'attest': ['type=sbom']                                   | true
            'attest': ['type=sbom,disabled=true']                     | ``
            'attest': ['type=sbom,generator=r.example.com/scanner:1'] | r.example.com/scanner:1
            'attest': [{'type': 'sbom', 'generator': 'a/b'}]          | a/b
            """)
    void aScannerOfOnesOwnIsThatOfTheTarget(String attributes, String sbom) {
        assertThat(target(attributes).sbom()).isEqualTo(sbom);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            'output': ['type=registry']            | true  | 0
            'output': ['type=image,push=false']    | false | 0
            'output': [{'type':'cacheonly'}]       | false | 0
            'output': ['type=docker']              | false | 1
            'output': ['type=oci,dest=x.tar']      | false | 1
            'output': ['type=image,compression=zstd'] | true | 1
            'no-cache-filter': ['stage']           | true  | 1
            'entitlements': ['network.host']       | true  | 1
            'attest': ['type=sbom,mode=max']       | true  | 1
            'attest': ['type=sbom,generator=r.example.com/scanner:1'] | true | 0
            'network': 'default'                   | true  | 0
            'policy': null                         | true  | 0
            """)
    void whatCannotBeHonouredIsAWarning(String attributes, boolean published, int warnings) {
        BakeTarget target = target(attributes);
        assertThat(target.published()).isEqualTo(published);
        assertThat(target.warnings()).hasSize(warnings).allMatch(warning -> warning.startsWith("Target 'app'"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            'policy': [{'filename': 'x'}]   | its attribute 'policy' is unknown
            'call': 'check'                 | its attribute 'call' is unknown
            'context': 'target:base'        | its context is 'target:base', which is no directory
            'platforms': ['linux/sparc/9/9'] | linux/sparc/9/9
            'platforms': 'linux/amd64'      | its 'platforms' is not a list
            'tags': [1]                     | its tags have 1, which is no text
            'args': ['A']                   | its args are no object
            'args': {'A': 1}                | its 'A' is not a text
            'pull': 'yes'                   | its pull is "yes". Choose true or false
            'ssh': ['github=/key']          | its ssh 'github=/key' is not 'default'
            'attest': ['type=vex']          | is neither provenance nor sbom
            'secret': ['src=x']             | its secret 'src=x' has no id
            'secret': [1]                   | 1 is neither an object nor a text
            'annotations': ['key']          | the annotation 'key' has no key and value
            """)
    void whatWouldChangeTheImageIsAnError(String attributes, String reason) {
        assertThatThrownBy(() -> target(attributes))
                .isInstanceOf(BakeFileException.class)
                .hasMessageStartingWith("Target 'app' cannot be built: ")
                .hasMessageContaining(reason);
    }

    @Test
    void groupsAndTargetsAreResolvedByName() {
        BakeFile file = read("""
                {"group": {"default": {"targets": ["web", "a"]}, "web": {"targets": ["b", "a", "loop"]},
                           "loop": {"targets": ["web"]}},
                 "target": {"a": {}, "b": {}, "strange name/ü": {}}}
                """);
        assertThat(file.resolve(List.of())).containsExactly("b", "a");
        assertThat(file.resolve(List.of("a", "web"))).containsExactly("a", "b");
        assertThat(file.resolve(List.of("strange name/ü"))).containsExactly("strange name/ü");
        assertThatThrownBy(() -> file.resolve(List.of("c")))
                .hasMessage(
                        "The bake file has no target and no group 'c'. It has the targets a, b, strange name/ü and the"
                                + " groups default, web, loop.");
    }

    @Test
    void whatIsNoBakeFileSaysSo() {
        assertThatThrownBy(() -> read("target \"app\" {}"))
                .hasMessageStartingWith("The bake file cannot be read: it is not JSON");
        assertThatThrownBy(() -> read("{\"target\": {\"app\": []}}"))
                .hasMessage("Target 'app' cannot be built: it is not an object.");
    }
}
