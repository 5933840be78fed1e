package io.baton.httpapi.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CodecTest {
    @ParameterizedTest(name = "[{0}]")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        ``                                              | none
        */*                                             | JSON
        application/*                                   | JSON
        application/json                                | JSON
        application/JSON;charset=utf-8                  | JSON
        application/x-protobuf                          | PROTOBUF
        application/x-protobuf,application/x-protobuf   | PROTOBUF
        application/x-protobuf, application/json;q=0.1  | JSON
        application/json;q=0, application/x-protobuf    | PROTOBUF
        application/json;q=0, */*                       | PROTOBUF
        */*;q=0, application/json                       | JSON
        text/html                                       | none
        image/png, text/*                               | none
        */*;q=0                                         | none
        application/jsonp                               | none
        ;;,,;                                           | none
        application/json;q=abc                          | none
        application/json;q=                             | JSON
        application/json;q=nan                          | none
        application/json; q = 0                         | none
        application/json;q=0, application/json          | none
        application/json, application/json;q=0          | JSON
        application / json ;	q=0.5                      | JSON
        application/*;q=0, */*                          | none
        """)
    void negotiatesTheEncoding(String accept, String encoding) {
        assertThat(Accept.encoding(Optional.of(accept)).map(Enum::name).orElse("none"))
                .isEqualTo(encoding);
    }

    @Test
    void answersJsonWhenNotAsked() {
        assertThat(Accept.encoding(Optional.empty()).map(Enum::name)).hasValue("JSON");
        assertThat(Accept.gzip(Optional.empty())).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        gzip              | true
        deflate, GZIP     | true
        x-gzip            | true
        *                 | true
        gzip;q=0          | false
        *;q=0             | false
        gzip;q=0, *       | false
        identity, br      | false
        gzip;q=x          | false
        gzip; q = 0       | false
        br;q=1.0, gzip    | true
        """)
    void compressesForThoseWhoAsk(String accept, boolean gzip) {
        assertThat(Accept.gzip(Optional.of(accept))).isEqualTo(gzip);
    }

    @Test
    void readsQueries() {
        var query = Query.parse("path=%2Fa%20b&offset=12&follow&x=1&x=2&=y&empty=&plus=a+b&no=false");

        assertThat(query.text("path")).hasValue("/a b");
        assertThat(query.number("offset")).hasValue(12);
        assertThat(query.flag("follow")).isTrue();
        assertThat(query.flag("no")).isFalse();
        assertThat(query.flag("absent")).isFalse();
        assertThat(query.text("x")).hasValue("1");
        assertThat(query.text("empty")).hasValue("");
        assertThat(query.text("plus")).hasValue("a b");
        assertThat(query.text("absent")).isEmpty();
        assertThat(Query.parse("").number("offset")).isEmpty();
        assertThatThrownBy(() -> query.number("path"))
                .isInstanceOf(BadParameterException.class)
                .hasMessage("Failed to parse 'path': expecting a whole number");
        assertThatThrownBy(() -> Query.parse("a=%zz")).hasMessageContaining("hexadecimal");
        assertThatThrownBy(() -> Query.parse("a=%4")).isInstanceOf(BadParameterException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0.0",
        "8, 8.0",
        "0.1, 0.1",
        "20000000, 20000000.0",
        "1795353475.401682, 1795353475.401682",
        "1e21, 1000000000000000000000.0",
        "1e-7, 0.00000010",
        "-3.5, -3.5",
        "NaN, 0.0",
        "Infinity, 0.0"
    })
    void writesNumbersInFull(double value, String text) {
        assertThat(JsonText.decimal(value)).isEqualTo(text);
    }

    @Test
    void writesOneLineOfAscii() {
        var text = JsonText.write(json -> json.object(() -> json.field("a", "ä\n\"")
                .field("b", true)
                .field("c", 3L)
                .array("d", List.of("x", "y"), json::text)
                .object("e", () -> {})));

        assertThat(text.utf8String())
                .isEqualTo("{\"a\":\"\\u00E4\\n\\\"\",\"b\":true,\"c\":3,\"d\":[\"x\",\"y\"],\"e\":{}}");
    }
}
