package io.jenkins.plugins.multiarch.engine.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class JsonTest {

    private static JsonNode read(String text) {
        return Json.readObject(text.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "   ",
                "null",
                "[]",
                "7",
                "{",
                "{} {}",
                "{}x",
                "{\"a\":1,\"a\":2}",
                "{\"a\":{\"b\":1,\"\\u0062\":2}}",
                "{\"a\":NaN}",
                "{'a':1}",
                "{\"a\":01}",
                "/* */{}",
                "{\"a\":\"\u0001\"}"
            })
    void refusesWhatTwoClientsCouldReadDifferently(String text) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("it is not ");
    }

    @Test
    void refusesWhatIsNestedForNoReason() {
        assertThatThrownBy(() -> read("{\"a\":" + "[".repeat(100_000))).hasMessageContaining("it is not JSON");
        assertThatThrownBy(() -> read("{\"a\":" + "{\"a\":".repeat(100) + "1" + "}".repeat(101)))
                .hasMessageContaining("it is not JSON");
    }

    @Test
    void refusesMoreValuesThanAnyManifestHas() {
        assertThatThrownBy(() -> read("{\"a\":[" + "0,".repeat(2_000_000) + "0]}"))
                .hasMessageContaining("it is not JSON");
    }

    @Test
    void refusesANumberThatWouldTakeLongToRead() {
        assertThatThrownBy(() -> read("{\"a\":" + "9".repeat(1_000_000) + "}")).hasMessageContaining("it is not JSON");
        assertThatCode(() -> Json.size(read("{\"a\":1}"), "a")).doesNotThrowAnyException();
        assertThatThrownBy(() -> Json.size(read("{\"a\":1e999999999}"), "a")).hasMessageContaining("'a'");
    }

    @Test
    void refusesBytesThatAreNoText() {
        assertThatThrownBy(() -> Json.read(new byte[] {'"', (byte) 0xc0, (byte) 0x80, '"'}))
                .hasMessageContaining("not UTF-8");
        assertThatThrownBy(() -> Json.read("{\"a\":1}".getBytes(StandardCharsets.UTF_16)))
                .hasMessageContaining("not UTF-8");
    }

    @Test
    void namesAFieldOfAnotherType() {
        JsonNode object =
                read("{\"text\":7,\"size\":-1,\"half\":1.5,\"list\":{},\"map\":[],\"null\":null,\"huge\":1e30}");
        assertThatThrownBy(() -> Json.string(object, "text")).hasMessage("its 'text' is not a text, but the number 7");
        assertThatThrownBy(() -> Json.size(object, "size"))
                .hasMessageContaining("'size'")
                .hasMessageContaining("-1");
        assertThatThrownBy(() -> Json.size(object, "half")).hasMessageContaining("1.5");
        assertThatThrownBy(() -> Json.size(object, "huge")).hasMessageContaining("'huge'");
        assertThatThrownBy(() -> Json.size(object, "none")).hasMessageContaining("missing");
        assertThatThrownBy(() -> Json.list(object, "list")).hasMessageContaining("not a list");
        assertThatThrownBy(() -> Json.strings(object, "map")).hasMessageContaining("not an object");
        assertThatThrownBy(() -> Json.strings(read("{\"m\":{\"k\":1}}"), "m")).hasMessageContaining("'k'");
        assertThat(Json.string(object, "null")).isEmpty();
        assertThat(Json.string(object, "none")).isEmpty();
        assertThat(Json.strings(object, "null")).isEqualTo(Map.of());
    }
}
