package io.baton.resourcemanager.framework;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StrangersTest {
    private final Strangers strangers = new Strangers(1);

    private static void tick(Strangers.Stranger stranger, int times) {
        for (int i = 0; i < times; i++) {
            stranger.ticked();
        }
    }

    @Test
    void whoWasAskedInVainGoesSoon() {
        var asked = strangers.stranger();
        var other = strangers.stranger();
        assertThat(asked.askedInVain()).isFalse();

        tick(asked, Strangers.TICKS_IN_VAIN);
        tick(other, Strangers.TICKS_IN_VAIN);
        assertThat(asked.isOver()).isTrue();
        assertThat(other.isOver()).isFalse();

        tick(other, Strangers.TICKS - Strangers.TICKS_IN_VAIN);
        assertThat(other.isOver()).isTrue();
    }

    @Test
    void oneTooManyGoesAtOnce() {
        var first = strangers.stranger();
        var second = strangers.stranger();
        assertThat(first.askedInVain()).isFalse();
        assertThat(first.askedInVain()).as("again").isFalse();

        assertThat(second.askedInVain()).isTrue();

        second.known();
        second.known();
        assertThat(strangers.inVain()).isEqualTo(1);
        first.known();
        assertThat(strangers.inVain()).isZero();
        assertThat(second.askedInVain()).isFalse();
    }
}
