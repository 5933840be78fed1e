package io.baton.executor.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.List;
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

    @Test
    void aRoundThatCannotBeginIsNotUnderWay() {
        var refusals = new ArrayDeque<>(List.of(new OutOfMemoryError("unable to create native thread")));
        var some = new Rounds(round -> {
            if (!refusals.isEmpty()) {
                throw refusals.remove();
            }
            threads.add(round);
        });
        assertThatThrownBy(() -> some.begin(() -> {})).hasMessage("unable to create native thread");

        some.begin(() -> {});

        assertThat(threads).hasSize(1);
    }
}
