package io.baton.benchmarks;

import io.baton.core.id.FrameworkId;
import io.baton.core.protocol.AllocatorProtocol.Filter;
import io.baton.core.resource.Resources;
import io.baton.resourcemanager.allocation.Proposal;
import io.baton.v1.OfferFilters;
import io.baton.v1.Value;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;

/**
 * Eight roles with weights 1 to 4 share a cluster in virtual time. Jobs come as at Facebook in 2010, tasks last as at
 * Alibaba in 2018. The first role is greedy: its backlog is endless and its tasks run five times as long. The last comes
 * late. Measured is each second of the last part.
 *
 * <p>Once jobs come ten times faster, so that everybody always waits for more, and what counts are the shares by weight of
 * those that wait. Once they come as they did: most roles want less than their share, and what counts is how much of its
 * fair part each role has: as much as it wants, or else an equal share by weight of what the others leave.
 */
final class AllocatorFairness {
    private static final int ROLES = 8;
    private static final int AGENTS = 200;
    private static final int FASTER = 10;
    private static final int SLOTS = 24 * AGENTS;
    private static final double GREEDY = 5;
    private static final int LATE = 1200;
    private static final Resources TASK = Resources.scalars(Map.of("cpus", 1.0, "mem", 1024.0));

    /** @param ends in milliseconds of virtual time */
    private record Running(long ends, int agent, int role, long number) {}

    private final SimulatedHosts hosts = new SimulatedHosts();
    private final PriorityQueue<Running> running = new PriorityQueue<>(
            (a, b) -> a.ends != b.ends ? Long.compare(a.ends, b.ends) : Long.compare(a.number, b.number));
    private final long[] waiting = new long[ROLES];
    private final long[] held = new long[ROLES];
    private final boolean[] here = new boolean[ROLES];
    private final Deque<Traces.Job> jobs;
    private final double[] durations;
    private final int faster;
    private int started;
    private long waited;
    private double satisfied;

    /** Launches in a role while another one that waits has a smaller share by weight. */
    private int unfair;

    /** @param faster so many times than in the trace jobs come */
    private AllocatorFairness(List<Traces.Job> jobs, double[] durations, int faster) {
        this.jobs = new ArrayDeque<>(jobs);
        this.durations = durations;
        this.faster = faster;
    }

    static void measure(Report report, int seconds) throws IOException {
        if (!Traces.present()) {
            report.condition("jain_steady", "left out: no traces in " + Traces.home() + "; set BATON_TRACES");
            return;
        }
        var one = new AllocatorFairness(Traces.arrivals(), Traces.durations(), FASTER);
        report.figure("jain_steady", one.play(seconds), "", seconds)
                .figure("unfair_launches", one.unfair, "", one.started);
        var calm = new AllocatorFairness(Traces.arrivals(), Traces.durations(), 1);
        calm.play(seconds);
        int samples = seconds - (LATE + seconds) / 2;
        report.figure("jain_demand_limited", calm.satisfied / samples, "", seconds)
                .figure("demand_limited_waiting", (double) calm.waited / samples, "roles", samples);
        report.condition(
                "jain_steady",
                "virtual time; " + AGENTS + " agents, weights 1 to 4, FB-2010 arrivals " + FASTER
                        + " times faster (demand_limited: as they came), Alibaba 2018 durations, one greedy and one late role,"
                        + " min_allocatable_resources of one task");
    }

    private static double weight(int role) {
        return 1 + role / 2;
    }

    private static String name(int role) {
        return "role-" + role;
    }

    private double play(int seconds) {
        var weights = new TreeMap<String, Double>();
        for (int role = 0; role < ROLES; role++) {
            weights.put(name(role), weight(role));
        }
        hosts.allocator.weights(weights);
        hosts.agents(AGENTS);
        for (int role = 0; role < ROLES - 1; role++) {
            comes(role);
        }
        double sum = 0;
        int samples = 0;
        for (int second = 0; second < seconds; second++) {
            if (second == LATE) {
                comes(ROLES - 1);
            }
            arrive(second);
            round(second * 1000L);
            untilNext(second + 1);
            if (second >= (LATE + seconds) / 2) {
                sum += jain();
                satisfied += jain(satisfactions());
                waited += waiting();
                samples++;
            }
        }
        return sum / samples;
    }

    private void comes(int role) {
        here[role] = true;
        hosts.framework("framework-" + role, name(role), oneTask());
    }

    /** Task by task, as they end: each is followed by a round, as the allocator's actor makes one within 4 ms. */
    private void untilNext(int second) {
        while (!running.isEmpty() && running.peek().ends < second * 1000L) {
            long now = running.peek().ends;
            var over = running.poll();
            held[over.role]--;
            hosts.release(over.agent, new FrameworkId("framework-" + over.role), name(over.role), TASK);
            hosts.tell(over.agent);
            round(now);
        }
    }

    /** Frameworks say that an offer without room for a task is of no use to them. */
    private static OfferFilters oneTask() {
        var out = OfferFilters.newBuilder();
        var least = out.getMinAllocatableResourcesBuilder().addQuantitiesBuilder();
        TASK.scalarMillis()
                .forEach((name, millis) -> least.putQuantities(
                        name,
                        Value.Scalar.newBuilder().setValue(millis / 1000.0).build()));
        return out.build();
    }

    private void arrive(int second) {
        waiting[0] = Integer.MAX_VALUE;
        while (!jobs.isEmpty() && jobs.peek().second() / faster <= second) {
            int role = 1 + (started + jobs.size()) % (ROLES - 1);
            boolean idle = waiting[role] == 0;
            waiting[role] += jobs.poll().tasks();
            if (idle) {
                hosts.allocator.revive(new FrameworkId("framework-" + role), List.of(name(role)));
            }
        }
    }

    private void round(long millis) {
        var now = SimulatedHosts.START.plusMillis(millis);
        hosts.allocator.batch(now);
        for (var proposals = hosts.allocator.propose(now);
                !proposals.isEmpty();
                proposals = hosts.allocator.propose(now)) {
            for (var p : proposals) {
                answer(p, millis, now);
            }
        }
    }

    /** Launches what fits and waits; what is left goes back with the default filter. */
    private void answer(Proposal p, long millis, Instant now) {
        int agent = hosts.grant(p);
        int role = Integer.parseInt(p.role().substring("role-".length()));
        var left = p.resources();
        boolean whole = true;
        while (waiting[role] > 0 && left.contains(TASK)) {
            left = left.minus(TASK);
            whole = false;
            unfair += isPreceded(role) ? 1 : 0;
            waiting[role]--;
            held[role]++;
            double lasts = durations[started++ % durations.length] * (role == 0 ? GREEDY : 1);
            running.add(new Running(millis + Math.max(1, Math.round(1000 * lasts)), agent, role, started));
        }
        hosts.release(agent, p.framework(), p.role(), left);
        if (!left.isEmpty()) {
            hosts.allocator.filter(
                    new Filter(p.framework(), p.role(), p.agent(), left, Duration.ofSeconds(5), whole), now);
        }
        hosts.tell(agent);
    }

    private boolean isPreceded(int role) {
        for (int other = 0; other < ROLES; other++) {
            if (waiting[other] > 0 && here[other] && share(other) < share(role)) {
                return true;
            }
        }
        return false;
    }

    private double share(int role) {
        return held[role] / weight(role);
    }

    /** 1 if all that wait have the same share by weight. */
    private double jain() {
        var shares = new ArrayList<Double>();
        for (int role = 0; role < ROLES; role++) {
            if (waiting[role] > 0) {
                shares.add(share(role));
            }
        }
        return jain(shares);
    }

    private static double jain(List<Double> values) {
        double sum = values.stream().mapToDouble(x -> x).sum();
        double squares = values.stream().mapToDouble(x -> x * x).sum();
        return squares == 0 ? 1 : sum * sum / (values.size() * squares);
    }

    private int waiting() {
        int out = 0;
        for (int role = 0; role < ROLES; role++) {
            out += here[role] && waiting[role] > 0 ? 1 : 0;
        }
        return out;
    }

    /** Of each role that wants something: what it has, as a part of what it would have if all were fair. */
    private List<Double> satisfactions() {
        var fair = new double[ROLES];
        var open = new ArrayList<Integer>();
        for (int role = 0; role < ROLES; role++) {
            if (here[role] && held[role] + waiting[role] > 0) {
                open.add(role);
            }
        }
        var wanting = List.copyOf(open);
        double left = SLOTS;
        boolean settled = false;
        while (!settled && !open.isEmpty()) {
            double each =
                    left / open.stream().mapToDouble(AllocatorFairness::weight).sum();
            var modest = open.stream()
                    .filter(r -> held[r] + waiting[r] <= each * weight(r))
                    .toList();
            settled = modest.isEmpty();
            for (int role : settled ? List.copyOf(open) : modest) {
                fair[role] = settled ? each * weight(role) : held[role] + waiting[role];
                left -= fair[role];
                open.remove((Integer) role);
            }
        }
        return wanting.stream().map(role -> held[role] / fair[role]).toList();
    }
}
