package io.baton.executor.download;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FetchQueueTest {
    private static final long SECONDS = 30;

    private record Turn(String owner, CompletableFuture<Void> end) {}

    private volatile boolean threadsThere = true;
    private final FetchQueue queue = new FetchQueue(1, turn -> {
        if (!threadsThere) {
            throw new OutOfMemoryError("unable to create native thread");
        }
        return new Thread(turn);
    });
    private final LinkedBlockingQueue<Turn> begun = new LinkedBlockingQueue<>();
    private final Queue<Turn> underWay = new ArrayDeque<>();

    @AfterEach
    void close() {
        queue.close();
        underWay.forEach(turn -> turn.end().complete(null));
    }

    private void add(String owner) {
        queue.add(owner, () -> {
            var turn = new Turn(owner, new CompletableFuture<>());
            begun.add(turn);
            turn.end().join();
        });
    }

    private String next() throws InterruptedException {
        var turn = begun.poll(SECONDS, TimeUnit.SECONDS);
        assertThat(turn).as("somebody has a turn").isNotNull();
        underWay.add(turn);
        return turn.owner();
    }

    @Test
    void allHaveTheirTurnsHoweverMuchOthersWaitFor() throws InterruptedException {
        var turns = new ArrayList<String>();
        add("a");
        turns.add(next());
        add("b");
        turns.add(next());
        for (int i = 0; i < 2; i++) {
            List.of("a", "b", "c", "d").forEach(this::add);
        }

        while (turns.size() < 6) {
            underWay.remove().end().complete(null);
            turns.add(next());
        }

        assertThat(turns).containsExactly("a", "b", "a", "b", "c", "d");
        // To the end: none that waits is left behind.
        for (int i = turns.size(); i < 10; i++) {
            underWay.remove().end().complete(null);
            turns.add(next());
        }
        assertThat(turns.subList(6, 10)).containsExactlyInAnyOrder("a", "b", "c", "d");
    }

    @Test
    void aTurnForWhichThereIsNoThreadWaitsForOne() throws InterruptedException {
        threadsThere = false;
        add("a");
        add("a");
        assertThat(begun).isEmpty();
        threadsThere = true;

        queue.again();

        assertThat(next()).isEqualTo("a");
        underWay.remove().end().complete(null);
        assertThat(next()).as("its place is not lost").isEqualTo("a");
    }
}
