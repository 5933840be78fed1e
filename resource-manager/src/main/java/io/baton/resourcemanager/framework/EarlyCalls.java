package io.baton.resourcemanager.framework;

import io.baton.core.id.TaskId;
import io.baton.v1.scheduler.Call;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What a scheduler wants of tasks that its session does not know. One that has come from another master hears of what
 * runs within seconds (ADR 30): until then nobody can say that there is no such task, and whoever wants its end means it.
 * By then it has also given back what was offered to the session before it, so that no acceptance of that one can launch a
 * task after it was called gone.
 *
 * <p>Pure and mutable; {@link FrameworkSession} owns it.
 */
final class EarlyCalls {
    /** By then every owner of an agent has said twice what runs there. */
    static final Duration LEARNING = Duration.ofSeconds(12);

    /** Longest that an agent is waited for that is away: as long as Mesos gives it after a failover to come back. */
    static final Duration LONGEST = Duration.ofMinutes(10);

    /** How long it may be under way what an agent lists that is back. */
    static final Duration ARRIVING = Duration.ofSeconds(2);

    /** Most that wait; one more is answered at once, by what is known. */
    static final int MOST = 10_000;

    private record About(Call.Type type, TaskId task) {}

    private final Map<About, Call> waiting = new LinkedHashMap<>();
    private Instant learned = Instant.MIN;
    private Instant latest = Instant.MIN;
    private boolean away;

    /** The session begins, of a framework that has been there before. */
    void begin(Instant now) {
        learned = now.plus(LEARNING);
        latest = now.plus(LONGEST);
    }

    /** Whether nothing that the session is told of a task is for certain: it asks nobody itself yet. */
    boolean learns(Instant now) {
        return now.isBefore(learned);
    }

    /** Looks, if it matters whether agents are away: all have not been there yet since the session had time to learn. */
    void ifWondering(Instant now, Runnable look) {
        if (now.isBefore(latest)) {
            look.run();
        }
    }

    /** @param any whether agents that the registry has admitted are away: nobody knows what they run */
    void agentsAway(boolean any, Instant now) {
        away |= any;
        if (!any && !now.isBefore(learned)) {
            var end = away ? now.plus(ARRIVING) : now;
            latest = end.isBefore(latest) ? end : latest;
        }
    }

    /**
     * Whether this is answered later.
     *
     * @param call KILL or RECONCILE of this one task; it takes the place of an earlier one of the same kind
     */
    boolean takes(TaskId task, Call call, Instant now) {
        var about = new About(call.getType(), task);
        if (isDue(call, now) || waiting.size() >= MOST && !waiting.containsKey(about)) {
            return false;
        }
        waiting.put(about, call);
        return true;
    }

    /** The scheduler has been told of the task's end since it called: that is its answer, and there is nothing left to kill. */
    void ended(TaskId task) {
        waiting.remove(new About(Call.Type.KILL, task));
        waiting.remove(new About(Call.Type.RECONCILE, task));
    }

    /** An agent that is named says by itself whether it can know. */
    private boolean isDue(Call call, Instant now) {
        boolean named = call.getKill().hasAgentId()
                || call.getReconcile().getTasksList().stream().anyMatch(Call.Reconcile.Task::hasAgentId);
        return !now.isBefore(learned) && (named || !away || !now.isBefore(latest));
    }

    /** What can be answered now, in the order of the calls: each of them once. */
    List<Call> due(Predicate<TaskId> known, Instant now) {
        var out = new ArrayList<Call>();
        waiting.entrySet().removeIf(entry -> {
            boolean due =
                    isDue(entry.getValue(), now) || known.test(entry.getKey().task());
            if (due) {
                out.add(entry.getValue());
            }
            return due;
        });
        return out;
    }
}
