package io.baton.httpapi.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BodyBytesTest {
    private static ByteString letters(int from, int count) {
        var bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = (byte) (from + i);
        }
        return ByteString.fromArray(bytes);
    }

    @ParameterizedTest(name = "{0} bytes in pieces of {1}, {2} expected")
    @CsvSource({"0, 1, 0", "0, 1, 100", "1, 1, 1", "5000, 1, 5000", "5000, 7, 8388608", "5000, 5000, 5000", "10, 3, 2"})
    void whatComesInPiecesIsWhole(int size, int piece, long expected) {
        var body = new BodyBytes(expected);
        for (int at = 0; at < size; at += piece) {
            body.add(letters(at, Math.min(piece, size - at)));
        }

        assertThat(body.whole()).isEqualTo(letters(0, size));
        assertThat(body.whole().isCompact()).isTrue();
    }

    /** Kept by itself each of them takes more than fifty bytes. */
    @Test
    void piecesOfOneByteTakeNoMoreThanOthers() {
        int many = 1_000_000;
        var piece = ByteString.fromString("x");
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        var body = new BodyBytes(many).add(piece);

        for (int i = 1; i < many; i++) {
            body.add(piece);
        }
        long before = threads.getCurrentThreadAllocatedBytes();
        var whole = body.whole();

        assertThat(whole.size()).isEqualTo(many);
        assertThat(threads.getCurrentThreadAllocatedBytes() - before)
                .as("it is one array already")
                .isLessThan(many / 2);
    }
}
