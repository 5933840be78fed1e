package io.baton.executor.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import org.junit.jupiter.api.Test;

class RoundsTest {
    private final ArrayDeque<Runnable> threads = new ArrayDeque<>();
    private final Rounds rounds = new Rounds(threads::add);

    @Test
    void aRoundIsLeftOutWhileTheLastOneIsUnderWay() {
        for (int i = 0; i < 5; i++) {
            rounds.begin(() -> {});
        }
        assertThat(threads).hasSize(1);

        threads.remove().run();
        rounds.begin(() -> {});

        assertThat(threads).hasSize(1);
    }

    @Test
    void aRoundThatFailsIsOver() {
        rounds.begin(() -> {
            throw new IllegalStateException("broken");
        });
        assertThatThrownBy(threads.remove()::run).hasMessage("broken");

        rounds.begin(() -> {});

        assertThat(threads).hasSize(1);
    }
}
