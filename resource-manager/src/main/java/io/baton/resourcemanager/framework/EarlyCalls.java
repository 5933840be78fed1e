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

    /** Most that wait; one more is answered at once, by what is known. */
    static final int MOST = 10_000;

    private record About(Call.Type type, TaskId task) {}

    private final Map<About, Call> waiting = new LinkedHashMap<>();
    private Instant learned = Instant.MIN;

    /** The session begins, of a framework that has been there before. */
    void begin(Instant now) {
        learned = now.plus(LEARNING);
    }

    /**
     * Whether this is answered later.
     *
     * @param call KILL or RECONCILE of this one task; it takes the place of an earlier one of the same kind
     */
    boolean takes(TaskId task, Call call, Instant now) {
        var about = new About(call.getType(), task);
        if (isDue(now) || waiting.size() >= MOST && !waiting.containsKey(about)) {
            return false;
        }
        waiting.put(about, call);
        return true;
    }

    private boolean isDue(Instant now) {
        return !now.isBefore(learned);
    }

    /** What can be answered now, in the order of the calls: each of them once. */
    List<Call> due(Predicate<TaskId> known, Instant now) {
        var out = new ArrayList<Call>();
        boolean all = isDue(now);
        waiting.entrySet().removeIf(entry -> {
            boolean due = all || known.test(entry.getKey().task());
            if (due) {
                out.add(entry.getValue());
            }
            return due;
        });
        return out;
    }
}
