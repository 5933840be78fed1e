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

    private FailoverBench() {}

    static Report run(boolean full) throws IOException, InterruptedException {
        int trials = full ? 10 : 1;
        var kills = new ArrayList<Double>();
        var stops = new ArrayList<Double>();
        var agents = new ArrayList<Double>();
        var frozen = new ArrayList<Double>();
        var cut = new ArrayList<Double>();
        var trouble = Network.problem();
        var all = new ArrayList<Double>();
        try (var site = Trials.start(MASTERS, AGENTS, PER_SECOND, trouble.isEmpty())) {
            for (int i = 0; i < trials; i++) {
                kills.add(seen("a master killed", site.killMaster(i % MASTERS)));
            }
            int failedBefore = site.history().failedCalls().size();
            for (int i = 0; i < trials; i++) {
                stops.add(seen("a master stopped and started", site.restartMaster(i % MASTERS)));
            }
            int failed = site.history().failedCalls().size() - failedBefore;
            for (int i = 0; i < (full ? 3 : 1); i++) {
                frozen.add(seen("a master frozen", site.freezeMaster(i % MASTERS, FROZEN)));
            }
            for (int i = 0; i < trials && trouble.isEmpty(); i++) {
                cut.add(seen("a master cut off", site.cutOffMaster(i % MASTERS, FROZEN)));
            }
            for (int i = 0; i < trials; i++) {
                agents.add(seen("an agent killed and started", site.restartAgent(i % AGENTS)));
            }
            for (int i = 0; i < (full ? 3 : 1); i++) {
                all.add(seen("all masters killed and started", site.killAllMasters(RUNNING)));
            }
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
                    .condition("detection", "heartbeat 0.3 s, probe after 0.7 s, pause 2 s, stable-after 2 s")
                    .condition("masters_that_ended_by_themselves", Integer.toString(site.restarts()))
                    .condition("details", verdict.details());
        }
    }

    private static double seen(String what, double seconds) {
        System.err.printf("%s: %.1f s%n", what, seconds);
        return seconds;
    }

    private static double median(List<Double> values) {
        var sorted = values.stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }
}
