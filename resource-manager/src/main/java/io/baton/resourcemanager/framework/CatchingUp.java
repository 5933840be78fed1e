package io.baton.resourcemanager.framework;

import io.baton.resourcemanager.registry.Registrar;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Has this master's copy of the registry catch up. That is a round to the registry's leader, which a scheduler can cause as
 * often as it likes: one is under way at a time, for all sessions of the master that want one meanwhile.
 *
 * <p>Thread-safe.
 */
final class CatchingUp {
    private Optional<CompletableFuture<Void>> waiting = Optional.empty();
    private boolean underway;

    /** @return done when the copy shows all that was acknowledged before this was asked; fails if nobody can say */
    synchronized CompletionStage<Void> now(Registrar registrar) {
        var mine = waiting.orElseGet(CompletableFuture::new);
        waiting = Optional.of(mine);
        if (!underway) {
            round(registrar, mine);
        }
        return mine;
    }

    private void round(Registrar registrar, CompletableFuture<Void> wanted) {
        underway = true;
        waiting = Optional.empty();
        registrar.readNewest(state -> true).whenComplete((read, failure) -> {
            ended(registrar);
            if (failure == null) {
                wanted.complete(null);
            } else {
                wanted.completeExceptionally(failure);
            }
        });
    }

    private synchronized void ended(Registrar registrar) {
        underway = false;
        waiting.ifPresent(next -> round(registrar, next));
    }
}
