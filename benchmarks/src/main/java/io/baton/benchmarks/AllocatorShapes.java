package io.baton.benchmarks;

import io.baton.core.id.FrameworkId;
import io.baton.core.resource.Resources;
import io.baton.resourcemanager.allocation.Proposal;
import io.baton.v1.Label;
import io.baton.v1.Labels;
import io.baton.v1.Resource;
import io.baton.v1.Resource.ReservationInfo;
import io.baton.v1.Value;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * The workloads of Mesos's own allocator benchmarks, in its shapes, so that figures can stand side by side. There a round is
 * made by a timer, once a second; here it follows what has changed.
 */
final class AllocatorShapes {
    private static final Duration FOR_GOOD = Duration.ofDays(365);
    private static final String ROLE = "role1";
    private static final int LABELS = 11;
    private static final int SUPPRESSIONS = 5;
    private static final int VOLUME_ROUNDS = 6;

    private final Report report;

    AllocatorShapes(Report report) {
        this.report = report;
    }

    static Resources parse(String role, String text) {
        var out = new ArrayList<Resource>();
        for (var one : text.split(";")) {
            var words = one.split(":");
            var resource = words[1].startsWith("[")
                    ? ports(words[1].substring(1, words[1].length() - 1))
                    : SimulatedHosts.scalar(words[0], Double.parseDouble(words[1]));
            out.add(role.isEmpty() ? resource : reserved(resource, role, Labels.getDefaultInstance()));
        }
        return Resources.fromProto(out);
    }

    private static Resource ports(String ranges) {
        var out = Value.Ranges.newBuilder();
        for (var range : ranges.split(",")) {
            var ends = range.split("-");
            out.addRange(
                    Value.Range.newBuilder().setBegin(Long.parseLong(ends[0])).setEnd(Long.parseLong(ends[1])));
        }
        return Resource.newBuilder()
                .setName("ports")
                .setType(Value.Type.RANGES)
                .setRanges(out)
                .build();
    }

    private static Resource reserved(Resource resource, String role, Labels labels) {
        var reservation = ReservationInfo.newBuilder()
                .setType(ReservationInfo.Type.DYNAMIC)
                .setRole(role);
        if (labels.getLabelsCount() > 0) {
            reservation.setLabels(labels);
        }
        return resource.toBuilder().addReservations(reservation).build();
    }

    /** Ports in 16 ranges with holes between. */
    private static String fragments() {
        var out = new ArrayList<String>();
        for (int i = 0; i < 16; i++) {
            out.add((31_000 + 62 * i) + "-" + (31_030 + 62 * i));
        }
        return "ports:[" + String.join(",", out) + "]";
    }

    private static FrameworkId framework(int i) {
        return new FrameworkId(String.format(Locale.ROOT, "framework-%05d", i));
    }

    /** AddAndUpdateSlave: agents come one by one, half used, then each gets revocable cpus; a round after each. */
    void addAndUpdate(int agents, int frameworks) {
        var hosts = new SimulatedHosts();
        for (int i = 0; i < frameworks; i++) {
            hosts.capable(framework(i).value(), ROLE, false);
        }
        var total = parse("", "cpus:2;mem:1024;disk:4096;ports:[31000-32000]");
        var used = parse("", "cpus:1;mem:128;disk:1024;ports:[31126-31510,31512-31623,31810-31852,31854-31964]");
        var meter = new Meter();
        long offers = 0;
        for (int i = 0; i < agents; i++) {
            int n = hosts.agent(total);
            hosts.use(n, framework(i % frameworks), ROLE, used);
            offers += change(hosts, n, meter);
        }
        report.figure("add_agents_cpu_ms", meter.cpuMillis(), "ms", offers);
        var more = Resources.fromProto(List.of(SimulatedHosts.scalar("cpus", 10).toBuilder()
                .setRevocable(Resource.RevocableInfo.getDefaultInstance())
                .build()));
        meter = new Meter();
        offers = 0;
        for (int n = 0; n < agents; n++) {
            hosts.grow(n, more);
            offers += change(hosts, n, meter);
        }
        report.figure("update_agents_cpu_ms", meter.cpuMillis(), "ms", offers);
    }

    /** An agent's ledger has news, and a round follows; all of it is granted. */
    private static int change(SimulatedHosts hosts, int n, Meter meter) {
        var facts = hosts.facts(n);
        meter.start();
        hosts.allocator.agentChanged(facts);
        var proposals = hosts.allocator.propose(SimulatedHosts.START);
        meter.stop();
        granted(hosts, proposals, meter);
        return proposals.size();
    }

    private static void granted(SimulatedHosts hosts, List<Proposal> proposals, Meter meter) {
        for (var p : proposals) {
            var facts = hosts.facts(hosts.grant(p));
            meter.start();
            hosts.allocator.agentChanged(facts);
            meter.stop();
        }
    }

    /** DeclineOffers: everybody declines everything for good, round by round, until nobody is left to ask. */
    void declines(int agents, int frameworks) {
        var total = parse("", "cpus:24;mem:4096;disk:4096;ports:[31000-32000]");
        var used = parse("", "cpus:16;mem:2014;disk:1024;" + fragments());
        var hosts = new SimulatedHosts();
        hosts.frameworks(frameworks, 1);
        for (int i = 0; i < agents; i++) {
            int n = hosts.agent(total);
            hosts.use(n, framework(i % frameworks), "role-0", used);
            hosts.tell(n);
        }
        declineAll("decline_offers", hosts);
    }

    /** ResourceLabels: the same with reservations on each agent that differ in the last of their many labels. */
    void labels(int agents, int frameworks) {
        var unreserved = parse("", "cpus:8;mem:4096;disk:4096;ports:[31000-32000]");
        var used = parse("", "mem:2014;disk:1024;" + fragments());
        var hosts = new SimulatedHosts();
        hosts.frameworks(frameworks, 1);
        for (int i = 0; i < agents; i++) {
            var both = Resources.fromProto(List.of(
                    reserved(SimulatedHosts.scalar("cpus", 8), "role-0", labels("unique_key_1", i)),
                    reserved(SimulatedHosts.scalar("cpus", 8), "role-0", labels("unique_key_2", i))));
            int n = hosts.agent(unreserved.plus(both));
            hosts.use(n, framework(i % frameworks), "role-0", used.plus(both));
            hosts.tell(n);
        }
        declineAll("resource_labels", hosts);
    }

    private static Labels labels(String last, int agent) {
        var out = Labels.newBuilder();
        for (int i = 0; i < LABELS; i++) {
            out.addLabels(Label.newBuilder().setKey("key" + i).setValue("value" + i));
        }
        return out.addLabels(Label.newBuilder().setKey(last).setValue("value_" + agent))
                .build();
    }

    private void declineAll(String figure, SimulatedHosts hosts) {
        var all = new Meter();
        var rounds = new ArrayList<Double>();
        long offers = 0;
        List<Proposal> proposals;
        do {
            var round = new Meter();
            round.start();
            proposals = hosts.allocator.propose(SimulatedHosts.START);
            round.stop();
            rounds.add(round.cpuMillis());
            offers += proposals.size();
            for (var p : proposals) {
                int n = hosts.grant(p);
                hosts.release(n, p.framework(), p.role(), p.resources());
                all.start();
                hosts.allocator.filter(SimulatedHosts.declined(p, FOR_GOOD), SimulatedHosts.START);
                hosts.allocator.agentChanged(hosts.facts(n));
                all.stop();
            }
        } while (!proposals.isEmpty());
        Collections.sort(rounds);
        double inRounds = rounds.stream().mapToDouble(x -> x).sum();
        report.figure(figure + "_round_cpu_ms_p50", rounds.get(rounds.size() / 2), "ms", rounds.size())
                .figure(figure + "_round_cpu_ms_worst", rounds.get(rounds.size() - 1), "ms", rounds.size())
                .figure(figure + "_us_per_offer", 1000 * (inRounds + all.cpuMillis()) / offers, "us", offers)
                .figure(figure + "_idle_round_us", idle(hosts), "us", 1);
    }

    /** What a look at everything costs when all of it is filtered, as Mesos does each second. */
    private static double idle(SimulatedHosts hosts) {
        hosts.allocator.everythingChanged();
        var meter = new Meter();
        meter.start();
        hosts.allocator.propose(SimulatedHosts.START);
        meter.stop();
        return meter.cpuMillis() * 1000;
    }

    /** SuppressOffers: everything is offered five times and given back, to fewer frameworks each time. */
    void suppress(int agents, int frameworks) {
        var hosts = used(agents, frameworks);
        var rounds = new ArrayList<Double>();
        var calls = new Meter();
        for (int step = 1; step <= SUPPRESSIONS; step++) {
            for (int i = (step - 1) * frameworks / SUPPRESSIONS; i < step * frameworks / SUPPRESSIONS; i++) {
                calls.start();
                hosts.capable(framework(i).value(), "role-0", true);
                calls.stop();
            }
            rounds.add(offerAll(hosts));
        }
        report.figure("suppress_round_cpu_ms_first", rounds.get(0), "ms", 1)
                .figure("suppress_round_cpu_ms_worst", Collections.max(rounds), "ms", SUPPRESSIONS)
                .figure("suppress_call_us", 1000 * calls.cpuMillis() / frameworks, "us", frameworks);
    }

    /** ExtremeSuppressOffers: of a hundred frameworks one wants offers. */
    void extremeSuppress(int agents, int frameworks) {
        var hosts = used(agents, frameworks);
        for (int i = 0; i < frameworks * 99 / 100; i++) {
            hosts.capable(framework(i).value(), "role-0", true);
        }
        var rounds = new ArrayList<Double>();
        for (int step = 0; step < SUPPRESSIONS; step++) {
            rounds.add(offerAll(hosts));
        }
        Collections.sort(rounds);
        report.figure("extreme_suppress_round_cpu_ms", rounds.get(SUPPRESSIONS / 2), "ms", SUPPRESSIONS);
    }

    private static SimulatedHosts used(int agents, int frameworks) {
        var total = parse("", "cpus:24;mem:4096;disk:4096;ports:[31000-32000]");
        var used = parse("", "cpus:16;mem:1024;disk:1024;" + fragments());
        var hosts = new SimulatedHosts();
        for (int i = 0; i < frameworks; i++) {
            hosts.capable(framework(i).value(), "role-0", false);
        }
        for (int i = 0; i < agents; i++) {
            int n = hosts.agent(total);
            hosts.use(n, framework(i % frameworks), "role-0", used);
            hosts.tell(n);
        }
        return hosts;
    }

    /** One round over everything, answered and given back without a filter; the CPU time of the round. */
    private static double offerAll(SimulatedHosts hosts) {
        var meter = new Meter();
        hosts.allocator.everythingChanged();
        meter.start();
        var proposals = hosts.allocator.propose(SimulatedHosts.START);
        meter.stop();
        for (var p : proposals) {
            hosts.tell(hosts.grant(p));
        }
        for (var p : proposals) {
            int n = hosts.indexOf(p.agent());
            hosts.release(n, p.framework(), p.role(), p.resources());
            hosts.tell(n);
        }
        return meter.cpuMillis();
    }

    /** PersistentVolumes, mixed: all resources are reserved, and every other agent's volume is shared. */
    void volumes(int agents, int frameworks) {
        var hosts = new SimulatedHosts();
        for (int i = 0; i < frameworks; i++) {
            hosts.capable(framework(i).value(), "test", false);
        }
        var total = parse("test", "cpus:24;mem:4096;disk:3072;ports:[31000-32000]");
        var used = parse("test", "cpus:16;mem:1024;disk:1024;" + fragments());
        for (int i = 0; i < agents; i++) {
            int n = hosts.agent(total.plus(volume(i, i % 2 == 0)));
            hosts.use(n, framework(i % frameworks), "test", used);
            hosts.tell(n);
        }
        var rounds = new ArrayList<Double>();
        for (int round = 0; round < VOLUME_ROUNDS; round++) {
            rounds.add(offerAll(hosts));
        }
        Collections.sort(rounds);
        report.figure("volumes_round_cpu_ms", rounds.get(VOLUME_ROUNDS / 2), "ms", VOLUME_ROUNDS);
    }

    private static Resources volume(int i, boolean shared) {
        var disk = reserved(SimulatedHosts.scalar("disk", 1024), "test", Labels.getDefaultInstance()).toBuilder();
        disk.getDiskBuilder().getPersistenceBuilder().setId("id" + i);
        disk.getDiskBuilder().getVolumeBuilder().setContainerPath("path" + i).setMode(io.baton.v1.Volume.Mode.RW);
        if (shared) {
            disk.setShared(Resource.SharedInfo.getDefaultInstance());
        }
        return Resources.fromProto(List.of(disk.build()));
    }
}
