package io.baton.executor.agent;

import com.google.protobuf.ByteString;
import io.baton.core.id.FrameworkId;
import io.baton.core.task.TaskStates;
import io.baton.executor.checkpoint.AgentState;
import io.baton.executor.checkpoint.CompletedTask;
import io.baton.executor.checkpoint.Records;
import io.baton.executor.checkpoint.TaskEntry;
import io.baton.executor.record.Record;
import io.baton.executor.task.TaskKey;
import io.baton.executor.update.StatusUpdateStream;
import io.baton.link.Update;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The status updates of all tasks on their way to a master: one {@link StatusUpdateStream} each, and what is written
 * down of them.
 *
 * <p>Pure. Mutable; the books own it.
 */
final class Deliveries {
    /** Most refused tasks at a time that are remembered without a record of them. Each may be a megabyte. */
    static final int MAX_UNWRITTEN = 16;

    private final AgentState state;
    private final Consumer<TaskEntry> over;
    private final Map<TaskKey, StatusUpdateStream> streams = new HashMap<>();
    private final Set<TaskKey> unwritten = new HashSet<>();
    private boolean connected;
    private boolean room = true;

    /** @param over told of each task whose last update has arrived, or of which nobody wants to hear */
    Deliveries(AgentState state, Consumer<TaskEntry> over) {
        this.state = state;
        this.over = over;
    }

    /** Whether the journal has room for what matters less than how tasks end. */
    void room(boolean room) {
        this.room = room;
    }

    /** A record is part of the state at once, and on the disk before what follows it in the effects happens. */
    void write(Record record, List<Effect> effects) {
        state.apply(record);
        effects.add(new Effect.Checkpoint(record));
    }

    /** The same, but without room it is part of the state only: an agent that is restarted does as well without it. */
    void writeIfRoom(Record record, List<Effect> effects) {
        if (room) {
            write(record, effects);
        } else {
            state.apply(record);
        }
    }

    /**
     * Somebody wants a task to end.
     *
     * @param first whether nobody did before; without room only that is written down, as there may be any number of others
     */
    void writeKill(Record asked, boolean first, List<Effect> effects) {
        if (first) {
            write(asked, effects);
        } else {
            writeIfRoom(asked, effects);
        }
    }

    /** What is to be on the disk about a task, unless nothing is written down of it. */
    void write(TaskKey task, Record record, List<Effect> effects) {
        if (unwritten.contains(task)) {
            state.apply(record);
        } else {
            write(record, effects);
        }
    }

    /**
     * Nothing is to be written down of a task that is refused for want of room in the journal: what room is left is for
     * those that run. Its update is sent until it has arrived, or this agent ends; then the master misses the task.
     *
     * @return false if there are too many of them: then the update is to be sent {@link #once}
     */
    boolean mayHoldUnwritten(TaskKey task) {
        return unwritten.size() < MAX_UNWRITTEN && unwritten.add(task);
    }

    /** All that is to be on the disk. */
    List<Record> records() {
        return state.records(task -> !unwritten.contains(task));
    }

    /** Goes on where an earlier agent stopped; no master listens yet. */
    void resume(TaskEntry entry) {
        streams.put(entry.key(), new StatusUpdateStream(entry.pending()));
    }

    /** A new task. */
    void begin(TaskKey key) {
        var stream = new StatusUpdateStream(List.of());
        if (connected) {
            stream.connected(Instant.EPOCH);
        }
        streams.put(key, stream);
    }

    /** The next update of a task. Of one whose framework is gone only the end is told, once: the ledger frees what it had. */
    void add(TaskEntry entry, TaskStatus status, Instant now, List<Effect> effects) {
        var stream = streams.get(entry.key());
        if (stream != null && !entry.isAbandoned()) {
            take(entry, stream.append(status, now), now, effects);
        } else if (entry.isAbandoned() && TaskStates.isTerminal(status.getState())) {
            effects.add(once(entry.key(), status));
        }
    }

    /** A scheduler has an update. */
    List<Effect> acknowledge(TaskKey key, ByteString uuid, Instant now) {
        var effects = new ArrayList<Effect>();
        var stream = streams.get(key);
        if (stream != null) {
            state.task(key).ifPresent(entry -> take(entry, stream.acknowledge(uuid, now), now, effects));
        }
        return effects;
    }

    /** Tells again what a task's master was told last, or would be told next: for a launch that came twice. */
    void repeat(TaskKey key, List<Effect> effects) {
        var head = Optional.ofNullable(streams.get(key)).flatMap(StatusUpdateStream::head);
        var latest = state.task(key).flatMap(TaskEntry::latest).or(() -> state.completed(key)
                .flatMap(CompletedTask::latest));
        head.or(() -> latest)
                .ifPresent(status -> effects.add(new Effect.Send(
                        update(key, status, latest.map(TaskStatus::getState).orElse(status.getState())))));
    }

    /** A master listens: it hears all that waits. */
    List<Effect> connected(Instant now) {
        connected = true;
        return each(entry -> true, now, StatusUpdateStream::connected);
    }

    /** No master listens. */
    void disconnected() {
        connected = false;
        streams.values().forEach(StatusUpdateStream::disconnected);
    }

    /** A session of the framework may not have heard how its tasks ended: what waits of those is told again soon. */
    void hurryEnds(FrameworkId framework) {
        state.tasks().stream()
                .filter(entry -> entry.key().framework().equals(framework) && entry.isTerminal())
                .map(entry -> streams.get(entry.key()))
                .filter(Objects::nonNull)
                .forEach(StatusUpdateStream::hurry);
    }

    /** Sends again what has waited long enough. */
    List<Effect> tick(Instant now) {
        return each(TaskEntry::hasPending, now, StatusUpdateStream::tick);
    }

    private interface Change {
        List<StatusUpdateStream.Effect> apply(StatusUpdateStream stream, Instant now);
    }

    /** Most tasks have nothing to tell most of the time: they are not looked up. */
    private List<Effect> each(Predicate<TaskEntry> which, Instant now, Change change) {
        var effects = new ArrayList<Effect>();
        for (var entry : state.tasks().stream().filter(which).toList()) {
            var stream = streams.get(entry.key());
            if (stream != null && !entry.isAbandoned()) {
                take(entry, change.apply(stream, now), now, effects);
            }
        }
        return effects;
    }

    private void take(TaskEntry entry, List<StatusUpdateStream.Effect> steps, Instant now, List<Effect> effects) {
        for (var step : steps) {
            if (step instanceof StatusUpdateStream.Effect.Checkpoint checkpoint) {
                write(entry.key(), Records.updated(entry, checkpoint.status()), effects);
            } else if (step instanceof StatusUpdateStream.Effect.CheckpointAcknowledged acknowledged) {
                write(entry.key(), Records.acknowledged(entry, acknowledged.uuid(), now), effects);
            } else if (step instanceof StatusUpdateStream.Effect.Send send) {
                effects.add(new Effect.Send(update(entry.key(), send.status(), send.latest())));
            } else if (step instanceof StatusUpdateStream.Effect.Done) {
                close(entry);
            } else {
                throw new AssertionError("no one performs " + step);
            }
        }
    }

    /** Of a task of which nothing is written down nothing stays: each that is remembered takes a record to be forgotten. */
    private void close(TaskEntry entry) {
        streams.remove(entry.key());
        over.accept(entry);
        if (unwritten.remove(entry.key())) {
            state.apply(Records.forgotten(entry.key()));
        }
    }

    /** Nobody wants to hear of this task any more. */
    void forget(TaskEntry entry, List<Effect> effects) {
        write(entry.key(), Records.forgotten(entry.key()), effects);
        close(entry);
    }

    /**
     * Forgets the oldest tasks whose last update has arrived: those beyond this number, and those older than this. Without room
     * that is not written down: after a restart they are forgotten once more, and what room is left is for those that run.
     */
    void forgetOld(int remembered, Duration rememberedFor, Instant now, List<Effect> effects) {
        var oldest = now.minus(rememberedFor);
        int tooMany = state.completed().size() - remembered;
        var old = new ArrayList<CompletedTask>();
        for (var done : state.completed()) {
            if (tooMany-- <= 0 && !done.at().isBefore(oldest)) {
                break;
            }
            old.add(done);
        }
        old.forEach(done -> writeIfRoom(Records.forgotten(done.key()), effects));
    }

    /** An update that is neither written down nor sent again. */
    static Effect once(TaskKey key, TaskStatus status) {
        return new Effect.Send(update(key, status, status.getState()));
    }

    private static Update update(TaskKey key, TaskStatus status, TaskState latest) {
        return Update.newBuilder()
                .setFrameworkId(key.framework().toProto())
                .setStatus(status)
                .setLatestState(latest)
                .build();
    }
}
