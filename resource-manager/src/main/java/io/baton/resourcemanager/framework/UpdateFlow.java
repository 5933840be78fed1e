package io.baton.resourcemanager.framework;

import com.google.protobuf.ByteString;
import io.baton.core.id.TaskId;
import io.baton.v1.TaskStatus;
import io.baton.v1.scheduler.Event;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntSupplier;

/**
 * How many updates a scheduler's stream is given at once. A stream that is given more than it keeps for a slow reader is
 * cut off; with all that was never acknowledged, or with the answers about all tasks, a large framework would be cut off
 * each time it subscribes. The stream says when there is room again; one that never says so gets as many with each tick.
 *
 * <p>Updates wait in their order; each of a task and each answer about a task once, however often it is told. No more wait
 * than twice the tasks there are, and {@link #MOST_ANSWERS}: a scheduler can ask about more tasks than anybody has, and what
 * is answered beyond that is left out; whoever misses an answer asks again. All other events pass.
 *
 * <p>Pure and mutable; the entity owns it. Constant time for each update. See ADR 27.
 */
final class UpdateFlow {
    /** Before a stream has said how much room it has, which it does at once. */
    static final int FIRST = 100;

    /** With each tick, to one that never says so. */
    static final int EACH_TICK = 1_000;

    /** So many answers to calls wait, and one for each task there is. */
    static final int MOST_ANSWERS = 10_000;

    /** Of what a master says only because a call wanted to know or to launch. What becomes of tasks is told in any case. */
    private static final Set<TaskStatus.Reason> OF_ANSWERS = Set.of(
            TaskStatus.Reason.REASON_RECONCILIATION,
            TaskStatus.Reason.REASON_INVALID_OFFERS,
            TaskStatus.Reason.REASON_TASK_INVALID,
            TaskStatus.Reason.REASON_TASK_GROUP_INVALID);

    private record Key(TaskId task, ByteString uuid) {}

    /** The session has the statuses anyhow; events are made of them when they go out. */
    private final Map<Key, TaskStatus> waiting = new LinkedHashMap<>();

    private final IntSupplier tasks;

    /** How many of those that wait are answers. */
    private int answers;

    /** So many updates it may be given since it began, and so many it was given. */
    private long limit;

    private long given;
    private boolean heard;

    /** @param tasks how many there are now */
    UpdateFlow(IntSupplier tasks) {
        this.tasks = tasks;
        begin();
    }

    /** The stream has ended, or there is another one: what waited for it is forgotten. */
    void begin() {
        waiting.clear();
        answers = 0;
        limit = FIRST;
        given = 0;
        heard = false;
    }

    /** @return what is to go out now */
    List<Event> tell(Event event) {
        if (event.getType() != Event.Type.UPDATE) {
            return List.of(event);
        }
        if (waiting.isEmpty() && given < limit) {
            given++;
            return List.of(event);
        }
        var status = event.getUpdate().getStatus();
        var key = new Key(TaskId.fromProto(status.getTaskId()), status.getUuid());
        var before = waiting.get(key);
        if (before == null && isAnswer(status) && answers >= MOST_ANSWERS + tasks.getAsInt()) {
            return List.of();
        }
        if (before != null && before.getState() != status.getState()) {
            waiting.remove(key); // News since must not come before the update that waits behind the older answer.
        }
        waiting.put(key, status);
        answers += (isAnswer(status) ? 1 : 0) - (before != null && isAnswer(before) ? 1 : 0);
        return List.of();
    }

    private static boolean isAnswer(TaskStatus status) {
        return !status.hasUuid() && OF_ANSWERS.contains(status.getReason());
    }

    /**
     * The stream has written what has come to it.
     *
     * @param more so many it takes at once
     * @param upTo so many in all since it began, whatever is under way to it; 0 where it does not say
     * @return what is to go out now
     */
    List<Event> hasRoom(int more, long upTo) {
        heard = true;
        limit = upTo > 0 ? Math.max(limit, upTo) : given + Math.max(1, more);
        return next();
    }

    /** Time has passed. @return what is to go out now */
    List<Event> tick() {
        if (heard) {
            return List.of();
        }
        limit = given + EACH_TICK;
        return next();
    }

    private List<Event> next() {
        var out = new ArrayList<Event>();
        for (Iterator<TaskStatus> next = waiting.values().iterator(); next.hasNext() && given < limit; given++) {
            var status = next.next();
            out.add(Events.update(status));
            answers -= isAnswer(status) ? 1 : 0;
            next.remove();
        }
        return out;
    }
}
