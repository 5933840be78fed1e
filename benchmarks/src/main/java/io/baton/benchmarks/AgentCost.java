package io.baton.benchmarks;

import io.baton.benchmarks.failover.Site;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/**
 * What an agent costs for each task: one in a process of its own, with the processes that start and await its tasks.
 *
 * @param agentMillis processor time of the agent's JVM for each task
 * @param helperMillis of the others, and of a task's process, beyond what the task takes by itself
 */
record AgentCost(double agentMillis, double helperMillis) {
    /**
     * Starts a master and an agent, and runs tasks.
     *
     * @param warmUp tasks before
     * @param bareMillis what a task's process takes by itself
     */
    static AgentCost measure(int warmUp, int tasks, int inFlight, double bareMillis)
            throws IOException, InterruptedException {
        try (var site = Site.start(1, 1, LaunchScheduler.AGENT, false)) {
            LaunchBench.measured(site.urls().get(0), "warm-", warmUp, inFlight);
            var agentBefore = ProcessTimes.of(List.of(site.agentPid(0)));
            var helpersBefore = ProcessTimes.of(helpers(site));
            LaunchBench.measured(site.urls().get(0), "cost-", tasks, inFlight);
            var agent = ProcessTimes.of(List.of(site.agentPid(0))).since(agentBefore);
            var helpers = ProcessTimes.of(helpers(site)).since(helpersBefore);
            return new AgentCost(agent.own() / tasks, (helpers.own() + helpers.children()) / tasks - bareMillis);
        }
    }

    /** The process that the agent has started for its tasks, and those below it: who waits for tasks, and who starts them. */
    private static List<Long> helpers(Site site) throws IOException {
        var note = Files.readString(site.agentDirectory(0).resolve("meta/supervision/spawner.pid"));
        long keeper = Long.parseLong(note.split(" ")[0]);
        var out = new ArrayList<>(List.of(keeper));
        ProcessHandle.of(keeper).ifPresent(k -> k.descendants().forEach(each -> out.add(each.pid())));
        return out;
    }
}
