package io.baton.benchmarks;

import io.baton.resourcemanager.allocation.Proposal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.HdrHistogram.Histogram;

/** How long decisions take. */
final class AllocatorSpeed {
    private static final Duration DEFAULT_FILTER = Duration.ofSeconds(5);
    private static final int ROLES = 8;

    private final Report report;

    AllocatorSpeed(Report report) {
        this.report = report;
    }

    /** All agents free, all frameworks waiting: one round gives everything away. The median of several clusters. */
    void fullRound(String figure, int agents, int frameworks, int times) {
        var cpu = new double[times];
        var wall = new double[times];
        long bytes = 0;
        long decisions = 0;
        for (int i = 0; i < times; i++) {
            var hosts = new SimulatedHosts();
            hosts.frameworks(frameworks, ROLES);
            hosts.agents(agents);
            var meter = new Meter();
            meter.start();
            decisions += hosts.allocator.propose(SimulatedHosts.START).size();
            meter.stop();
            cpu[i] = meter.cpuMillis();
            wall[i] = meter.wallMillis();
            bytes += meter.bytes();
        }
        Arrays.sort(cpu);
        Arrays.sort(wall);
        report.figure(figure + "_cpu_ms", cpu[times / 2], "ms", times)
                .figure(figure + "_wall_ms", wall[times / 2], "ms", times)
                .figure(figure + "_bytes_per_decision", (double) bytes / decisions, "bytes", decisions);
    }

    /** A full cluster in which one agent after the other becomes free: from the ledger's word to the proposal. */
    void freed(String figure, int agents, int frameworks, int count) {
        var hosts = new SimulatedHosts();
        hosts.frameworks(frameworks, ROLES);
        hosts.agents(agents);
        answerAll(hosts, hosts.allocator.propose(SimulatedHosts.START));
        var histogram = new Histogram(3);
        for (int i = -count / 2; i < count; i++) {
            int n = Math.floorMod(i * 7919, agents);
            hosts.clear(n);
            var facts = hosts.facts(n);
            long start = Meter.cpuNow();
            hosts.allocator.agentChanged(facts);
            var proposals = hosts.allocator.propose(SimulatedHosts.START);
            long nanos = Meter.cpuNow() - start;
            if (i >= 0) {
                histogram.recordValue(nanos);
            }
            answerAll(hosts, proposals);
        }
        report.figure(figure + "_us_p50", histogram.getValueAtPercentile(50) / 1e3, "us", count)
                .figure(figure + "_us_p99", histogram.getValueAtPercentile(99) / 1e3, "us", count);
    }

    static void answerAll(SimulatedHosts hosts, List<Proposal> proposals) {
        for (var p : proposals) {
            hosts.tell(hosts.grant(p));
        }
    }

    /**
     * Every framework declines everything, with the default filter, until nobody is left to ask, and again when the
     * filters end. A decision is one proposal with all that follows from it: granted, declined, filtered.
     */
    void declineStorm(int agents, int frameworks, int waves) {
        storm(agents / 5, frameworks, 1);
        var hosts = new SimulatedHosts();
        hosts.frameworks(frameworks, ROLES);
        hosts.agents(agents);
        var meter = new Meter();
        long decisions = 0;
        var now = SimulatedHosts.START;
        for (int wave = 0; wave < waves; wave++) {
            decisions += wave(hosts, meter, now);
            now = now.plus(DEFAULT_FILTER).plusMillis(1);
        }
        report.figure("decisions_per_cpu_second", decisions / meter.cpuSeconds(), "1/s", decisions)
                .figure("decisions_per_second", decisions / meter.wallMillis() * 1000, "1/s", decisions)
                .figure("bytes_per_decision", (double) meter.bytes() / decisions, "bytes", decisions);
    }

    private static void storm(int agents, int frameworks, int waves) {
        var hosts = new SimulatedHosts();
        hosts.frameworks(frameworks, ROLES);
        hosts.agents(agents);
        for (int wave = 0; wave < waves; wave++) {
            wave(hosts, new Meter(), SimulatedHosts.START.plusSeconds(6L * wave));
        }
    }

    private static long wave(SimulatedHosts hosts, Meter meter, Instant now) {
        long decisions = 0;
        while (true) {
            meter.start();
            hosts.allocator.batch(now);
            var proposals = hosts.allocator.propose(now);
            meter.stop();
            if (proposals.isEmpty()) {
                return decisions;
            }
            decisions += proposals.size();
            var granted = new ArrayList<io.baton.core.protocol.AllocatorProtocol.AgentChanged>();
            var filters = new ArrayList<io.baton.core.protocol.AllocatorProtocol.Filter>();
            var declined = new ArrayList<io.baton.core.protocol.AllocatorProtocol.AgentChanged>();
            for (var p : proposals) {
                int n = hosts.grant(p);
                granted.add(hosts.facts(n));
                hosts.release(n, p.framework(), p.role(), p.resources());
                filters.add(SimulatedHosts.declined(p, DEFAULT_FILTER));
                declined.add(hosts.facts(n));
            }
            meter.start();
            for (int i = 0; i < granted.size(); i++) {
                hosts.allocator.agentChanged(granted.get(i));
                hosts.allocator.filter(filters.get(i), now);
                hosts.allocator.agentChanged(declined.get(i));
            }
            meter.stop();
        }
    }
}
