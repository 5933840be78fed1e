package io.baton.resourcemanager.registry;

import io.baton.resourcemanager.registry.record.Command;
import io.baton.resourcemanager.registry.record.EntryResult;
import io.baton.resourcemanager.registry.record.Refused;
import io.baton.resourcemanager.registry.record.Result;
import io.baton.resourcemanager.registry.state.Formats;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/**
 * What this master proposes, in the order it came. One entry is under way at a time; what comes meanwhile goes into the
 * next one together.
 */
final class Proposals {
    /** Commands of one entry. */
    static final int BATCH = 256;

    /** Bytes of one entry, unless a single command is larger. */
    static final int BATCH_BYTES = 1024 * 1024;

    /** Bytes of one command. A leader that is brought a larger entry than voters send each other gives up the lead. */
    static final int COMMAND_BYTES = RaftSettings.ENTRY_BYTES - 64 * 1024;

    /** Commands that wait; beyond it they are refused. */
    static final int WAITING = 10_000;

    /** Bytes that wait; beyond it commands are refused. */
    static final long WAITING_BYTES = 32L * 1024 * 1024;

    /** Whose time is over sooner is not tried any more: what is sent and not answered may be done. */
    static final Duration LEAST = Duration.ofMillis(500);

    /** An entry has the time of its first command: those that have so much more wait for the next one. */
    static final Duration SPREAD = Duration.ofSeconds(1);

    private static final Duration RETRY = Duration.ofSeconds(1);

    /** Puts one entry into the log, until the deadline by the clock of the proposals. */
    interface Log {
        CompletableFuture<EntryResult> append(byte[] entry, long deadlineNanos);
    }

    private record Waiting(Command command, long deadline, CompletableFuture<Answer> answer) {}

    private final Log log;
    private final LongFunction<CompletableFuture<Void>> appliedHere;
    private final ScheduledExecutorService thread;
    private final LongSupplier nanos;
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private CompletableFuture<Void> answered = CompletableFuture.completedFuture(null);
    private long waitingBytes;
    private boolean busy;
    private boolean closed;

    /** What is not answered yet, waiting or under way. */
    private final Set<CompletableFuture<Answer>> open = ConcurrentHashMap.newKeySet();

    /**
     * @param appliedHere completes when the entry with this index is in this master's copy
     * @param nanos as {@link System#nanoTime}
     */
    Proposals(
            Log log,
            LongFunction<CompletableFuture<Void>> appliedHere,
            ScheduledExecutorService thread,
            LongSupplier nanos) {
        this.log = log;
        this.appliedHere = appliedHere;
        this.thread = thread;
        this.nanos = nanos;
    }

    CompletableFuture<Answer> propose(Command command) {
        int size = command.getSerializedSize();
        if (size > COMMAND_BYTES) {
            return CompletableFuture.completedFuture(new Answer.Committed(0, tooLarge(size)));
        }
        var answer = new CompletableFuture<Answer>();
        var entry = new Waiting(command, nanos.getAsLong() + Replica.DEADLINE.toNanos(), answer);
        synchronized (waiting) {
            if (closed) {
                return refused("this master stops");
            }
            if (waiting.size() >= WAITING || waitingBytes > WAITING_BYTES) {
                return refused("too many changes wait for the registry");
            }
            open.add(answer);
            answer.thenRun(() -> open.remove(answer));
            waiting.add(entry);
            waitingBytes += size;
            if (busy) {
                return entry.answer();
            }
            busy = true;
        }
        thread.execute(this::next);
        return entry.answer();
    }

    /** How many commands wait for the entry that is under way. */
    int waiting() {
        synchronized (waiting) {
            return waiting.size();
        }
    }

    private static Result tooLarge(int size) {
        return Result.newBuilder()
                .setRefused(Refused.newBuilder()
                        .setCode(Refused.Code.FULL)
                        .setMessage("this change takes " + size + " bytes, more than " + COMMAND_BYTES
                                + ", the most that the masters keep at once"))
                .build();
    }

    private static CompletableFuture<Answer> refused(String why) {
        return CompletableFuture.completedFuture(new Answer.Unavailable(why, RETRY));
    }

    private void next() {
        var batch = batch();
        if (batch.isEmpty()) {
            return;
        }
        CompletableFuture.completedFuture(batch)
                .thenCompose(this::append)
                .whenCompleteAsync(
                        (result, failure) -> {
                            if (failure == null) {
                                committed(batch, result);
                            } else {
                                answer(batch, CompletableFuture.completedFuture(null), i -> without(failure));
                            }
                            next();
                        },
                        thread);
    }

    /** @return fails if the leader's answer is none to these commands: it may be of another version, and have done them */
    private CompletableFuture<EntryResult> append(List<Waiting> batch) {
        var entry = Formats.entry(batch.stream().map(Waiting::command).toList());
        return log.append(entry, batch.get(0).deadline()).thenApply(result -> {
            if (result.getResultsCount() != batch.size()) {
                throw new IllegalStateException("the registry's leader has given " + result.getResultsCount()
                        + " answers to " + batch.size() + " changes: is it of another version?");
            }
            return result;
        });
    }

    /** Also answers those whose time is over. */
    private List<Waiting> batch() {
        var batch = new ArrayList<Waiting>();
        var late = new ArrayList<Waiting>();
        synchronized (waiting) {
            long bytes = 0;
            while (!waiting.isEmpty() && batch.size() < BATCH) {
                int size = waiting.peek().command().getSerializedSize();
                if (!batch.isEmpty() && (bytes + size > BATCH_BYTES || isLater(waiting.peek(), batch.get(0)))) {
                    break;
                }
                var first = waiting.remove();
                waitingBytes -= size;
                if (first.deadline() - nanos.getAsLong() < LEAST.toNanos()) {
                    late.add(first);
                } else {
                    bytes += size;
                    batch.add(first);
                }
            }
            busy = !batch.isEmpty();
        }
        late.forEach(w -> w.answer()
                .complete(new Answer.Unavailable("the registry has no majority of its masters, or is slow", RETRY)));
        return batch;
    }

    private static boolean isLater(Waiting one, Waiting first) {
        return one.deadline() - first.deadline() > SPREAD.toNanos();
    }

    /** Answered when this copy shows it too, or when the time is over. */
    private void committed(List<Waiting> batch, EntryResult result) {
        long left = Math.max(1, batch.get(0).deadline() - nanos.getAsLong());
        var here = appliedHere.apply(result.getIndex()).copy().completeOnTimeout(null, left, TimeUnit.NANOSECONDS);
        answer(batch, here, i -> new Answer.Committed(result.getIndex(), result.getResults(i)));
    }

    /** In the order in which they were proposed, entry by entry: whoever asked twice acts on what it hears last. */
    private void answer(List<Waiting> batch, CompletableFuture<Void> when, IntFunction<Answer> answer) {
        answered = answered.thenCombine(when, (before, now) -> now)
                .thenRunAsync(
                        () -> IntStream.range(0, batch.size())
                                .forEach(i -> batch.get(i).answer().complete(answer.apply(i))),
                        thread);
    }

    private static Answer without(Throwable failure) {
        var why = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (why instanceof RaftCalls.NoAnswerException none && !none.mayBeDone()) {
            return new Answer.Unavailable(none.getMessage() + ": a majority of the masters must be up", RETRY);
        }
        return new Answer.Unknown(String.valueOf(why.getMessage()));
    }

    /** Whoever is not answered yet is so now: of what is under way nobody will hear any more. */
    void close() {
        List<Waiting> left;
        synchronized (waiting) {
            closed = true;
            left = List.copyOf(waiting);
            waiting.clear();
        }
        left.forEach(w -> w.answer().complete(new Answer.Unavailable("this master stops", RETRY)));
        List.copyOf(open).forEach(answer -> answer.complete(new Answer.Unknown("this master stops")));
    }
}
