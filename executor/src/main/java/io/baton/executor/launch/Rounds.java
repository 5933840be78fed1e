package io.baton.executor.launch;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/** Work that comes round again and again: a round is left out while the last one is still under way. */
final class Rounds {
    private final Executor executor;
    private final AtomicBoolean busy = new AtomicBoolean();

    Rounds(Executor executor) {
        this.executor = executor;
    }

    void begin(Runnable round) {
        if (busy.compareAndSet(false, true)) {
            executor.execute(() -> {
                try {
                    round.run();
                } finally {
                    busy.set(false);
                }
            });
        }
    }
}
