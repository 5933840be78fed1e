package io.baton.benchmarks;

import io.baton.core.resource.Resources;
import io.baton.resourcemanager.allocation.AllocationRules;
import io.baton.resourcemanager.allocation.AllocationRules.Order;
import io.baton.resourcemanager.quota.Quota;
import java.util.Locale;
import java.util.TreeMap;

/** Mesos's shapes with quota, in both orders: one round in which everything is given, one in which nothing is left. */
final class AllocatorQuotas {
    private static final Resources AGENT = AllocatorShapes.parse("", "cpus:2;mem:2048;disk:2048");

    private final Report report;

    AllocatorQuotas(Report report) {
        this.report = report;
    }

    private static AllocationRules rules(Order order) {
        var d = AllocationRules.DEFAULT;
        return new AllocationRules(
                order,
                order,
                d.seed(),
                d.notShared(),
                d.floor(),
                d.filterGpus(),
                d.region(),
                d.backOff(),
                d.preemption());
    }

    private static Quota quota(String amounts) {
        var millis = AllocatorShapes.parse("", amounts).scalarMillis();
        return new Quota(millis, millis);
    }

    /** LargeAndSmallQuota: 2,500 roles with half an agent, 500 with two; all agents are cut up. */
    void largeAndSmall(Order order) {
        var quotas = new TreeMap<String, Quota>();
        var hosts = new SimulatedHosts(rules(order));
        for (int i = 0; i < 3000; i++) {
            boolean small = i < 2500;
            var role = (small ? "small-" : "large-") + i;
            quotas.put(role, quota(small ? "cpus:1;mem:1024;disk:1024" : "cpus:4;mem:4096;disk:4096"));
            hosts.framework("framework-" + i, role);
        }
        hosts.allocator.quotas(quotas);
        rounds("large_small_quota_" + name(order), hosts, 3000);
    }

    /** NonQuotaVsQuota: 1,000 roles with two agents each, once promised and once not: the same is given. */
    void with(Order order, boolean promised) {
        var quotas = new TreeMap<String, Quota>();
        var hosts = new SimulatedHosts(rules(order));
        for (int i = 0; i < 1000; i++) {
            var role = "role-" + i;
            quotas.put(role, quota("cpus:4;mem:4096;disk:4096"));
            hosts.framework("framework-a-" + i, role);
            hosts.framework("framework-b-" + i, role);
        }
        if (promised) {
            hosts.allocator.quotas(quotas);
        }
        rounds((promised ? "quota_" : "nonquota_") + name(order), hosts, 2000);
    }

    private static String name(Order order) {
        return order.name().toLowerCase(Locale.ROOT);
    }

    private void rounds(String figure, SimulatedHosts hosts, int agents) {
        for (int i = 0; i < agents; i++) {
            hosts.tell(hosts.agent(AGENT));
        }
        var meter = new Meter();
        meter.start();
        var proposals = hosts.allocator.propose(SimulatedHosts.START);
        meter.stop();
        AllocatorSpeed.answerAll(hosts, proposals);
        report.figure(figure + "_cpu_ms", meter.cpuMillis(), "ms", proposals.size());
    }
}
