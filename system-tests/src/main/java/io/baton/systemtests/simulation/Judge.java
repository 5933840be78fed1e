package io.baton.systemtests.simulation;

import com.google.protobuf.ByteString;
import io.baton.core.id.AgentId;
import io.baton.core.resource.Resources;
import io.baton.executor.checkpoint.TaskEntry;
import io.baton.executor.record.Record;
import io.baton.resourcemanager.agent.AgentLedger;
import io.baton.v1.Offer;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Sees everything and says what must never be. Throws at the step that made it so. */
final class Judge {
    private static final Set<TaskState> NOT_THERE =
            Set.of(TaskState.TASK_DROPPED, TaskState.TASK_GONE, TaskState.TASK_LOST);

    private static final Set<TaskState> OVER =
            Set.of(TaskState.TASK_FINISHED, TaskState.TASK_FAILED, TaskState.TASK_KILLED, TaskState.TASK_DROPPED);

    private record Proposal(Object ledger, Object allocator, long number) {}

    /** What one start of a scheduler knows of a task. */
    private record Mind(String scheduler, int incarnation, String task) {}

    private final World world;
    private final Set<String> everStarted = new HashSet<>();
    private final Map<String, String> running = new HashMap<>();
    private final Map<String, Resources> usedByHost = new HashMap<>();
    private final Set<String> offers = new HashSet<>();
    private final Set<Proposal> proposals = new HashSet<>();
    private final Map<ByteString, Integer> numbers = new HashMap<>();
    private final Map<String, List<ByteString>> written = new HashMap<>();
    private final Map<String, Integer> told = new HashMap<>();
    private final Map<String, TaskState> ends = new HashMap<>();
    private final Map<Mind, Integer> heard = new HashMap<>();
    private final SortedMap<String, Long> counts = new TreeMap<>();
    private long checks;

    Judge(World world) {
        this.world = world;
    }

    void count(String what) {
        counts.merge(what, 1L, Long::sum);
    }

    SortedMap<String, Long> counts() {
        return counts;
    }

    long checks() {
        return checks;
    }

    /** @param otherwise what to say if it is not so; nearly always it is, and to say it costs more than to look */
    private void hold(boolean so, Supplier<String> otherwise) {
        checks++;
        if (!so) {
            throw new ViolationException(otherwise.get());
        }
    }

    // ---- hosts

    private static String key(TaskEntry entry) {
        var task = entry.key().task().value();
        int mark = task.indexOf('~');
        return entry.key().framework() + "/" + (mark < 0 ? task : task.substring(0, mark));
    }

    /** Whatever the attempt: a framework launches a task again when it was told that it never ran. */
    private static String wish(String key) {
        return key.substring(0, key.lastIndexOf('.'));
    }

    void started(String host, TaskEntry entry, Resources total) {
        var key = key(entry);
        world.history().note(() -> host + " starts " + key);
        count("tasks started");
        hold(everStarted.add(wish(key)), () -> key + " was started a second time, now on " + host);
        hold(!ends.containsKey(key), () -> key + " starts on " + host + " and was said to be " + ends.get(key));
        running.put(key, host);
        var used = usedByHost
                .getOrDefault(host, Resources.EMPTY)
                .plus(Resources.fromProto(entry.task().getResourcesList().stream()
                        .map(r -> r.toBuilder().clearAllocationInfo().build())
                        .toList()));
        usedByHost.put(host, used);
        hold(total.contains(used), () -> host + " has " + total + " and runs " + used + ": " + runningOn(host));
    }

    private List<String> runningOn(String host) {
        return running.entrySet().stream()
                .filter(e -> e.getValue().equals(host))
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    void ended(String host, TaskEntry entry) {
        world.history().note(() -> host + " ends " + key(entry));
        running.remove(key(entry));
        usedByHost.computeIfPresent(
                host, (h, used) -> used.minus(Resources.fromProto(entry.task().getResourcesList())));
    }

    // ---- ledgers

    void ledger(AgentId id, AgentLedger ledger) {
        var sum = ledger.free();
        for (var held : ledger.held().values()) {
            sum = sum.plus(held);
        }
        var all = sum;
        hold(
                ledger.total().equals(all),
                () -> "the ledger of " + id + " has " + ledger.total() + " in all, but free and held add up to " + all);
    }

    void granted(LedgerShell ledger, Object allocator, long number, Offer offer) {
        count("offers granted");
        hold(
                offers.add(offer.getId().getValue()),
                () -> "offer " + offer.getId().getValue() + " was granted a second time");
        hold(
                proposals.add(new Proposal(ledger, allocator, number)),
                () -> "proposal " + number + " was granted a second time, as "
                        + offer.getId().getValue());
    }

    // ---- updates

    /** An agent has written something down; an update may be written again when its journal is made shorter. */
    void recorded(Record record) {
        if (record.hasUpdated()
                && !numbers.containsKey(record.getUpdated().getStatus().getUuid())) {
            var status = record.getUpdated().getStatus();
            var key = record.getUpdated().getFrameworkId().getValue() + "/"
                    + status.getTaskId().getValue();
            var all = written.computeIfAbsent(key, k -> new ArrayList<>());
            numbers.put(status.getUuid(), all.size());
            all.add(status.getUuid());
        }
    }

    /** A scheduler's callback has an update. */
    void told(String framework, SchedulerProcess scheduler, TaskStatus status) {
        count("updates told");
        var key = framework + "/" + status.getTaskId().getValue();
        if (OVER.contains(status.getState())) {
            ends.put(key, status.getState());
        }
        if (!status.hasUuid()) {
            hold(
                    !NOT_THERE.contains(status.getState()) || !running.containsKey(key),
                    () -> key + " is said to be " + status.getState() + " while it runs on " + running.get(key));
            return;
        }
        var number = numbers.get(status.getUuid());
        hold(number != null, () -> "an update of " + key + " that no agent has written down");
        var mind = new Mind(scheduler.name, scheduler.incarnation(), key);
        int last = heard.getOrDefault(mind, -1);
        hold(
                number > last,
                () -> "update " + number + " of " + key + " comes to " + scheduler.name + " after number " + last);
        heard.put(mind, number);
        var before = told.getOrDefault(key, -1);
        hold(
                number <= before + 1,
                () -> "update " + number + " of " + key + " is the first that is told after number " + before);
        told.put(key, Math.max(before, number));
    }

    // ---- in the end

    /** What is not yet as it should be after the faults are over; empty if all is well. */
    List<String> unsettled() {
        var out = new ArrayList<String>();
        for (var framework : world.frameworks()) {
            if (framework.processes().stream().noneMatch(SchedulerProcess::isSubscribed)) {
                out.add(framework.id + " is not subscribed");
            }
            for (var phase : List.of(Store.Phase.PENDING, Store.Phase.LAUNCHED)) {
                framework.store().in(phase).stream()
                        .limit(3)
                        .forEach(w -> out.add(framework.id + "/" + w.id + " is " + phase + (w.seen ? ", seen" : "")
                                + " on agent '" + w.agent.getValue() + "'"));
            }
        }
        written.entrySet().stream()
                .filter(e -> told.getOrDefault(e.getKey(), -1) < e.getValue().size() - 1)
                .sorted(Map.Entry.comparingByKey())
                .limit(3)
                .forEach(e -> out.add("of " + e.getKey() + " the last update that was told is number "
                        + told.get(e.getKey()) + " of " + e.getValue().size()));
        for (var agent : world.agents()) {
            agent.host().anyRunning().ifPresent(task -> out.add(agent.host().name + " still runs " + task.task()));
            if (!agent.isUp() || !agent.registration().isRegistered()) {
                out.add(agent.name + " is not registered");
                continue;
            }
            agent.state().tasks().stream()
                    .limit(3)
                    .forEach(t -> out.add(agent.name + " keeps " + t.key().task() + ", " + t.state() + " with "
                            + t.pending().size() + " updates to deliver"));
            settled(agent, out);
        }
        return out;
    }

    private void settled(AgentProcess agent, List<String> out) {
        var id = agent.registration().agentId().orElseThrow();
        var owner = world.placement().owner(Placement.agent(id));
        if (!(owner.instance(Placement.agent(id)) instanceof LedgerShell shell)) {
            out.add("no ledger for " + id);
        } else if (!shell.ledger().connected()) {
            out.add("the ledger of " + id + " is not connected");
        } else {
            shell.ledger().held().forEach((framework, held) -> out.add(framework + " holds " + held + " of " + id));
        }
    }
}
