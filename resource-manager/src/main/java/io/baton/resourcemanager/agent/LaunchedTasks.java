package io.baton.resourcemanager.agent;

import com.google.protobuf.ByteString;
import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.id.TaskId;
import io.baton.core.protocol.FrameworkProtocol;
import io.baton.core.protocol.Term;
import io.baton.core.resource.Resources;
import io.baton.core.task.TaskStates;
import io.baton.core.task.TaskSum;
import io.baton.link.ToAgent;
import io.baton.link.Update;
import io.baton.v1.Task;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** The tasks of an agent and what they take of the balance, from their launch until they have ended. */
final class LaunchedTasks {
    /** A task is known by both: two frameworks may choose the same task id. */
    private record TaskKey(FrameworkId framework, TaskId task) implements Comparable<TaskKey> {
        @Override
        public int compareTo(TaskKey other) {
            int byFramework = framework.compareTo(other.framework);
            return byFramework != 0 ? byFramework : task.compareTo(other.task);
        }
    }

    /**
     * What a task takes, and in which role.
     *
     * @param number ascending with the launches
     */
    private record Used(String role, Resources resources, long number) {}

    /** A task and what it takes. */
    record Taken(TaskId task, Resources resources) {}

    /** How often each framework is told, in short, which of its tasks are here. */
    static final Duration SUM = Duration.ofSeconds(5);

    /** How long the agent may say nothing of a task before it is told again to run it: it knows its tasks. */
    static final Duration RUN_AGAIN = Duration.ofSeconds(10);

    /** A launch of which the agent has not spoken; {@code sentAt} is the first tick after it. */
    private record Unheard(ToAgent run, Instant sentAt) {}

    private final SortedMap<TaskKey, Unheard> unheard = new TreeMap<>();
    /** Ended tasks whose last update is under way; its uuid once the agent has sent it. */
    private final SortedMap<TaskKey, ByteString> ended = new TreeMap<>();

    private final SortedMap<TaskKey, Used> used = new TreeMap<>();

    private final KnownEnds known = new KnownEnds();

    /** Frameworks whose tasks have ended with the agent: they hear of its next list, in case they did not hear that. */
    private final SortedSet<FrameworkId> before = new TreeSet<>();

    private final Balance balance;
    private long launches;
    private Instant sumAt = Instant.MIN;

    LaunchedTasks(Balance balance) {
        this.balance = balance;
    }

    /**
     * The agent's own list replaces all that was believed. The balance must be fresh.
     *
     * @return the tasks of each framework that has some here, or had; an empty list for those that have none any more
     */
    SortedMap<FrameworkId, List<Task>> adopt(List<Task> tasks) {
        var concerned = new TreeMap<FrameworkId, List<Task>>();
        used.keySet().forEach(key -> before.add(key.framework));
        before.forEach(framework -> concerned.put(framework, new ArrayList<>()));
        before.clear();
        used.clear();
        unheard.clear();
        ended.clear();
        known.clear(); // Its list says which ends it will tell again, and those are not over for anybody before that.
        for (var task : tasks) {
            var framework = FrameworkId.fromProto(task.getFrameworkId());
            concerned.computeIfAbsent(framework, f -> new ArrayList<>()).add(task);
            var key = new TaskKey(framework, TaskId.fromProto(task.getTaskId()));
            if (TaskStates.isTerminal(task.getState())) {
                ended.put(key, ByteString.EMPTY);
            } else {
                launches++;
                used.put(key, new Used(roleOf(task), Resources.fromProto(task.getResourcesList()), launches));
            }
        }
        used.forEach((key, task) -> balance.take(key.framework, task.role, task.resources));
        return concerned;
    }

    /** The role a task was launched in; the agent writes it into every resource. */
    private static String roleOf(Task task) {
        return task.getResourcesCount() == 0
                        || !task.getResources(0).getAllocationInfo().hasRole()
                ? "*"
                : task.getResources(0).getAllocationInfo().getRole();
    }

    /** @param run what the agent is told, and told again if it stays silent */
    void launch(FrameworkId framework, TaskId task, String role, Resources wanted, ToAgent run) {
        var key = new TaskKey(framework, task);
        launches++;
        used.put(key, new Used(role, wanted, launches));
        balance.take(framework, role, wanted);
        unheard.put(key, new Unheard(run, Instant.MAX));
    }

    /**
     * An update of the agent is passed on to its framework. An end whose acknowledgement was on its way to the agent when it
     * was sent is no news: its task's id may be in use again, and what runs under it has not ended.
     *
     * @param registration of the agent, its newest one
     * @return whether the task has ended and its resources have become free
     */
    boolean updated(Update update, Term term, long registration, List<LedgerEffect> effects) {
        var framework = FrameworkId.fromProto(update.getFrameworkId());
        var status = update.getStatus();
        var key = new TaskKey(framework, TaskId.fromProto(status.getTaskId()));
        if (known.contains(new KnownEnds.End(framework, key.task, status.getUuid()))) {
            effects.add(new LedgerEffect.ToLink(Orders.acknowledge(term, framework, key.task, status.getUuid())));
            return false;
        }
        effects.add(
                new LedgerEffect.Forward(framework, new FrameworkProtocol.Updated(update, term.epoch(), registration)));
        unheard.remove(key);
        if (!TaskStates.isTerminal(update.getLatestState())) {
            return false;
        }
        ended.put(key, TaskStates.isTerminal(status.getState()) ? status.getUuid() : ByteString.EMPTY);
        var task = used.remove(key);
        if (task != null) {
            balance.giveBack(framework, task.role, task.resources);
        }
        return task != null;
    }

    void acknowledged(FrameworkId framework, TaskId task, ByteString uuid) {
        if (ended.remove(new TaskKey(framework, task), uuid) && !uuid.isEmpty()) {
            known.add(new KnownEnds.End(framework, task, uuid));
        }
    }

    /** Running, launched, or ended with an update under way. */
    boolean knows(FrameworkId framework, TaskId task) {
        var key = new TaskKey(framework, task);
        return used.containsKey(key) || ended.containsKey(key);
    }

    /** The framework is gone: nobody acknowledges how its tasks ended. */
    void removed(FrameworkId framework) {
        ended.keySet().removeIf(key -> key.framework.equals(framework));
    }

    /** No task runs, and none has ended without its scheduler's word that it knows. */
    boolean isEmpty() {
        return used.isEmpty() && ended.isEmpty();
    }

    /** The agent is there, and time has passed. */
    void tick(AgentId agent, Instant now, List<LedgerEffect> effects) {
        known.tick(now);
        runAgain(now, effects);
        if (!now.isBefore(sumAt)) {
            sumAt = now.plus(SUM);
            sum(agent, effects);
        }
    }

    /** A launch may be lost between two masters, and then would hold its resources for ever. */
    private void runAgain(Instant now, List<LedgerEffect> effects) {
        unheard.replaceAll((key, launch) -> {
            if (launch.sentAt.equals(Instant.MAX)) {
                return new Unheard(launch.run, now);
            }
            if (now.isBefore(launch.sentAt.plus(RUN_AGAIN))) {
                return launch;
            }
            effects.add(new LedgerEffect.ToLink(launch.run));
            return new Unheard(launch.run, now);
        });
    }

    /** Tells each framework, in short, which of its tasks are here; a session that has begun since does not know them. */
    private void sum(AgentId agent, List<LedgerEffect> effects) {
        var running = sums(used.keySet());
        var over = sums(ended.keySet());
        var concerned = new TreeSet<>(running.keySet());
        concerned.addAll(over.keySet());
        for (var framework : concerned) {
            var there = new FrameworkProtocol.TasksThere(
                    agent, running.getOrDefault(framework, 0L), over.getOrDefault(framework, 0L));
            effects.add(new LedgerEffect.ToFramework(framework, there));
        }
    }

    private static SortedMap<FrameworkId, Long> sums(Collection<TaskKey> keys) {
        var sums = new TreeMap<FrameworkId, Long>();
        keys.forEach(key -> sums.merge(key.framework, TaskSum.of(key.task), Long::sum));
        return sums;
    }

    /** A framework's tasks in a role, the newest first: those that lose least when they end. */
    List<Taken> newestFirst(FrameworkId framework, String role) {
        return used.entrySet().stream()
                .filter(e -> e.getKey().framework.equals(framework)
                        && e.getValue().role.equals(role))
                .sorted(Comparator.comparingLong((Map.Entry<TaskKey, Used> e) -> -e.getValue().number))
                .map(e -> new Taken(e.getKey().task, e.getValue().resources))
                .toList();
    }

    /** All have ended with the agent, and their frameworks hear so: they are not named any more. */
    void over() {
        used.forEach((key, task) -> balance.giveBack(key.framework, task.role, task.resources));
        used.keySet().forEach(key -> before.add(key.framework));
        used.clear();
        unheard.clear();
        ended.clear();
    }

    /** The tasks that have not ended. */
    SortedMap<FrameworkId, List<TaskId>> byFramework() {
        var out = new TreeMap<FrameworkId, List<TaskId>>();
        used.keySet().forEach(key -> out.computeIfAbsent(key.framework, f -> new ArrayList<>())
                .add(key.task));
        return out;
    }
}
