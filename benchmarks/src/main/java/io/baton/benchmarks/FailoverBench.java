package io.baton.benchmarks;

import io.baton.benchmarks.failover.Network;
import io.baton.benchmarks.failover.Trials;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/** How long offers, updates and knowledge stay out when processes are killed, stopped and started under load. */
final class FailoverBench {
    private static final int MASTERS = 3;
    private static final int AGENTS = 3;
    private static final double PER_SECOND = 200;
    private static final int RUNNING = 200;
    private static final Duration FROZEN = Duration.ofSeconds(15);
    /** Before each fault: a JVM that has just started takes many times as long for everything. */
    private static final Duration SETTLE = Duration.ofSeconds(20);

    private FailoverBench() {}

    /** What can be done to them, in the order in which it is. */
    enum Fault {
        KILL,
        STOP,
        FREEZE,
        CUT,
        AGENT,
        ALL
    }

    /** @param faults those that are to be tried */
    static Report run(boolean full, Set<Fault> faults) throws IOException, InterruptedException {
        int trials = full ? 10 : 1;
        int few = full ? 3 : 1;
        var trouble = Network.problem();
        try (var site = Trials.start(MASTERS, AGENTS, PER_SECOND, trouble.isEmpty())) {
            var report = new Report("failover");
            if (faults.contains(Fault.KILL)) {
                var kills = each(site, trials, "a master killed", i -> site.killMaster(i % MASTERS));
                report.figure("master_kill_offers_s_p50", median(kills), "s", kills.size());
                worst(report, "master_kill_offers_s_worst", kills);
            }
            if (faults.contains(Fault.STOP)) {
                restarts(site, trials, report);
            }
            if (faults.contains(Fault.FREEZE)) {
                worst(report, "master_freeze_offers_s_worst", each(site, few, "a master frozen", i -> site.freezeMaster(
                                i % MASTERS, FROZEN)
                        .gapSeconds()));
            }
            if (faults.contains(Fault.CUT) && trouble.isEmpty()) {
                worst(report, "partition_offers_s_worst", each(site, trials, "a master cut off", i -> site.cables()
                        .cutOffMaster(i % MASTERS, FROZEN)
                        .gapSeconds()));
            }
            if (faults.contains(Fault.AGENT)) {
                worst(
                        report,
                        "agent_restart_updates_s_worst",
                        each(site, trials, "an agent killed and started", i -> site.restartAgent(i % AGENTS)));
            }
            if (faults.contains(Fault.ALL)) {
                worst(
                        report,
                        "all_masters_known_s_worst",
                        each(site, few, "all masters killed and started", i -> site.killAllMasters(RUNNING)));
            }
            var verdict = site.judge();
            return report.figure("tasks_lost", verdict.lost(), "tasks", verdict.launched())
                    .figure("tasks_duplicated", verdict.duplicated(), "tasks", verdict.launched())
                    .figure("updates_lost", verdict.updatesLost(), "tasks", verdict.launched())
                    .figure("updates_contradicted", verdict.contradicted(), "updates", verdict.launched())
                    .figure("overcommitted", verdict.overcommitted(), "moments", verdict.launched())
                    .figure(
                            "fullest_agent_percent",
                            100.0 * verdict.fullest() / Trials.AGENT_CPU_MILLIS,
                            "%",
                            verdict.launched())
                    .condition("real", "3 masters, 3 agents and their tasks are processes on this host")
                    .condition(
                            "cores",
                            "masters and agents go before tasks, if root may say so; masters' JVMs compile at once and quickly")
                    .condition(
                            "network",
                            trouble.map(why -> "loopback, nothing cut: " + why).orElse("a namespace for each process"))
                    .condition("simulated", "nothing; two schedulers share this JVM")
                    .condition("launches_per_second", Double.toString(PER_SECOND))
                    .condition("settled_s", Long.toString(SETTLE.toSeconds()))
                    .condition("detection", "heartbeat 0.3 s, probe after 0.4 s, pause 2 s, stable-after 2 s")
                    .condition("masters_that_ended_by_themselves", Integer.toString(site.restarts()))
                    .condition("details", verdict.details());
        }
    }

    /** In good order, one master after the other: what its stop costs, and then its start. */
    private static void restarts(Trials site, int trials, Report report) throws IOException, InterruptedException {
        int failedBefore = site.history().failedCalls().size();
        var starts = new ArrayList<Double>();
        var stops = each(site, trials, "a master stopped", i -> {
            var seen = site.restartMaster(i % MASTERS);
            System.err.printf("a master started: %.1f s%n", seen.start());
            starts.add(seen.start());
            return seen.stop();
        });
        int failed = site.history().failedCalls().size() - failedBefore;
        worst(report, "master_stop_offers_s_worst", stops);
        report.figure("master_stop_offers_s_p50", median(stops), "s", stops.size());
        worst(report, "master_start_offers_s_worst", starts);
        report.figure("failed_calls", failed, "calls", stops.size());
    }

    private static void worst(Report report, String name, List<Double> seconds) {
        report.figure(name, Collections.max(seconds), "s", seconds.size());
    }

    /** One trial of a fault. @return how long something stayed out, in seconds */
    private interface Trial {
        double run(int i) throws IOException, InterruptedException;
    }

    private static List<Double> each(Trials site, int times, String what, Trial trial)
            throws IOException, InterruptedException {
        var seconds = new ArrayList<Double>();
        for (int i = 0; i < times; i++) {
            site.settle(SETTLE);
            double seen = trial.run(i);
            System.err.printf("%s: %.1f s%n", what, seen);
            seconds.add(seen);
        }
        return seconds;
    }

    private static double median(List<Double> values) {
        var sorted = values.stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }
}
