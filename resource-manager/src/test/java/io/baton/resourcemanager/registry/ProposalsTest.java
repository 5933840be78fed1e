package io.baton.resourcemanager.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.baton.resourcemanager.registry.record.EntryResult;
import io.baton.resourcemanager.registry.record.Result;
import io.baton.resourcemanager.registry.state.Formats;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProposalsTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    /** What was given to the log, and its answer. */
    private record Appended(int commands, long deadline, CompletableFuture<EntryResult> answer) {}

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
    private final LinkedBlockingQueue<Appended> log = new LinkedBlockingQueue<>();
    private final Map<Long, CompletableFuture<Void>> here = new ConcurrentHashMap<>();
    private final List<String> answered = new CopyOnWriteArrayList<>();
    private final AtomicLong now = new AtomicLong();
    private boolean broken;
    private final Proposals proposals = new Proposals(this::append, this::here, thread, now::get);

    @AfterEach
    void end() {
        thread.shutdownNow();
    }

    private CompletableFuture<EntryResult> append(byte[] entry, long deadline) {
        var answer = new CompletableFuture<EntryResult>();
        int commands = Formats.commands(ByteString.copyFrom(entry), 1).size();
        log.add(new Appended(commands, deadline, answer));
        if (broken) {
            throw new IllegalStateException("broken");
        }
        return answer;
    }

    private CompletableFuture<Void> here(long index) {
        return here.computeIfAbsent(index, i -> new CompletableFuture<>());
    }

    private Appended appended() throws InterruptedException {
        var next = log.poll(10, TimeUnit.SECONDS);
        assertThat(next).isNotNull();
        return next;
    }

    private static void commit(Appended entry, long index) {
        var result = EntryResult.newBuilder().setIndex(index);
        for (int i = 0; i < entry.commands(); i++) {
            result.addResults(Result.getDefaultInstance());
        }
        entry.answer().complete(result.build());
    }

    private CompletableFuture<Answer> propose(String name) {
        var answer = proposals.propose(Masters.value(name, "v").setAt(1).build());
        answer.thenRun(() -> answered.add(name));
        return answer;
    }

    @Test
    void answersComeInTheOrderOfTheProposals() throws InterruptedException {
        propose("1");
        var first = appended();
        List.of("2", "3", "4").forEach(this::propose);
        commit(first, 7);
        var second = appended();
        commit(second, 8);
        propose("5");
        var third = appended();
        commit(third, 9);

        here(9).complete(null);
        here(8).complete(null);
        here(7).complete(null);

        await().until(() -> answered.size() == 5);
        assertThat(answered).containsExactly("1", "2", "3", "4", "5");
        assertThat(second.commands()).isEqualTo(3);
    }

    @Test
    void anEntryThatCannotBeUnderstoodKeepsNoOtherFromBeingAnswered() throws InterruptedException {
        var first = propose("1");
        var entry = appended();
        var second = propose("2");
        var third = propose("3");

        entry.answer().complete(EntryResult.newBuilder().setIndex(7).build());
        here(7).complete(null);
        commit(appended(), 8);
        here(8).complete(null);

        assertThat(Masters.await(first)).isInstanceOfSatisfying(Answer.Unknown.class, answer -> assertThat(answer.why())
                .contains("another version"));
        assertThat(Masters.await(second)).isInstanceOf(Answer.Committed.class);
        assertThat(Masters.await(third)).isInstanceOf(Answer.Committed.class);
    }

    @Test
    void aLogThatThrowsKeepsNoLaterEntryFromBeingAnswered() throws Exception {
        thread.submit(() -> broken = true).get();
        var first = propose("1");
        assertThat(Masters.await(first)).isInstanceOf(Answer.Unknown.class);
        appended();
        thread.submit(() -> broken = false).get();

        var second = propose("2");
        commit(appended(), 8);
        here(8).complete(null);

        assertThat(Masters.await(second)).isInstanceOf(Answer.Committed.class);
    }

    @Test
    void allAreAnsweredWhenThisMasterStops() throws InterruptedException {
        var underWay = propose("1");
        var entry = appended();
        var waiting = propose("2");

        proposals.close();
        thread.shutdownNow();

        assertThat(Masters.await(underWay)).as("it may be done").isInstanceOf(Answer.Unknown.class);
        assertThat(Masters.await(waiting)).isInstanceOf(Answer.Unavailable.class);
        assertThat(Masters.await(propose("3"))).isInstanceOf(Answer.Unavailable.class);
        assertThat(entry.answer()).isNotDone();
    }

    @Test
    void whoHasJustAskedIsNotRefusedWithWhoHasWaitedForLong() throws InterruptedException {
        propose("lost");
        var lost = appended();
        now.addAndGet(SECOND / 10);
        var late = propose("late");
        now.addAndGet(2 * SECOND);
        var older = propose("older");
        now.addAndGet(2 * SECOND + SECOND / 10);
        var newest = propose("newest");

        lost.answer().completeExceptionally(new RaftCalls.NoAnswerException(true, "the leader is gone"));

        var second = appended();
        assertThat(Masters.await(late)).as("nothing was tried").isInstanceOf(Answer.Unavailable.class);
        assertThat(second.deadline()).isEqualTo(2 * SECOND + SECOND / 10 + Replica.DEADLINE.toNanos());
        commit(second, 7);
        here(7).complete(null);
        var third = appended();
        assertThat(third.deadline()).isEqualTo(now.get() + Replica.DEADLINE.toNanos());
        commit(third, 8);
        here(8).complete(null);
        assertThat(Masters.await(older)).isInstanceOf(Answer.Committed.class);
        assertThat(Masters.await(newest)).isInstanceOf(Answer.Committed.class);
    }
}
