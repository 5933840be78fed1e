package io.baton.benchmarks;

import io.baton.core.id.AgentId;
import io.baton.core.protocol.AllocatorProtocol.AgentChanged;
import io.baton.link.Register;
import io.baton.resourcemanager.agent.AgentLedger;
import io.baton.resourcemanager.agent.LedgerEffect;
import io.baton.resourcemanager.agent.LedgerRules;
import io.baton.resourcemanager.ownership.Grant;
import io.baton.v1.AgentInfo;
import io.baton.v1.FrameworkID;
import io.baton.v1.Resource;
import io.baton.v1.Task;
import io.baton.v1.TaskID;
import io.baton.v1.TaskState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How much memory the books take: the real ledgers of many agents, and the allocator's picture of them. */
final class AllocatorHeap {
    private static final int TASKS_EACH = 10;
    private static final int COLLECTIONS = 3;

    private AllocatorHeap() {}

    static void measure(Report report, int agents, int frameworks) {
        long before = used();
        var hosts = new SimulatedHosts();
        hosts.frameworks(frameworks, 8);
        var ledgers = new ArrayList<AgentLedger>(agents);
        var rules = new LedgerRules("master", Duration.ofMinutes(2), Duration.ofSeconds(75));
        for (int n = 0; n < agents; n++) {
            var id = new AgentId(String.format(Locale.ROOT, "agent-%06d", n));
            var ledger = new AgentLedger(id, rules, new Grant(1, 0, "cluster"), SimulatedHosts.START);
            for (var effect : ledger.register(register(n, frameworks), "10.0.0.1", 1, SimulatedHosts.START)) {
                if (effect instanceof LedgerEffect.ToAllocator e && e.message() instanceof AgentChanged facts) {
                    hosts.allocator.agentChanged(facts);
                }
            }
            ledgers.add(ledger);
        }
        hosts.allocator.propose(SimulatedHosts.START);
        long after = used();
        report.figure("heap_50k_mb", (after - before) / 1048576.0, "MB", (long) ledgers.size() * TASKS_EACH);
    }

    private static Register register(int n, int frameworks) {
        var out = Register.newBuilder()
                .setNumber(n)
                .setEpoch(0)
                .setVersion("1")
                .setAgentInfo(AgentInfo.newBuilder()
                        .setHostname("host-" + n)
                        .addAllResources(SimulatedHosts.whole().toProto("")));
        for (int t = 0; t < TASKS_EACH; t++) {
            int framework = (n * TASKS_EACH + t) % frameworks;
            out.addTasks(Task.newBuilder()
                    .setName("task")
                    .setTaskId(TaskID.newBuilder().setValue("task-" + n + "-" + t))
                    .setFrameworkId(FrameworkID.newBuilder()
                            .setValue("framework-" + String.format(Locale.ROOT, "%05d", framework)))
                    .setAgentId(io.baton.v1.AgentID.newBuilder().setValue("agent-" + n))
                    .setState(TaskState.TASK_RUNNING)
                    .addAllResources(
                            resources("role-" + framework % 8, 2 + (n + t) % 2 * 0.4, 4096 + (n + t) % 3 * 128)));
        }
        return out.build();
    }

    private static List<Resource> resources(String role, double cpus, double mem) {
        var info = Resource.AllocationInfo.newBuilder().setRole(role);
        return List.of(
                SimulatedHosts.scalar("cpus", cpus).toBuilder()
                        .setAllocationInfo(info)
                        .build(),
                SimulatedHosts.scalar("mem", mem).toBuilder()
                        .setAllocationInfo(info)
                        .build());
    }

    private static long used() {
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
        }
        var runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
