package io.baton.sdk.session;

import io.baton.v1.AgentID;
import io.baton.v1.Offer;
import io.baton.v1.TaskID;
import io.baton.v1.TaskInfo;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import io.baton.v1.scheduler.Call;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Which tasks are alive as far as this scheduler knows, and which of them the master must be asked about.
 *
 * <p>A master answers a question about a task with an update, or not at all while it does not know yet; so the
 * question is repeated, ever more slowly, until every task is answered.
 */
final class Reconciliation {
    /** Tasks in one RECONCILE call. */
    static final int BATCH = 1_000;

    private final int limit;
    private final Backoff backoff;
    private final Map<String, AgentID> tasks = new LinkedHashMap<>();
    private final Set<String> unanswered = new LinkedHashSet<>();
    private boolean overflowed;
    private int rounds;
    private long nextAtMillis;

    Reconciliation(int limit, Backoff backoff) {
        this.limit = limit;
        this.backoff = backoff;
    }

    int tracked() {
        return tasks.size();
    }

    int unanswered() {
        return unanswered.size();
    }

    /** A task the scheduler knows from elsewhere, such as its own store. */
    void track(String taskId, AgentID agent) {
        if (tasks.size() < limit || tasks.containsKey(taskId)) {
            tasks.put(taskId, agent);
        } else {
            overflowed = true;
        }
    }

    void launching(Call.Accept accept) {
        eachTask(accept, task -> track(task.getTaskId().getValue(), task.getAgentId()));
    }

    /** That ACCEPT certainly had no effect. @param action for each of its tasks */
    void notLaunched(Call.Accept accept, Consumer<TaskInfo> action) {
        eachTask(accept, task -> forget(task.getTaskId().getValue()));
        eachTask(accept, action);
    }

    /** That ACCEPT may have had its effect: ask. */
    void unsure(Call.Accept accept, long nowMillis) {
        var ids = new ArrayList<String>();
        eachTask(accept, task -> ids.add(task.getTaskId().getValue()));
        ask(ids, nowMillis);
    }

    /** An update came, whatever caused it: it answers the question about its task. */
    void updated(TaskStatus status) {
        var id = status.getTaskId().getValue();
        if (ended(status.getState())) {
            forget(id);
            return;
        }
        unanswered.remove(id);
        track(id, status.hasAgentId() ? status.getAgentId() : tasks.get(id));
    }

    /** Asks about every live task, starting now. */
    void askAll(long nowMillis) {
        ask(tasks.keySet(), nowMillis);
    }

    /** True if there may be live tasks that only a question about all tasks would find. */
    boolean incomplete() {
        return overflowed;
    }

    /** The questions to ask now: none if it is not yet time, or all is answered. */
    List<Call.Builder> due(long nowMillis) {
        if (unanswered.isEmpty() || nowMillis < nextAtMillis) {
            return List.of();
        }
        rounds++;
        nextAtMillis = nowMillis + backoff.millis(rounds);
        var calls = new ArrayList<Call.Builder>();
        var batch = Call.Reconcile.newBuilder();
        for (var id : unanswered) {
            batch.addTasks(question(id));
            if (batch.getTasksCount() == BATCH) {
                calls.add(reconcile(batch));
                batch = Call.Reconcile.newBuilder();
            }
        }
        if (batch.getTasksCount() > 0) {
            calls.add(reconcile(batch));
        }
        return calls;
    }

    static Call.Builder reconcile(Call.Reconcile.Builder tasks) {
        return Call.newBuilder().setType(Call.Type.RECONCILE).setReconcile(tasks);
    }

    private Call.Reconcile.Task question(String id) {
        var question =
                Call.Reconcile.Task.newBuilder().setTaskId(TaskID.newBuilder().setValue(id));
        var agent = tasks.get(id);
        if (agent != null) {
            question.setAgentId(agent);
        }
        return question.build();
    }

    private void ask(Collection<String> ids, long nowMillis) {
        unanswered.addAll(ids);
        rounds = 0;
        nextAtMillis = nowMillis;
    }

    private void forget(String id) {
        tasks.remove(id);
        unanswered.remove(id);
    }

    /** UNKNOWN is not an end, but a task that is unknown to the master need not be asked about again. */
    private static boolean ended(TaskState state) {
        return switch (state) {
            case TASK_STAGING, TASK_STARTING, TASK_RUNNING, TASK_KILLING, TASK_UNREACHABLE -> false;
            default -> true;
        };
    }

    private static void eachTask(Call.Accept accept, Consumer<TaskInfo> action) {
        for (var operation : accept.getOperationsList()) {
            if (operation.getType() == Offer.Operation.Type.LAUNCH) {
                operation.getLaunch().getTaskInfosList().forEach(action);
            } else if (operation.getType() == Offer.Operation.Type.LAUNCH_GROUP) {
                operation.getLaunchGroup().getTaskGroup().getTasksList().forEach(action);
            }
        }
    }
}
