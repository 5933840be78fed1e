package io.baton.httpapi.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestScannerTest {
    private static String shown(String text) {
        return text.replace("_", " ").replace("~", "\r\n").replace("^", "\n").replace("@", "\t");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
        GET_/_HTTP/1.1~A:_b~~                                             | 1
        GET_/_HTTP/1.1~A:_b~~GET_/_HTTP/1.1~A:_b~~                        | 2
        ~~GET_/_HTTP/1.1~A:_b~~~~GET_/_HTTP/1.1~~                         | 2
        GET_/_HTTP/1.1~A:_b~~POST_/_HTTP/1.1~A:_b~_c~~                    | folded
        GET_/_HTTP/1.1~A:_b~~POST_/_HTTP/1.1~A:_b~@c~~                    | folded
        POST_/_HTTP/1.1~Content-Length:_4~~_a~_GET_/_HTTP/1.1~~           | 2
        POST_/_HTTP/1.1~content-length:4__~~_a~_GET_/_HTTP/1.1~A:_b~_c~~  | folded
        POST_/_HTTP/1.1~Content-Length:_0~~GET_/_HTTP/1.1~A:_b~_c~~       | folded
        POST_/_HTTP/1.1~Transfer-Encoding:_chunked~~5~_a~_~0~~GET_/_HTTP/1.1~~ | 2
        POST_/_HTTP/1.1~Transfer-Encoding:_Chunked~~5;x=y~_a~_~1~_~0;z~T:_v~~GET_/_HTTP/1.1~A:_b~_c~~ | folded
        POST_/_HTTP/1.1~Transfer-Encoding:_chunked~~0~T:_v~_w~~           | folded
        POST_/_HTTP/1.1^Transfer-Encoding:_chunked^^2^_a^0^^GET_/_HTTP/1.1^^ | 2
        POST_/_HTTP/1.1~Transfer-Encoding:_gzip~~_a~_b~_                  | unclear
        POST_/_HTTP/1.1~Transfer-Encoding:_gzip,_chunked~~0~~             | unclear
        POST_/_HTTP/1.1~Content-Length:_2~Content-Length:_3~~_a~_b        | unclear
        POST_/_HTTP/1.1~Content-Length:_2~Content-Length:_2~~_aGET_/_HTTP/1.1~~ | 2
        POST_/_HTTP/1.1~Content-Length:_2~Transfer-Encoding:_chunked~~_a~ | unclear
        POST_/_HTTP/1.1~Content-Length:_x~~_a~_                           | unclear
        POST_/_HTTP/1.1~Content-Length:~~_a~_                             | unclear
        POST_/_HTTP/1.1~Content-Length:_1_2~~_a~_                         | unclear
        POST_/_HTTP/1.1~Content-Length:_18446744073709551617~~x           | unclear
        POST_/_HTTP/1.1~Content-Length:____________________________________________________________2__~~{}GET_/x_HTTP/1.1~A:_b~_c~~ | folded
        POST_/_HTTP/1.1~Content-Length:@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@2@@~~{}GET_/x_HTTP/1.1~~ | 2
        POST_/_HTTP/1.1~Transfer-Encoding:____________________________________________________________chunked__________~~0~~GET_/_HTTP/1.1~~ | 2
        POST_/_HTTP/1.1~Transfer-Encoding:_chunked,_____________________________________________________________chunked~~0~~ | unclear
        GET_/_HTTP/1.1~A:_b~~POST_/_HTTP/1.1~Content-Length:_1_2~~GET_/_HTTP/1.1~A:_b~_c~~ | unclear
        POST_/_HTTP/1.1~Transfer-Encoding:_chunked~~FFFFFFFFFFFFFF~~_a    | 1
        """)
    void followsRequestsHoweverTheyAreCut(String text, String outcome) {
        var bytes = shown(text);
        for (int size = 1; size <= bytes.length(); size++) {
            var scanner = new RequestScanner();
            boolean fine = true;
            for (int i = 0; i < bytes.length() && fine; i += size) {
                fine = scanner.takes(ByteString.fromString(bytes.substring(i, Math.min(bytes.length(), i + size))));
            }
            var problem = scanner.problem().contains("second line") ? "folded" : "unclear";
            assertThat(fine ? "" + scanner.heads() : problem)
                    .as("in pieces of %d", size)
                    .isEqualTo(outcome);
        }
    }

    @Test
    void aChunkThatIsNoneEndsWithTheAnswer() {
        var scanner = new RequestScanner();
        scanner.takes(ByteString.fromString("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na b"));
        assertThat(scanner.inHead()).isFalse();

        scanner.answered(0);
        assertThat(scanner.takes(ByteString.fromString("GET / HTTP/1.1\r\n"))).isTrue();
        assertThat(scanner.inHead()).isFalse();
        scanner.answered(1);
        assertThat(scanner.takes(ByteString.fromString("GET / HTTP/1.1\r\n"))).isTrue();
        assertThat(scanner.inHead()).isTrue();
        assertThat(scanner.takes(ByteString.fromString(" fold\r\n"))).isFalse();
    }

    @Test
    void aHeadIsUnderWayFromItsFirstByteToItsLast() {
        var scanner = new RequestScanner();
        assertThat(scanner.inHead()).isFalse();
        scanner.takes(ByteString.fromString("\r\n"));
        assertThat(scanner.inHead()).isFalse();
        scanner.takes(ByteString.fromString("G"));
        assertThat(scanner.inHead()).isTrue();
        scanner.takes(ByteString.fromString("ET / HTTP/1.1\r\nContent-Length: 2\r\n\r\n{"));
        assertThat(scanner.inHead()).isFalse();
        scanner.takes(ByteString.fromString("}G"));
        assertThat(scanner.inHead()).isTrue();
    }
}
