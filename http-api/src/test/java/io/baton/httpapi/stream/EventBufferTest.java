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
        assertThat(buffer.offer(bytes(1), 1)).isTrue();
        assertThat(buffer.offer(bytes(2), 1)).isTrue();
        assertThat(buffer.offer(bytes(3), 1)).isFalse();
        assertThat(buffer.poll().size()).isEqualTo(1);
        assertThat(buffer.offer(bytes(3), 1)).isTrue();
    }

    @Test
    void countsEveryEventOfABatch() {
        var buffer = new EventBuffer(10, 1000);
        assertThat(buffer.offer(bytes(1), 8)).isTrue();
        assertThat(buffer.offer(bytes(1), 3)).isFalse();
        assertThat(buffer.offer(bytes(1), 2)).isTrue();
        buffer.poll();
        assertThat(buffer.offer(bytes(1), 8)).isTrue();
        buffer.poll();
        buffer.poll();
        assertThat(buffer.offer(bytes(1), 11)).as("nothing waits").isTrue();
    }

    @Test
    void holdsAsManyBytesAsItMayButAlwaysOneRecord() {
        var buffer = new EventBuffer(10, 100);
        assertThat(buffer.offer(bytes(5000), 1)).isTrue();
        assertThat(buffer.offer(bytes(60), 1))
                .as("the large one does not count")
                .isTrue();
        assertThat(buffer.offer(bytes(5000), 1)).isFalse();
        assertThat(buffer.poll().size()).isEqualTo(5000);
        assertThat(buffer.offer(bytes(41), 1)).isFalse();
        buffer.poll();
        assertThat(buffer.isEmpty()).isTrue();
        assertThat(buffer.offer(bytes(60), 1)).isTrue();
        assertThat(buffer.offer(bytes(40), 1)).isTrue();
        assertThat(buffer.offer(bytes(1), 1)).isFalse();
    }
}
