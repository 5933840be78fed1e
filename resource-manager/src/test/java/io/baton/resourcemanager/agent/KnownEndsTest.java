package io.baton.resourcemanager.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.baton.core.id.FrameworkId;
import io.baton.core.id.TaskId;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class KnownEndsTest {
    private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");

    private final KnownEnds ends = new KnownEnds();

    private static KnownEnds.End end(int number) {
        return new KnownEnds.End(
                new FrameworkId("f"), new TaskId("t"), ByteString.copyFromUtf8(String.valueOf(number)));
    }

    @Test
    void keepsEachForAWhile() {
        ends.tick(T0);
        ends.add(end(1));

        ends.tick(T0.plus(KnownEnds.KEPT));
        assertThat(ends.contains(end(1))).isTrue();
        assertThat(ends.contains(end(2))).isFalse();
        ends.tick(T0.plus(KnownEnds.KEPT.multipliedBy(2)));
        assertThat(ends.contains(end(1))).isFalse();
    }

    @Test
    void keepsTheNewestOfVeryMany() {
        for (int i = 0; i <= 2 * KnownEnds.MOST; i++) {
            ends.add(end(i));
        }

        assertThat(ends.contains(end(0))).isFalse();
        assertThat(ends.contains(end(KnownEnds.MOST + 1))).isTrue();
        assertThat(ends.contains(end(2 * KnownEnds.MOST))).isTrue();
    }
}
