package io.baton.benchmarks;

import io.baton.core.id.FrameworkId;
import io.baton.core.resource.Resources;
import io.baton.resourcemanager.allocation.Proposal;
import io.baton.v1.Label;
import io.baton.v1.Resource;
import io.baton.v1.Resource.ReservationInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** More of Mesos's shapes: single events in a large cluster, and many kinds of frameworks together. */
final class AllocatorEvents {
    private static final int REPETITIONS = 200;
    private static final int MOST_ROUNDS = 10_000;

    private final Report report;

    AllocatorEvents(Report report) {
        this.report = report;
    }

    /** AllocatorBacklog: everything is taken; then each framework revives, and a round follows each. */
    void backlog(int agents, int frameworks) {
        var hosts = new SimulatedHosts();
        hosts.frameworks(frameworks, 1);
        hosts.agents(agents);
        AllocatorSpeed.answerAll(hosts, hosts.allocator.propose(SimulatedHosts.START));
        var meter = new Meter();
        meter.start();
        for (int i = 0; i < frameworks; i++) {
            hosts.allocator.revive(framework(i), List.of("role-0"));
            hosts.allocator.propose(SimulatedHosts.START);
        }
        meter.stop();
        report.figure("backlog_revive_us", 1000 * meter.cpuMillis() / frameworks, "us", frameworks);
    }

    /** FrameworkFailover: a framework that has refused everything comes back and is asked about everything. */
    void failover(int agents, int frameworks) {
        var hosts = new SimulatedHosts();
        hosts.frameworks(frameworks, 8);
        hosts.agents(agents);
        var proposals = hosts.allocator.propose(SimulatedHosts.START);
        for (var p : proposals) {
            int n = hosts.grant(p);
            hosts.release(n, p.framework(), p.role(), p.resources());
            for (int i = 0; i < frameworks; i++) {
                hosts.allocator.filter(
                        SimulatedHosts.declined(
                                new Proposal(p.agent(), framework(i), "role-" + i % 8, p.resources(), 0, 0),
                                Duration.ofDays(1)),
                        SimulatedHosts.START);
            }
            hosts.tell(n);
        }
        hosts.allocator.propose(SimulatedHosts.START);
        var meter = new Meter();
        meter.start();
        hosts.allocator.frameworkGone(framework(0));
        hosts.framework(framework(0).value(), "role-0");
        int offers = hosts.allocator.propose(SimulatedHosts.START).size();
        meter.stop();
        report.figure("framework_failover_cpu_ms", meter.cpuMillis(), "ms", offers);
    }

    private static FrameworkId framework(int i) {
        return new FrameworkId("framework-" + String.format(Locale.ROOT, "%05d", i));
    }

    /** UpdateAllocation: an agent with reservations of many roles; one of them is undone and made again and again. */
    void reservations(int roles) {
        var hosts = new SimulatedHosts();
        var all = Resources.EMPTY;
        var each = new ArrayList<Resources>();
        for (int i = 0; i < roles; i++) {
            var role = role(i);
            hosts.capable(framework(i).value(), role, false);
            each.add(reserved(role, i));
            all = all.plus(each.get(i));
        }
        int n = hosts.agent(all);
        for (int i = 0; i < roles; i++) {
            hosts.use(n, framework(i), role(i), each.get(i));
        }
        hosts.tell(n);
        var reserved = each.get(0);
        var plain = reserved.withoutLastReservation();
        var meter = new Meter();
        for (int i = 0; i < REPETITIONS; i++) {
            hosts.convert(n, 0, i % 2 == 0 ? reserved : plain, i % 2 == 0 ? plain : reserved);
            var facts = hosts.facts(n);
            meter.start();
            hosts.allocator.agentChanged(facts);
            meter.stop();
        }
        report.figure("reserving_" + roles + "_roles_us", 1000 * meter.cpuMillis() / REPETITIONS, "us", REPETITIONS);
    }

    private static String role(int i) {
        return String.format(Locale.ROOT, "parent/role-%05d-abcdefghijklmnopqrstuvwxyz", i);
    }

    private static Resources reserved(String role, int i) {
        var out = new ArrayList<Resource>();
        for (var name : List.of("cpus", "mem", "disk")) {
            var reservation = ReservationInfo.newBuilder()
                    .setType(ReservationInfo.Type.DYNAMIC)
                    .setRole(role);
            reservation
                    .getLabelsBuilder()
                    .addLabels(Label.newBuilder().setKey("Label").setValue(i + name + "-0123456789abcdefghijklmnop"));
            out.add(SimulatedHosts.scalar(name, 100).toBuilder()
                    .addReservations(reservation)
                    .build());
        }
        return Resources.fromProto(out);
    }

    /** Metrics: each framework in a role of its own; what it costs to tell all figures once. */
    void gauges(int roles) {
        var hosts = new SimulatedHosts();
        hosts.frameworks(roles, roles);
        hosts.agents(roles);
        AllocatorSpeed.answerAll(hosts, hosts.allocator.propose(SimulatedHosts.START));
        hosts.allocator.gauges();
        var meter = new Meter();
        meter.start();
        int figures = hosts.allocator.gauges().size();
        meter.stop();
        report.figure("gauges_cpu_ms", meter.cpuMillis(), "ms", figures);
    }

    /**
     * One kind of framework.
     *
     * @param most tasks launched on one offer
     */
    private record Kind(String name, int frameworks, boolean ownRoles, int tasks, Resources task, int most) {}

    /**
     * MultiFrameworkAllocations: few frameworks with many small tasks, many with few, and some with larger ones. Other than
     * there, who has launched all its tasks suppresses its role; else the rest waits for ever behind those with the
     * smallest shares, who want nothing.
     */
    void manyKinds() {
        var kinds = List.of(
                new Kind("services", 4, true, 4000, AllocatorShapes.parse("", "cpus:0.07;mem:400"), 100),
                new Kind("builds", 500, false, 5, AllocatorShapes.parse("", "cpus:0.1;mem:4000"), 1),
                new Kind("drivers", 50, true, 20, AllocatorShapes.parse("", "cpus:1;mem:1000"), 5));
        var hosts = new SimulatedHosts();
        var kindOf = new HashMap<String, Kind>();
        var waiting = new HashMap<String, Integer>();
        int left = 0;
        for (var kind : kinds) {
            for (int i = 0; i < kind.frameworks; i++) {
                var name = kind.name + "-" + i;
                hosts.framework(name, kind.ownRoles ? name : kind.name);
                kindOf.put(name, kind);
                waiting.put(name, kind.tasks);
                left += kind.tasks;
            }
        }
        for (int i = 0; i < 80; i++) {
            hosts.tell(hosts.agent(AllocatorShapes.parse("", "cpus:64;mem:488000")));
        }
        int tasks = left;
        int rounds = 0;
        long offers = 0;
        var meter = new Meter();
        while (left > 0 && rounds < MOST_ROUNDS) {
            meter.start();
            var proposals = hosts.allocator.propose(SimulatedHosts.START);
            meter.stop();
            rounds++;
            offers += proposals.size();
            for (var p : proposals) {
                left -= launched(hosts, p, kindOf.get(p.framework().value()), waiting, meter);
            }
        }
        report.figure("many_kinds_cpu_ms", meter.cpuMillis(), "ms", tasks - left)
                .figure("many_kinds_rounds", rounds, "", offers);
    }

    private static int launched(
            SimulatedHosts hosts, Proposal p, Kind kind, Map<String, Integer> waiting, Meter meter) {
        int n = hosts.grant(p);
        var left = p.resources();
        int launched = 0;
        int most = Math.min(kind.most, waiting.get(p.framework().value()));
        while (launched < most && left.contains(kind.task)) {
            left = left.minus(kind.task);
            launched++;
        }
        waiting.merge(p.framework().value(), -launched, Integer::sum);
        hosts.release(n, p.framework(), p.role(), left);
        var facts = hosts.facts(n);
        meter.start();
        hosts.allocator.agentChanged(facts);
        meter.stop();
        if (waiting.get(p.framework().value()) == 0) {
            hosts.capable(p.framework().value(), p.role(), true);
        }
        return launched;
    }
}
