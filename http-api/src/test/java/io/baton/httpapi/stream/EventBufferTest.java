package io.baton.httpapi.stream;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;

class EventBufferTest {
    private static ByteString bytes(int size) {
        return ByteString.fromArray(new byte[size]);
    }

    @Test
    void holdsAsManyRecordsAsItMay() {
        var buffer = new EventBuffer(2, 1000);
        assertThat(buffer.offer(bytes(1))).isTrue();
        assertThat(buffer.offer(bytes(2))).isTrue();
        assertThat(buffer.offer(bytes(3))).isFalse();
        assertThat(buffer.poll().size()).isEqualTo(1);
        assertThat(buffer.offer(bytes(3))).isTrue();
    }

    @Test
    void holdsAsManyBytesAsItMayButAlwaysOneRecord() {
        var buffer = new EventBuffer(10, 100);
        assertThat(buffer.offer(bytes(5000))).isTrue();
        assertThat(buffer.offer(bytes(60))).as("the large one does not count").isTrue();
        assertThat(buffer.offer(bytes(5000))).isFalse();
        assertThat(buffer.poll().size()).isEqualTo(5000);
        assertThat(buffer.offer(bytes(41))).isFalse();
        buffer.poll();
        assertThat(buffer.isEmpty()).isTrue();
        assertThat(buffer.offer(bytes(60))).isTrue();
        assertThat(buffer.offer(bytes(40))).isTrue();
        assertThat(buffer.offer(bytes(1))).isFalse();
    }
}
