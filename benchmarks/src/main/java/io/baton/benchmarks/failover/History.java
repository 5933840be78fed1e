package io.baton.benchmarks.failover;

import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
     *     other way round
     * @param overcommitted moments at which an agent's tasks held more than it has
     */
    public record Verdict(int launched, int lost, int duplicated, int updatesLost, int overcommitted, String details) {
        /** Whether all is as it should be. */
        public boolean isClean() {
            return lost == 0 && duplicated == 0 && updatesLost == 0 && overcommitted == 0;
        }
    }

    private static final int SHOWN = 20;

    private record Launch(String agent, int cpuMillis) {}

    private final Map<String, Launch> launches = new LinkedHashMap<>();
    private final Map<String, TaskState> ends = new LinkedHashMap<>();
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

    synchronized void updated(TaskStatus status) {
        var task = status.getTaskId().getValue();
        var launch = launches.get(task);
        if (launch != null && status.hasUuid()) {
            firstUpdate.computeIfPresent(launch.agent, (agent, at) -> at > 0 ? at : System.nanoTime());
        }
        running.remove(task);
        switch (status.getState()) {
            case TASK_RUNNING -> running.add(task);
            case TASK_FINISHED,
                    TASK_FAILED,
                    TASK_KILLED,
                    TASK_LOST,
                    TASK_ERROR,
                    TASK_DROPPED,
                    TASK_GONE,
                    TASK_GONE_BY_OPERATOR -> ends.putIfAbsent(task, status.getState());
            default -> {
                // It is not over.
            }
        }
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
        for (var line : Files.readAllLines(written)) {
            var words = line.split(" ");
            var launch = words.length == 2 ? launches.get(words[1]) : null;
            if (launch == null) {
                details.add("a line of no task: " + line);
                continue;
            }
            boolean start = words[0].equals("start");
            int now = used.merge(launch.agent, start ? launch.cpuMillis : -launch.cpuMillis, Integer::sum);
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
                                && !isWanted(t, ends.get(t)))
                        .toList(),
                "untold",
                details);
        return new Verdict(
                launches.size(),
                lost,
                twice,
                untold,
                overcommitted,
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
