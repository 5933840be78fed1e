package io.baton.benchmarks;

import io.baton.benchmarks.failover.Network;
import io.baton.benchmarks.failover.Trials;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

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

    static Report run(boolean full) throws IOException, InterruptedException {
        int trials = full ? 10 : 1;
        int few = full ? 3 : 1;
        var trouble = Network.problem();
        try (var site = Trials.start(MASTERS, AGENTS, PER_SECOND, trouble.isEmpty())) {
            var kills = each(site, trials, "a master killed", i -> site.killMaster(i % MASTERS));
            int failedBefore = site.history().failedCalls().size();
            var stops = each(site, trials, "a master stopped and started", i -> site.restartMaster(i % MASTERS));
            int failed = site.history().failedCalls().size() - failedBefore;
            var frozen = each(site, few, "a master frozen", i -> site.freezeMaster(i % MASTERS, FROZEN));
            var cut = each(
                    site,
                    trouble.isEmpty() ? trials : 0,
                    "a master cut off",
                    i -> site.cutOffMaster(i % MASTERS, FROZEN));
            var agents = each(site, trials, "an agent killed and started", i -> site.restartAgent(i % AGENTS));
            var all = each(site, few, "all masters killed and started", i -> site.killAllMasters(RUNNING));
            var verdict = site.judge();
            var report = new Report("failover");
            if (!cut.isEmpty()) {
                report.figure("partition_offers_s_worst", Collections.max(cut), "s", cut.size());
            }
            return report.figure("master_kill_offers_s_p50", median(kills), "s", kills.size())
                    .figure("master_kill_offers_s_worst", Collections.max(kills), "s", kills.size())
                    .figure("master_stop_offers_s_worst", Collections.max(stops), "s", stops.size())
                    .figure("failed_calls", failed, "calls", stops.size())
                    .figure("master_freeze_offers_s_worst", Collections.max(frozen), "s", frozen.size())
                    .figure("agent_restart_updates_s_worst", Collections.max(agents), "s", agents.size())
                    .figure("all_masters_known_s_worst", Collections.max(all), "s", all.size())
                    .figure("tasks_lost", verdict.lost(), "tasks", verdict.launched())
                    .figure("tasks_duplicated", verdict.duplicated(), "tasks", verdict.launched())
                    .figure("updates_lost", verdict.updatesLost(), "tasks", verdict.launched())
                    .figure("overcommitted", verdict.overcommitted(), "moments", verdict.launched())
                    .condition("real", "3 masters, 3 agents and their tasks are processes on this host")
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
