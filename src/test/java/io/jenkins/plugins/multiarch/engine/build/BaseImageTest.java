package io.jenkins.plugins.multiarch.engine.build;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.multiarch.engine.platform.Platform;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BaseImageTest {

    private static final Platform ARM64 = Platform.parse("linux/arm64");

    private static Optional<BaseImage> of(String dockerfile) {
        return BaseImage.of(dockerfile.replace("|", "\n"), "", Map.of("V", "12"), ARM64);
    }

    @ParameterizedTest
    @CsvSource({
        "FROM debian:12, debian:12",
        "from debian:12 as x|RUN true, debian:12",
        "FROM a AS one|FROM one AS two|FROM two, a",
        "FROM a AS one|FROM b, b",
        "FROM a|FROM 0, a",
        "ARG V=11|FROM debian:$V, debian:12",
        "ARG W=11|FROM debian:${W}, debian:11",
        "ARG W='11'|FROM debian:${W}, debian:11",
        "FROM debian:${W:-10}, debian:10",
        "FROM app-$TARGETARCH, app-arm64",
        "# syntax=x|# escape=`|FROM `|  debian:12, debian:12",
        "FROM \\|# comment|  debian:12, debian:12",
        "FROM a AS Build|FROM build, a",
        "FROM a|RUN cat > /x <<EOF|FROM --platform=linux/amd64 b|EOF, a",
        "FROM a|COPY <<-'END' <<MORE /x/|FROM b|\tEND|FROM c|MORE, a",
    })
    void findsWhereTheLastStageBegins(String dockerfile, String name) {
        assertThat(of(dockerfile)).map(BaseImage::name).contains(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"FROM scratch", "FROM debian:$UNKNOWN", "", "RUN true", "FROM scratch AS a|FROM a"})
    void tellsNothingWhereThereIsNone(String dockerfile) {
        assertThat(of(dockerfile)).isEmpty();
    }

    @Test
    void theWantedStageCounts() {
        String dockerfile = "FROM a AS one\nFROM b AS two\n";
        assertThat(BaseImage.of(dockerfile, "one", Map.of(), ARM64))
                .map(BaseImage::name)
                .contains("a");
        assertThat(BaseImage.of(dockerfile, "nowhere", Map.of(), ARM64)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "FROM --platform=linux/amd64 a, linux/amd64",
        "FROM --platform=$TARGETPLATFORM a, linux/arm64",
        "FROM --platform=$BUILDPLATFORM a, ",
        "FROM --platform=nonsense a, ",
        "FROM a, ",
    })
    void readsThePlatformOfTheLine(String dockerfile, String platform) {
        assertThat(of(dockerfile).orElseThrow().platform().map(Platform::toString))
                .isEqualTo(Optional.ofNullable(platform));
    }
}
