package io.baton.executor.update;

import com.google.protobuf.ByteString;
import io.baton.core.task.TaskStates;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Delivers the status updates of one task: in order, one at a time, each again and again until it is acknowledged.
 *
 * <p>Pure. Mutable, because a host has thousands; one owner.
 */
public final class StatusUpdateStream {
    /** Time until an update is sent again for the first time; it doubles. */
    public static final Duration FIRST_RETRY = Duration.ofSeconds(10);

    /** Longest time between two sendings of one update. */
    public static final Duration LAST_RETRY = Duration.ofMinutes(10);

    /** Most updates that wait; beyond it only the terminal one is taken in. */
    public static final int MAX_PENDING = 64;

    /** What the shell does after an input, in this order. */
    public sealed interface Effect {
        /** Write it down; what follows waits until that is done. */
        record Checkpoint(TaskStatus status) implements Effect {}

        /** Write down that this update has arrived. */
        record CheckpointAcknowledged(ByteString uuid) implements Effect {}

        /** Send it, with the newest state of the task. */
        record Send(TaskStatus status, TaskState latest) implements Effect {}

        /** The last update has arrived: the task may be forgotten. */
        record Done() implements Effect {}
    }

    private final Deque<TaskStatus> pending = new ArrayDeque<>();
    private boolean closed;
    private boolean connected;
    private Duration retry = FIRST_RETRY;
    private Instant nextSend = Instant.MAX;

    /**
     * Goes on where an earlier agent stopped.
     *
     * @param pending not acknowledged yet, oldest first
     */
    public StatusUpdateStream(List<TaskStatus> pending) {
        this.pending.addAll(pending);
        this.closed = pending.stream().anyMatch(s -> TaskStates.isTerminal(s.getState()));
    }

    /** Takes in the next update. Ignored: a uuid that waits already, any after the terminal one, too many. */
    public List<Effect> append(TaskStatus status, Instant now) {
        if (closed || pending.stream().anyMatch(s -> s.getUuid().equals(status.getUuid()))) {
            return List.of();
        }
        boolean terminal = TaskStates.isTerminal(status.getState());
        if (!terminal && pending.size() >= MAX_PENDING) {
            return List.of();
        }
        pending.add(status);
        closed = terminal;
        var checkpoint = new Effect.Checkpoint(status);
        return pending.size() == 1 && connected ? List.of(checkpoint, send(now)) : List.of(checkpoint);
    }

    /** The scheduler has the update of this uuid. Anything but the one in flight is ignored. */
    public List<Effect> acknowledge(ByteString uuid, Instant now) {
        var head = pending.peek();
        if (head == null || !head.getUuid().equals(uuid)) {
            return List.of();
        }
        pending.remove();
        retry = FIRST_RETRY;
        nextSend = Instant.MAX;
        var written = new Effect.CheckpointAcknowledged(uuid);
        if (pending.isEmpty()) {
            return closed ? List.of(written, new Effect.Done()) : List.of(written);
        }
        return connected ? List.of(written, send(now)) : List.of(written);
    }

    /** Sends again what has waited long enough. */
    public List<Effect> tick(Instant now) {
        if (!connected || pending.isEmpty() || now.isBefore(nextSend)) {
            return List.of();
        }
        var doubled = retry.multipliedBy(2);
        retry = doubled.compareTo(LAST_RETRY) > 0 ? LAST_RETRY : doubled;
        return List.of(send(now));
    }

    /** Who is told may be another than before: what waits is sent again as if that had been the first time. */
    public void hurry() {
        if (connected && !pending.isEmpty()) {
            nextSend = nextSend.minus(retry).plus(FIRST_RETRY);
            retry = FIRST_RETRY;
        }
    }

    /** A master listens from now on: it hears at once what waits. */
    public List<Effect> connected(Instant now) {
        connected = true;
        retry = FIRST_RETRY;
        return pending.isEmpty() ? List.of() : List.of(send(now));
    }

    /** Nobody listens: nothing is sent until {@link #connected}. */
    public void disconnected() {
        connected = false;
    }

    private Effect send(Instant now) {
        nextSend = now.plus(retry);
        return new Effect.Send(pending.element(), pending.getLast().getState());
    }

    /** The update in flight, if any. */
    public Optional<TaskStatus> head() {
        return Optional.ofNullable(pending.peek());
    }
}
