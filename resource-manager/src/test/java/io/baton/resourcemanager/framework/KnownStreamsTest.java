package io.baton.resourcemanager.framework;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KnownStreamsTest {
    private final KnownStreams streams = new KnownStreams();

    @Test
    void theSecondCallOfAStreamIsNotNewUnlessTheFirstCameToNothing() {
        assertThat(streams.isNew("a")).isTrue();
        assertThat(streams.isNew("b")).isTrue();
        assertThat(streams.isNew("a")).isFalse();

        streams.forget("a");

        assertThat(streams.isNew("a")).isTrue();
    }

    @Test
    void theOldestIsForgottenFirst() {
        for (int i = 0; i <= KnownStreams.MOST; i++) {
            streams.isNew("s" + i);
        }

        assertThat(streams.isNew("s1")).isFalse();
        assertThat(streams.isNew("s0")).isTrue();
    }
}
