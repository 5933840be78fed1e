package io.baton.resourcemanager.framework;

import com.google.protobuf.ByteString;
import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.id.OfferId;
import io.baton.core.id.TaskId;
import io.baton.core.protocol.FrameworkProtocol;
import io.baton.core.task.Secrets;
import io.baton.core.task.TaskStates;
import io.baton.core.task.TaskSum;
import io.baton.v1.AgentID;
import io.baton.v1.Task;
import io.baton.v1.TaskID;
import io.baton.v1.TaskInfo;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The tasks of one framework: those alive, those ended whose last update is not acknowledged, and those that an agent
 * has reported. Completed ones are kept by the read model only.
 *
 * <p>Pure and mutable; {@link FrameworkSession} owns it. Each step costs one copy of the task's message.
 */
final class SessionTasks {
    /** Most statuses kept per task, one for each change of its state; the oldest go first. */
    static final int MAX_STATUSES = 16;

    /** Bytes of one of them; a larger one is kept in brief. */
    static final int STATUS_BYTES = 32 * 1024;

    /** Characters of its message, then. */
    private static final int STATUS_TEXT = 4000;

    /** Of how many tasks that are over a late update is known to be one. */
    static final int MOST_OVER = 1_000;

    /**
     * @param unacknowledged the update the scheduler was last told; null once it has acknowledged it
     * @param launched by this session, which knows then that it is the newest run of its id
     */
    private record Entry(Task task, TaskStatus unacknowledged, boolean launched) {
        Entry with(Task next, TaskStatus told) {
            return new Entry(next, told, launched);
        }

        boolean isOn(AgentID agent) {
            return task.getAgentId().equals(agent);
        }
    }

    /** How long a launch may be silent before its ledger is asked, and from one question to the next. */
    static final Duration SILENCE = Duration.ofSeconds(15);

    /**
     * A launch of which no agent has spoken yet.
     *
     * @param before the update that ended the task's run before this one; empty if there was none. A copy of it may come yet
     */
    private record Silent(OfferId launchedOn, Instant askAt, ByteString before) {
        Silent askedAgain(Instant now) {
            return new Silent(launchedOn, now.plus(SILENCE), before);
        }
    }

    private final Map<TaskId, Entry> tasks = new LinkedHashMap<>();
    private final Map<TaskId, Silent> silent = new LinkedHashMap<>();

    /** The end of a task, as the scheduler knows it. @param uuid of the update that told it; empty if none has */
    private record End(TaskState state, ByteString uuid) {}

    /** Of the last tasks whose end the scheduler knows; of an id that has ended twice, the later one. */
    private final Map<TaskId, End> over = new LinkedHashMap<>();

    private final Kills kills = new Kills();

    private final AgentSums running = new AgentSums();
    private final AgentSums ended = new AgentSums();

    Optional<Task> find(TaskId id) {
        return Optional.ofNullable(tasks.get(id)).map(Entry::task);
    }

    Optional<AgentId> agentOf(TaskId id) {
        return find(id).map(t -> AgentId.fromProto(t.getAgentId()));
    }

    Kills kills() {
        return kills;
    }

    List<Task> all() {
        return tasks.values().stream().map(Entry::task).toList();
    }

    private void sum(Entry entry, int sign) {
        if (entry != null) {
            var sums = TaskStates.isTerminal(entry.task.getState()) ? ended : running;
            long one = TaskSum.of(TaskId.fromProto(entry.task.getTaskId()));
            sums.add(entry.task.getAgentId().getValue(), sign * one);
        }
    }

    /** Whether there is nothing to ask the agent: its tasks are known here, or it has just told them. */
    boolean agreesWith(FrameworkProtocol.TasksThere m) {
        boolean knowsRunning = running.agreesWith(m.agent(), m.sum());
        // Without an end that waits there is none to hear of.
        boolean knowsEnded = m.ended() == 0 || ended.agreesWith(m.agent(), m.ended());
        return knowsRunning && knowsEnded;
    }

    /** @return whether there was one among them that was not known here */
    boolean told(AgentId agent, List<Task> alive) {
        long sum = 0;
        boolean news = false;
        for (var task : alive) {
            var id = TaskId.fromProto(task.getTaskId());
            sum += TaskSum.of(id);
            if (known(task.getTaskId(), task.getAgentId()) == null && !over.containsKey(id)) {
                adopted(task);
                news = true;
            }
        }
        running.told(agent, sum);
        ended.tells(agent);
        return news;
    }

    int count() {
        return tasks.size();
    }

    /** The agent is away or gone: what was said of its tasks in short is over. */
    void lost(AgentId agent) {
        running.lost(agent);
        ended.lost(agent);
    }

    /** Where the tasks are, in a fixed order. */
    SortedSet<AgentId> agents() {
        var out = new TreeSet<AgentId>();
        tasks.values().forEach(e -> out.add(AgentId.fromProto(e.task.getAgentId())));
        return out;
    }

    /** Updates that a returning scheduler has to be told again, in the order of the tasks. */
    List<TaskStatus> unacknowledged() {
        return tasks.values().stream()
                .map(Entry::unacknowledged)
                .filter(Objects::nonNull)
                .toList();
    }

    List<Task> on(AgentId agent) {
        return all().stream()
                .filter(t -> t.getAgentId().getValue().equals(agent.value()))
                .toList();
    }

    /** A task is on its way to its agent. */
    Task staged(FrameworkId framework, TaskInfo info, String user, OfferId launchedOn, Instant now) {
        var task = Task.newBuilder()
                .setName(info.getName())
                .setTaskId(info.getTaskId())
                .setFrameworkId(framework.toProto())
                .setAgentId(info.getAgentId())
                .setState(TaskState.TASK_STAGING)
                .addAllResources(info.getResourcesList())
                .putAllLimits(info.getLimitsMap())
                .setUser(info.getCommand().hasUser() ? info.getCommand().getUser() : user);
        if (info.hasExecutor()) {
            task.setExecutorId(info.getExecutor().getExecutorId());
        }
        if (info.hasLabels()) {
            task.setLabels(info.getLabels());
        }
        if (info.hasDiscovery()) {
            task.setDiscovery(info.getDiscovery());
        }
        if (info.hasContainer()) {
            task.setContainer(Secrets.hidden(info.getContainer()));
        }
        if (info.hasHealthCheck()) {
            task.setHealthCheck(info.getHealthCheck());
        }
        if (info.hasKillPolicy()) {
            task.setKillPolicy(info.getKillPolicy());
        }
        var before = over.remove(TaskId.fromProto(info.getTaskId()));
        kills.over(TaskId.fromProto(info.getTaskId()));
        silent.put(
                TaskId.fromProto(info.getTaskId()),
                new Silent(launchedOn, now.plus(SILENCE), before == null ? ByteString.EMPTY : before.uuid));
        return put(new Entry(task.build(), null, true));
    }

    /**
     * What an agent says of a task's state replaces what was believed; the statuses told so far stay, but for those that
     * only said that it could not be reached. The agent sends what awaits an acknowledgement again by itself.
     */
    Task adopted(Task listed) {
        silent.remove(TaskId.fromProto(listed.getTaskId()));
        var known = known(listed.getTaskId(), listed.getAgentId());
        return put(
                known == null
                        ? new Entry(listed, null, false)
                        : known.with(
                                heard(
                                                known.task.getName().isEmpty()
                                                        ? whole(known.task, listed)
                                                        : known.task.toBuilder())
                                        .setState(listed.getState())
                                        .build(),
                                known.unacknowledged));
    }

    /** Launches whose ledgers are to be asked now, each with its offer. */
    Map<TaskId, OfferId> toAsk(Instant now) {
        var out = new LinkedHashMap<TaskId, OfferId>();
        silent.replaceAll((task, launch) -> {
            if (now.isBefore(launch.askAt)) {
                return launch;
            }
            out.put(task, launch.launchedOn);
            return launch.askedAgain(now);
        });
        return out;
    }

    /** Whether this very launch of the task is one of which no agent has spoken yet. */
    boolean isSilent(TaskId task, Optional<OfferId> launchedOn) {
        var launch = silent.get(task);
        return launch != null && launchedOn.filter(launch.launchedOn::equals).isPresent();
    }

    private Task put(Entry entry) {
        sum(tasks.put(TaskId.fromProto(entry.task.getTaskId()), entry), -1);
        sum(entry, 1);
        if (TaskStates.isTerminal(entry.task.getState())) {
            kills.over(TaskId.fromProto(entry.task.getTaskId()));
        }
        return entry.task;
    }

    /** Tasks on this agent that its list does not name. Those whose end the scheduler was told have ended so, and in no other way. */
    List<Task> missing(AgentId agent, List<Task> listed) {
        var there = listed.stream().map(t -> TaskId.fromProto(t.getTaskId())).collect(Collectors.toSet());
        var out = new ArrayList<Task>();
        for (var entry : tasks.entrySet()) {
            var task = entry.getValue().task;
            var told = entry.getValue().unacknowledged;
            if (task.getAgentId().getValue().equals(agent.value())
                    && !there.contains(entry.getKey())
                    && (told == null || !TaskStates.isTerminal(told.getState()))) {
                out.add(task);
            }
        }
        return out;
    }

    /**
     * Whether this was listed before the task's end was told.
     *
     * @param news whether the list is newer than all that was heard of the agent: then it has not heard that its scheduler knows
     */
    boolean isOver(Task listed, boolean news) {
        boolean ended = TaskStates.isTerminal(listed.getState());
        return ended && runsElsewhere(listed.getTaskId(), listed.getAgentId())
                || over.containsKey(TaskId.fromProto(listed.getTaskId())) && !(news && ended);
    }

    /** Whether the task was launched anew on another agent: an end that this one tells is of a run before. */
    private boolean runsElsewhere(TaskID id, AgentID agent) {
        var entry = tasks.get(TaskId.fromProto(id));
        return entry != null && !entry.isOn(agent) && !isVague(entry);
    }

    /** What is known of the task; null also if it is on another agent, and may be over there. */
    private Entry known(TaskID id, AgentID agent) {
        var entry = tasks.get(TaskId.fromProto(id));
        return entry == null || !entry.isOn(agent) && isVague(entry) ? null : entry;
    }

    /** Whether it has ended, or may have: whoever speaks of the task on another agent may speak of a newer run. */
    private static boolean isVague(Entry entry) {
        var state = entry.task.getState();
        return TaskStates.isTerminal(state) || state == TaskState.TASK_UNREACHABLE && !entry.launched;
    }

    /**
     * Whether this comes late, by way of a master where the session was before: the task's end has been told since. Or it is
     * that end, once more, and the task has been launched anew since, maybe on another agent.
     */
    boolean isOver(TaskStatus status) {
        var id = TaskId.fromProto(status.getTaskId());
        var launch = silent.get(id);
        if (launch != null && !launch.before.isEmpty() && launch.before.equals(status.getUuid())) {
            return true;
        }
        if (TaskStates.isTerminal(status.getState())) {
            return runsElsewhere(status.getTaskId(), status.getAgentId());
        }
        var entry = tasks.get(id);
        boolean meant = entry != null && (entry.launched || entry.isOn(status.getAgentId()));
        return over.containsKey(id) || meant && TaskStates.isTerminal(entry.task.getStatusUpdateState());
    }

    /** Whether this is an end that the scheduler knows: that it does has not come to the agent. */
    boolean isKnownEnd(TaskStatus status) {
        var id = TaskId.fromProto(status.getTaskId());
        return TaskStates.isTerminal(status.getState()) && over.containsKey(id) && !tasks.containsKey(id);
    }

    /**
     * An update of the agent. A task that is not known yet is made up from the update: its agent knows it.
     *
     * @param latest the newest state the agent knows, which may be ahead of the status
     */
    Task updated(FrameworkId framework, TaskStatus status, TaskState latest) {
        var id = TaskId.fromProto(status.getTaskId());
        silent.remove(id);
        var entry = known(status.getTaskId(), status.getAgentId());
        var task = entry == null ? unknown(framework, status.getTaskId(), status.getAgentId()) : entry.task.toBuilder();
        boolean copy = task.getStatusUpdateUuid().equals(status.getUuid());
        task.setState(latest).setStatusUpdateState(status.getState()).setStatusUpdateUuid(status.getUuid());
        if (!task.hasExecutorId()
                && status.hasExecutorId()
                && status.getSource() != TaskStatus.Source.SOURCE_EXECUTOR) {
            task.setExecutorId(status.getExecutorId());
        }
        var next = copy ? task.build() : told(task, status);
        return put(entry == null ? new Entry(next, status, false) : entry.with(next, status));
    }

    /** What a scheduler is told stays in the task's history, in place of the last status if the state is the same. */
    static Task told(Task.Builder task, TaskStatus status) {
        int last = task.getStatusesCount() - 1;
        if (last >= 0 && task.getStatuses(last).getState() == status.getState()) {
            task.removeStatuses(last);
        } else if (last + 1 >= MAX_STATUSES) {
            task.removeStatuses(0);
        }
        return task.addStatuses(shown(status)).build();
    }

    /** Whoever looks at tasks has no use for data, which may be large, and not for a book in the message. */
    private static TaskStatus shown(TaskStatus status) {
        var shown = status.toBuilder().clearData().build();
        if (shown.getSerializedSize() <= STATUS_BYTES) {
            return shown;
        }
        var brief = shown.toBuilder()
                .clearLabels()
                .clearCheckStatus()
                .clearContainerStatus()
                .clearLimitation();
        var message = shown.getMessage();
        return brief.setMessage(message.substring(0, Math.min(message.length(), STATUS_TEXT)))
                .build();
    }

    /** A task that was made up, as its agent knows it. */
    private static Task.Builder whole(Task madeUp, Task listed) {
        var out = listed.toBuilder().clearStatuses().addAllStatuses(madeUp.getStatusesList());
        if (madeUp.hasStatusUpdateUuid()) {
            out.setStatusUpdateState(madeUp.getStatusUpdateState()).setStatusUpdateUuid(madeUp.getStatusUpdateUuid());
        }
        return out;
    }

    /** Without the last words of masters if these were that it cannot be reached: what its agent last told holds again. */
    private static Task.Builder heard(Task.Builder task) {
        int last = task.getStatusesCount() - 1;
        while (last >= 0 && isOfMaster(task.getStatuses(last))) {
            task.removeStatuses(last--);
        }
        return task;
    }

    private static boolean isOfMaster(TaskStatus status) {
        return !status.hasUuid() && status.hasSource() && status.getSource() == TaskStatus.Source.SOURCE_MASTER;
    }

    private static Task.Builder unknown(FrameworkId framework, TaskID task, AgentID agent) {
        return Task.newBuilder()
                .setName("")
                .setTaskId(task)
                .setFrameworkId(framework.toProto())
                .setAgentId(agent);
    }

    /** Takes in tasks of which no more is known than that they were on this agent. */
    void named(FrameworkId framework, AgentId agent, List<TaskId> ids) {
        for (var task : ids) {
            if (!tasks.containsKey(task) && !over.containsKey(task)) {
                var bare = unknown(framework, task.toProto(), agent.toProto());
                put(new Entry(bare.setState(TaskState.TASK_STAGING).build(), null, false));
            }
        }
    }

    /** The master cannot say more; the status is its own and is not acknowledged. */
    Task unreachable(Task task, TaskStatus status) {
        silent.remove(TaskId.fromProto(task.getTaskId())); // Its ledger would say the same again.
        var entry = tasks.get(TaskId.fromProto(task.getTaskId()));
        var marked = told(task.toBuilder().setState(TaskState.TASK_UNREACHABLE), status);
        return put(entry.with(marked, entry.unacknowledged));
    }

    /**
     * The scheduler has this update.
     *
     * @param from the agent that it names; an update of another one is not meant
     * @return the task, if that was its last one: it is forgotten here
     */
    Optional<Task> acknowledged(TaskId id, AgentId from, ByteString uuid) {
        var entry = tasks.get(id);
        boolean meant = entry != null
                && entry.task.getAgentId().getValue().equals(from.value())
                && entry.task.getStatusUpdateUuid().equals(uuid);
        boolean last = meant && TaskStates.isTerminal(entry.task.getStatusUpdateState());
        if (last) {
            sum(tasks.remove(id), -1);
            kills.over(id);
            remember(id, new End(entry.task.getStatusUpdateState(), uuid));
        } else if (meant) {
            put(entry.with(entry.task, null));
        }
        return last ? Optional.of(entry.task) : Optional.empty();
    }

    /** Its end is known to the scheduler though no update has told it: what is said of it later is no news. */
    void remember(TaskId id, TaskState end) {
        remember(id, new End(end, ByteString.EMPTY));
    }

    private void remember(TaskId id, End end) {
        over.remove(id); // The later one is also younger.
        over.put(id, end);
        if (over.size() > MOST_OVER) {
            over.remove(over.keySet().iterator().next());
        }
    }

    /** How a task has ended that is no more, if the scheduler was told lately. */
    Optional<TaskState> endOf(TaskId id) {
        return Optional.ofNullable(over.get(id)).map(End::state);
    }

    Optional<Task> remove(TaskId id) {
        silent.remove(id);
        kills.over(id);
        var removed = tasks.remove(id);
        sum(removed, -1);
        return Optional.ofNullable(removed).map(Entry::task);
    }

    /** Whether a new task may not have this id. */
    boolean occupied(TaskId id) {
        return tasks.containsKey(id);
    }
}
