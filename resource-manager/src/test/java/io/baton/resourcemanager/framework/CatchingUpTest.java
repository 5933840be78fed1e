package io.baton.resourcemanager.framework;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.resourcemanager.registry.MemoryRegistrar;
import org.junit.jupiter.api.Test;

class CatchingUpTest {
    private final MemoryRegistrar registrar = MemoryRegistrar.alone();
    private final CatchingUp catchingUp = new CatchingUp();

    @Test
    void oneRoundIsUnderWayAtATimeForAllThatWaitMeanwhile() {
        registrar.holdReads();
        var first = catchingUp.now(registrar).toCompletableFuture();
        var second = catchingUp.now(registrar).toCompletableFuture();
        var third = catchingUp.now(registrar).toCompletableFuture();
        assertThat(registrar.newestReads()).isEqualTo(1);

        registrar.releaseRead();
        assertThat(first).isCompleted();
        assertThat(second).as("asked after the round began").isNotDone();
        assertThat(registrar.newestReads()).isEqualTo(2);

        registrar.releaseRead();
        assertThat(second).isCompleted();
        assertThat(third).isCompleted();
        assertThat(registrar.newestReads()).isEqualTo(2);
        catchingUp.now(registrar);
        assertThat(registrar.newestReads()).isEqualTo(3);
    }

    @Test
    void whereNobodyCanSayTheNextOneAsksAgain() {
        registrar.available(false);
        assertThat(catchingUp.now(registrar).toCompletableFuture()).isCompletedExceptionally();

        registrar.available(true);
        assertThat(catchingUp.now(registrar).toCompletableFuture()).isCompleted();
    }
}
