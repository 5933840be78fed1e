package io.baton.executor.launch;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Work that comes round again and again: a round is left out while the last one is still under way, but not because that
 * one failed or could not begin.
 */
final class Rounds {
    private final Executor executor;
    private final AtomicBoolean busy = new AtomicBoolean();

    Rounds(Executor executor) {
        this.executor = executor;
    }

    /** Begins a round, unless one is under way. Fails as the executor does. */
    void begin(Runnable round) {
        if (busy.compareAndSet(false, true)) {
            boolean begun = false;
            try {
                executor.execute(() -> {
                    try {
                        round.run();
                    } finally {
                        busy.set(false);
                    }
                });
                begun = true;
            } finally {
                if (!begun) {
                    busy.set(false);
                }
            }
        }
    }
}
