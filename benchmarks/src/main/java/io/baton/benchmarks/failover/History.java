package io.baton.benchmarks.failover;

import com.google.protobuf.ByteString;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a scheduler saw: offers, launches, updates. At the end it is compared with what the tasks themselves wrote into a
 * file. Thread-safe.
 */
public final class History {
    /**
     * The verdict; all counts are to be zero.
     *
     * @param lost launched, and never ended as far as the scheduler was told; or begun, and ended by a fault
     * @param duplicated begun more than once, as the tasks wrote
     * @param updatesLost ended by themselves, as they wrote, and the scheduler was told something else or nothing; or the
     *     other way round; or ended without an update before that they run
     * @param contradicted updates that cannot follow what the scheduler was told before: handed over again, of an earlier
     *     state, after the end, another end
     * @param overcommitted moments at which an agent's tasks held more than it has
     * @param fullest the most that the tasks of one agent held, in thousandths of a cpu: if that is little, nothing is
     *     shown by no agent having held too much
     */
    public record Verdict(
            int launched,
            int lost,
            int duplicated,
            int updatesLost,
            int contradicted,
            int overcommitted,
            int fullest,
            String details) {
        /** Whether all is as it should be. */
        public boolean isClean() {
            return lost == 0 && duplicated == 0 && updatesLost == 0 && contradicted == 0 && overcommitted == 0;
        }
    }

    private static final int SHOWN = 20;

    /** States before the end, in the order in which a task goes through them. */
    private static final List<TaskState> STATES =
            List.of(TaskState.TASK_STAGING, TaskState.TASK_STARTING, TaskState.TASK_RUNNING, TaskState.TASK_KILLING);

    private static final Set<TaskState> ENDS = EnumSet.of(
            TaskState.TASK_FINISHED,
            TaskState.TASK_FAILED,
            TaskState.TASK_KILLED,
            TaskState.TASK_LOST,
            TaskState.TASK_ERROR,
            TaskState.TASK_DROPPED,
            TaskState.TASK_GONE,
            TaskState.TASK_GONE_BY_OPERATOR);

    private record Launch(String agent, int cpuMillis) {}

    private final Map<String, Launch> launches = new LinkedHashMap<>();
    private final Map<String, TaskState> ends = new LinkedHashMap<>();
    /** Of the updates that agents have sent, which have an id each: these, and the last of each task. */
    private final Set<ByteString> updates = new HashSet<>();

    private final Map<String, TaskState> sent = new HashMap<>();
    private final Set<String> begun = new HashSet<>();
    private final List<String> contradictions = new ArrayList<>();
    private final Set<String> running = new HashSet<>();
    private final Set<String> toBeKilled = new HashSet<>();
    private final Map<String, Long> lastOffer = new TreeMap<>();
    private final Map<String, Long> longestGap = new TreeMap<>();
    private final Map<String, Long> firstUpdate = new TreeMap<>();
    private final List<String> failedCalls = new ArrayList<>();

    synchronized void offered(String whom, long nanos) {
        var last = lastOffer.put(whom, nanos);
        if (last != null) {
            longestGap.merge(whom, nanos - last, Math::max);
        }
    }

    synchronized void launched(String task, String agent, int cpuMillis) {
        launches.put(task, new Launch(agent, cpuMillis));
    }

    /** An update was handed over, which means that the one before it is acknowledged. */
    synchronized void updated(TaskStatus status) {
        var task = status.getTaskId().getValue();
        var launch = launches.get(task);
        if (launch != null && status.hasUuid()) {
            firstUpdate.computeIfPresent(launch.agent, (agent, at) -> at > 0 ? at : System.nanoTime());
        }
        if (contradicts(task, status)) {
            contradictions.add(task + " told " + status.getState() + " after "
                    + ends.getOrDefault(task, sent.getOrDefault(task, TaskState.TASK_STAGING)));
        }
        if (status.hasUuid()) {
            sent.put(task, status.getState());
        }
        if (ends.containsKey(task)) {
            return;
        }
        running.remove(task);
        if (ENDS.contains(status.getState())) {
            ends.put(task, status.getState());
        } else if (status.getState() == TaskState.TASK_RUNNING) {
            running.add(task);
            begun.add(task);
        }
    }

    /** Whoever answers for an agent that was declared gone has heard of no end. */
    private boolean contradicts(String task, TaskStatus status) {
        var state = status.getState();
        if (status.hasUuid() && !updates.add(status.getUuid())) {
            return true;
        }
        var end = ends.get(task);
        if (end != null) {
            boolean told =
                    status.hasUuid() ? state != end || sent.get(task) == end : state != end && ENDS.contains(state);
            return told && state != TaskState.TASK_GONE_BY_OPERATOR;
        }
        var before = sent.get(task);
        return status.hasUuid()
                && before != null
                && STATES.contains(state)
                && STATES.indexOf(state) < STATES.indexOf(before);
    }

    /** The scheduler wants the end of it. */
    synchronized void killed(String task) {
        toBeKilled.add(task);
    }

    synchronized void callFailed(String why) {
        failedCalls.add(why);
    }

    /** Calls that failed for good, by now. */
    public synchronized List<String> failedCalls() {
        return List.copyOf(failedCalls);
    }

    /** How many tasks run on this agent, as far as the scheduler was told. */
    synchronized long running(String agent) {
        return running.stream()
                .filter(task -> agent.equals(launches.get(task).agent))
                .count();
    }

    /** How many tasks have not ended, as far as the scheduler was told. */
    public synchronized int open() {
        return launches.size() - ends.size();
    }

    /** How many tasks have ended, as far as the scheduler was told. */
    synchronized int ended() {
        return ends.size();
    }

    public synchronized int launched() {
        return launches.size();
    }

    synchronized List<String> openTasks(String framework) {
        return launches.keySet().stream()
                .filter(t -> !ends.containsKey(t) && t.startsWith(framework + "-"))
                .toList();
    }

    /** For messages: the first few of them. */
    public synchronized List<String> openTasks() {
        return launches.keySet().stream()
                .filter(t -> !ends.containsKey(t))
                .limit(SHOWN)
                .toList();
    }

    /** From here on the first update of this agent's tasks is noted. */
    synchronized void awaitUpdateOf(String agent) {
        firstUpdate.put(agent, 0L);
    }

    /** When it came, by {@link System#nanoTime}; 0 if it has not. */
    synchronized long updateOf(String agent) {
        return firstUpdate.getOrDefault(agent, 0L);
    }

    /** Whether each framework, and some framework of each agent, was offered something after this moment. */
    synchronized boolean offeredSince(long nanos) {
        return lastOffer.values().stream().allMatch(last -> last - nanos > 0);
    }

    /** Whether this one was offered something after this moment; of an agent, whether something of it was offered. */
    synchronized boolean offeredSince(String whom, long nanos) {
        var last = lastOffer.get(whom);
        return last != null && last - nanos > 0;
    }

    synchronized boolean anyOfferedSince(long nanos) {
        return lastOffer.values().stream().anyMatch(last -> last - nanos > 0);
    }

    /**
     * The most that all tasks held at a time, as they wrote it down: between their {@code start} and their {@code end}.
     *
     * @param from how many lines are passed over, which are of tasks that have ended
     */
    synchronized int mostHeld(Path written, int from) throws IOException {
        int held = 0;
        int most = 0;
        var lines = Files.readAllLines(written);
        for (var line : lines.subList(from, lines.size())) {
            var words = line.split(" ");
            var launch = words.length == 2 ? launches.get(words[1]) : null;
            if (launch != null) {
                held += words[0].equals("start") ? launch.cpuMillis : -launch.cpuMillis;
                most = Math.max(most, held);
            }
        }
        return most;
    }

    /** The longest time that now passes without an offer, in seconds. */
    synchronized double openGapSeconds() {
        long now = System.nanoTime();
        return lastOffer.values().stream().mapToLong(last -> now - last).max().orElse(0) / 1e9;
    }

    /** From here on gaps are counted anew; the one that is open now counts as a whole. */
    public synchronized void forgetGaps() {
        longestGap.clear();
    }

    /** The longest time that any framework, or any agent, was without an offer, the open gap included, in seconds. */
    public synchronized double longestGapSeconds() {
        long now = System.nanoTime();
        long worst = 0;
        for (var last : lastOffer.entrySet()) {
            worst = Math.max(worst, Math.max(now - last.getValue(), longestGap.getOrDefault(last.getKey(), 0L)));
        }
        return worst / 1e9;
    }

    /**
     * Judges, when no task is open any more.
     *
     * @param written by the tasks, in order: {@code start ID} and {@code end ID}
     * @param cpuMillis of each agent
     */
    public synchronized Verdict judge(Path written, int cpuMillis) throws IOException {
        var starts = new TreeMap<String, Integer>();
        var finished = new HashSet<String>();
        var used = new TreeMap<String, Integer>();
        var details = new ArrayList<String>();
        int overcommitted = 0;
        int fullest = 0;
        for (var line : Files.readAllLines(written)) {
            var words = line.split(" ");
            var launch = words.length == 2 ? launches.get(words[1]) : null;
            if (launch == null) {
                details.add("a line of no task: " + line);
                continue;
            }
            boolean start = words[0].equals("start");
            int now = used.merge(launch.agent, start ? launch.cpuMillis : -launch.cpuMillis, Integer::sum);
            fullest = Math.max(fullest, now);
            if (start) {
                starts.merge(words[1], 1, Integer::sum);
                if (now > cpuMillis) {
                    overcommitted++;
                    details.add(launch.agent + " at " + now + " thousandths of a cpu");
                }
            } else {
                finished.add(words[1]);
            }
        }
        int lost = count(
                launches.keySet().stream()
                        .filter(t -> !ends.containsKey(t)
                                || starts.containsKey(t) && !finished.contains(t) && !isWanted(t, ends.get(t)))
                        .toList(),
                "lost",
                details);
        int twice = count(
                starts.entrySet().stream()
                        .filter(s -> s.getValue() > 1)
                        .map(Map.Entry::getKey)
                        .toList(),
                "twice",
                details);
        int untold = count(
                launches.keySet().stream()
                        .filter(t -> finished.contains(t) != (ends.get(t) == TaskState.TASK_FINISHED)
                                        && !isWanted(t, ends.get(t))
                                || ends.get(t) == TaskState.TASK_FINISHED && !begun.contains(t))
                        .toList(),
                "untold",
                details);
        details.addAll(contradictions);
        return new Verdict(
                launches.size(),
                lost,
                twice,
                untold,
                contradictions.size(),
                overcommitted,
                fullest,
                String.join(", ", details.subList(0, Math.min(SHOWN, details.size()))));
    }

    /** Whether somebody wanted that end. A task may end by itself in that moment; nobody asks an agent that was declared gone. */
    private boolean isWanted(String task, TaskState told) {
        return told == TaskState.TASK_GONE_BY_OPERATOR || told == TaskState.TASK_KILLED && toBeKilled.contains(task);
    }

    private int count(List<String> tasks, String what, List<String> details) {
        tasks.forEach(t -> details.add(t + " " + what + " (told " + ends.get(t) + ")"));
        return tasks.size();
    }
}
