package io.baton.benchmarks;

import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.protocol.AllocatorProtocol.AgentChanged;
import io.baton.core.protocol.AllocatorProtocol.Filter;
import io.baton.core.protocol.AllocatorProtocol.FrameworkChanged;
import io.baton.core.protocol.AllocatorProtocol.Holding;
import io.baton.core.resource.Resources;
import io.baton.resourcemanager.allocation.AllocationRules;
import io.baton.resourcemanager.allocation.Allocator;
import io.baton.resourcemanager.allocation.Proposal;
import io.baton.v1.AgentInfo;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.FrameworkInfo.Capability;
import io.baton.v1.OfferFilters;
import io.baton.v1.Resource;
import io.baton.v1.Value;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * SimulatedHosts with 24 cpus, 48 GB, 1 TB and a thousand ports, and the ledgers that answer the allocator for them: they grant
 * every proposal at once.
 */
final class SimulatedHosts {
    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private static final int FEW = 16;
    private static final double CPUS = 24;
    private static final double MEM = 49_152;
    private static final double DISK = 1_000_000;

    final Allocator allocator;
    final List<AgentId> ids = new ArrayList<>();
    private final List<AgentInfo> infos = new ArrayList<>();
    private final List<Resources> totals = new ArrayList<>();
    private final List<Resources> free = new ArrayList<>();
    private final List<List<Holding>> held = new ArrayList<>();
    private long[] answered = {};

    SimulatedHosts() {
        this(AllocationRules.DEFAULT);
    }

    SimulatedHosts(AllocationRules rules) {
        allocator = new Allocator(rules);
    }

    static Resources whole() {
        return Resources.fromProto(List.of(
                scalar("cpus", CPUS),
                scalar("mem", MEM),
                scalar("disk", DISK),
                Resource.newBuilder()
                        .setName("ports")
                        .setType(Value.Type.RANGES)
                        .setRanges(Value.Ranges.newBuilder()
                                .addRange(Value.Range.newBuilder()
                                        .setBegin(31_000)
                                        .setEnd(32_000)))
                        .build()));
    }

    static Resource scalar(String name, double value) {
        return Resource.newBuilder()
                .setName(name)
                .setType(Value.Type.SCALAR)
                .setScalar(Value.Scalar.newBuilder().setValue(value))
                .build();
    }

    /** Agents with nothing on them. */
    void agents(int count) {
        for (int i = 0; i < count; i++) {
            tell(agent(whole()));
        }
    }

    /** One more agent with nothing on it, in the ledger only. */
    int agent(Resources total) {
        int n = ids.size();
        if (n == answered.length) {
            answered = Arrays.copyOf(answered, Math.max(FEW, 2 * n));
        }
        ids.add(new AgentId(String.format(Locale.ROOT, "agent-%06d", n)));
        infos.add(AgentInfo.newBuilder()
                .setHostname("host-" + n)
                .setId(ids.get(n).toProto())
                .build());
        totals.add(total);
        free.add(total);
        held.add(List.of());
        return n;
    }

    /** Something of an agent is used, in the ledger only. */
    void use(int n, FrameworkId framework, String role, Resources used) {
        free.set(n, free.get(n).minus(used));
        var now = new ArrayList<>(held.get(n));
        now.add(new Holding(framework, role, used));
        Collections.sort(now);
        held.set(n, now);
    }

    /** The agent has more, in the ledger only. */
    void grow(int n, Resources more) {
        totals.set(n, totals.get(n).plus(more));
        free.set(n, free.get(n).plus(more));
    }

    /** What the agent has, and what one framework holds of it, becomes something else, in the ledger only. */
    void convert(int n, int holding, Resources from, Resources to) {
        totals.set(n, totals.get(n).minus(from).plus(to));
        var now = new ArrayList<>(held.get(n));
        var one = now.get(holding);
        now.set(
                holding,
                new Holding(
                        one.framework(), one.role(), one.resources().minus(from).plus(to)));
        held.set(n, now);
    }

    /** Frameworks spread over that many roles. */
    void frameworks(int count, int roles) {
        for (int i = 0; i < count; i++) {
            framework("framework-" + String.format(Locale.ROOT, "%05d", i), "role-" + i % roles);
        }
    }

    void framework(String id, String role) {
        framework(id, role, OfferFilters.getDefaultInstance());
    }

    /** @param filters with the least that the framework wants to be offered */
    void framework(String id, String role, OfferFilters filters) {
        var info = FrameworkInfo.newBuilder()
                .setUser("root")
                .setName(id)
                .addRoles(role)
                .putOfferFilters(role, filters)
                .addCapabilities(Capability.newBuilder().setType(Capability.Type.MULTI_ROLE))
                .build();
        allocator.frameworkChanged(
                new FrameworkChanged(new FrameworkId(id), info, List.of(role), List.of(), Optional.empty()));
    }

    /** One that knows what revocable and shared resources are, and may have suppressed its role. */
    void capable(String id, String role, boolean suppressed) {
        var info = FrameworkInfo.newBuilder().setUser("root").setName(id).addRoles(role);
        for (var type : List.of(
                Capability.Type.MULTI_ROLE,
                Capability.Type.REVOCABLE_RESOURCES,
                Capability.Type.SHARED_RESOURCES,
                Capability.Type.RESERVATION_REFINEMENT)) {
            info.addCapabilities(Capability.newBuilder().setType(type));
        }
        allocator.frameworkChanged(new FrameworkChanged(
                new FrameworkId(id),
                info.build(),
                List.of(role),
                suppressed ? List.of(role) : List.of(),
                Optional.empty()));
    }

    int indexOf(AgentId id) {
        return Integer.parseInt(id.value().substring("agent-".length()));
    }

    /** The state of a ledger, as it would tell it. */
    AgentChanged facts(int n) {
        return new AgentChanged(
                ids.get(n), infos.get(n), totals.get(n), free.get(n), held.get(n), answered[n], List.of(), 0);
    }

    void tell(int n) {
        allocator.agentChanged(facts(n));
    }

    /** Makes the proposal a lease, in the ledger only. */
    int grant(Proposal p) {
        int n = indexOf(p.agent());
        free.set(n, free.get(n).minus(p.resources()));
        var now = new ArrayList<>(held.get(n));
        var mine = new Holding(p.framework(), p.role(), p.resources());
        int at = Collections.binarySearch(now, mine);
        if (at >= 0) {
            now.set(
                    at,
                    new Holding(
                            mine.framework(),
                            mine.role(),
                            now.get(at).resources().plus(mine.resources())));
        } else {
            now.add(-at - 1, mine);
        }
        held.set(n, now);
        answered[n] = p.number();
        return n;
    }

    /** Everything on the agent ends, in the ledger only. */
    void clear(int n) {
        free.set(n, totals.get(n));
        held.set(n, List.of());
    }

    /** Something of one holder ends, in the ledger only. */
    void release(int n, FrameworkId framework, String role, Resources part) {
        free.set(n, free.get(n).plus(part));
        var now = new ArrayList<Holding>();
        for (var h : held.get(n)) {
            boolean mine = h.framework().equals(framework) && h.role().equals(role);
            var left = mine ? h.resources().minus(part) : h.resources();
            if (!left.isEmpty()) {
                now.add(new Holding(h.framework(), h.role(), left));
            }
        }
        held.set(n, now);
    }

    List<Holding> held(int n) {
        return held.get(n);
    }

    static Filter declined(Proposal p, Duration life) {
        return new Filter(p.framework(), p.role(), p.agent(), p.resources(), life, true);
    }
}
