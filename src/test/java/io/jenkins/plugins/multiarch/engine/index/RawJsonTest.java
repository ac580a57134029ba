package io.jenkins.plugins.multiarch.engine.index;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RawJsonTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                " { } \n",
                "[1,2]",
                "{\"a\":1,\"b\":[{\"c\":\"}],\\\"\"}]}",
                "{\n\t\"a\" : -1.50E+3 ,\n\t\"b\":\"\\u00fc\" , \"\\\"\\\\\":null\n}\n",
                "[ {\"x\":[[]]} , [ ] , \"]\" , true ]"
            })
    void givesBackWhatItTook(String text) {
        assertThat(RawJson.of(text)).hasToString(text);
    }

    @Test
    void findsKeysHoweverTheyAreWritten() {
        RawJson object = RawJson.of("{\"a\": [1 , 2] , \"\\u0062\" : \"x\"}");
        assertThat(object.value("a")).isEqualTo("[1 , 2]");
        assertThat(object.value("b")).isEqualTo("\"x\"");
        assertThat(object.value("c")).isNull();
    }

    @Test
    void changesNothingButWhatItIsTold() {
        RawJson object = RawJson.of("{\n  \"a\": 1,\n  \"b\":2 ,\n  \"c\": 3\n}\n");
        assertThat(object.with("b", "7")).hasToString("{\n  \"a\": 1,\n  \"b\":7 ,\n  \"c\": 3\n}\n");
        assertThat(object.with("d", "4")).hasToString("{\n  \"a\": 1,\n  \"b\":2 ,\n  \"c\": 3,\n  \"d\": 4\n}\n");
        assertThat(RawJson.of("{\"a\":1}").with("b", "2")).hasToString("{\"a\":1,\"b\":2}");
        assertThat(RawJson.of("{}").with("b", "2")).hasToString("{\"b\": 2}");
    }

    @Test
    void takesEntriesAwayAndAddsOthers() {
        RawJson array = RawJson.of("[\n  1,\n  2,\n  3\n]");
        assertThat(array.edited(i -> i == 1 ? null : array.pieces().get(i).value()))
                .hasToString("[\n  1,\n  3\n]");
        assertThat(array.edited(i -> i == 2 ? null : array.pieces().get(i).value()))
                .hasToString("[\n  1,\n  2\n]");
        assertThat(array.plus("4")).hasToString("[\n  1,\n  2,\n  3,\n  4\n]");
    }
}
