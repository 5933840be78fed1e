package io.baton.resourcemanager.allocation;

import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.protocol.AllocatorProtocol.AgentChanged;
import io.baton.core.protocol.AllocatorProtocol.AgentGone;
import io.baton.core.protocol.AllocatorProtocol.Filter;
import io.baton.core.protocol.AllocatorProtocol.FrameworkChanged;
import io.baton.core.protocol.AllocatorProtocol.Holding;
import io.baton.core.resource.Resources;
import io.baton.resourcemanager.quota.Quota;
import io.baton.v1.AgentInfo;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.FrameworkInfo.Capability;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** An allocator with ledgers around it that grant every proposal: what is offered is held until it is given back. */
final class Stage {
    static final Capability.Type[] ALL = {
        Capability.Type.REVOCABLE_RESOURCES,
        Capability.Type.GPU_RESOURCES,
        Capability.Type.SHARED_RESOURCES,
        Capability.Type.MULTI_ROLE,
        Capability.Type.RESERVATION_REFINEMENT,
        Capability.Type.REGION_AWARE
    };

    final Allocator allocator;
    Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final Map<String, Host> hosts = new LinkedHashMap<>();
    private final TreeMap<String, Double> weights = new TreeMap<>();
    private final TreeMap<String, Quota> quotas = new TreeMap<>();

    private static final class Host {
        AgentInfo info;
        Resources total;
        final List<Holding> held = new ArrayList<>();
        final List<Holding> offered = new ArrayList<>();
        long answered;
        long epoch;

        Resources free() {
            var free = total;
            for (var h : held) {
                free = free.minus(h.resources());
            }
            return free.plus(total.shared().minus(free.shared()));
        }
    }

    Stage() {
        this(AllocationRules.DEFAULT);
    }

    Stage(AllocationRules rules) {
        allocator = new Allocator(rules);
    }

    Stage agent(String id, String resources) {
        return agent(id, resources, info -> info);
    }

    Stage agent(String id, String resources, UnaryOperator<AgentInfo.Builder> more) {
        var host = hosts.computeIfAbsent(id, i -> new Host());
        host.info = more.apply(AgentInfo.newBuilder().setHostname(id)).build();
        host.total = Bundles.of(resources);
        tell(id);
        return this;
    }

    /** Its ledger offers nothing of it any more, whatever is held. */
    Stage outOfUse(String id) {
        var host = hosts.get(id);
        allocator.agentChanged(new AgentChanged(
                new AgentId(id),
                host.info,
                host.total,
                Resources.EMPTY,
                List.copyOf(host.held),
                host.answered,
                List.of(),
                host.epoch));
        return this;
    }

    /** What is on the agent from before: used by tasks. */
    Stage holding(String id, String framework, String role, String resources) {
        hosts.get(id).held.add(new Holding(new FrameworkId(framework), role, Bundles.of(resources)));
        tell(id);
        return this;
    }

    Stage gone(String id) {
        hosts.remove(id);
        allocator.agentGone(new AgentId(id));
        return this;
    }

    /** Another owner has claimed it, which has decided nothing yet; its first word is that it is away. */
    Stage owner(String id, long epoch) {
        away(id);
        hosts.get(id).epoch = epoch;
        hosts.get(id).answered = 0;
        tell(id);
        return this;
    }

    /** Its owner steps down, or begins anew: offers are void, tasks go on. */
    Stage away(String id) {
        var host = hosts.get(id);
        host.held.removeAll(host.offered);
        host.offered.clear();
        allocator.agentGone(new AgentGone(new AgentId(id), true));
        return this;
    }

    void agentUnlessThere(String id, String resources) {
        if (!hosts.containsKey(id)) {
            agent(id, resources);
        }
    }

    void goneIfThere(String id) {
        if (hosts.containsKey(id)) {
            gone(id);
        }
    }

    void declineIfThere(String id, String framework, Duration refuse) {
        if (hosts.containsKey(id)) {
            decline(id, framework, refuse);
        }
    }

    void tell(String id) {
        var host = hosts.get(id);
        var byHolder = new TreeMap<Holding, Resources>();
        host.held.forEach(h ->
                byHolder.merge(new Holding(h.framework(), h.role(), Resources.EMPTY), h.resources(), Resources::plus));
        var held = new ArrayList<Holding>();
        byHolder.forEach((h, all) -> held.add(new Holding(h.framework(), h.role(), all)));
        allocator.agentChanged(new AgentChanged(
                new AgentId(id),
                host.info,
                host.total,
                host.free(),
                held,
                host.answered,
                List.copyOf(host.offered),
                host.epoch));
    }

    /** A framework that knows everything there is to know. */
    Stage framework(String id, String... roles) {
        return framework(id, List.of(roles), List.of(), info -> info);
    }

    Stage framework(String id, List<String> roles, List<String> suppressed, UnaryOperator<FrameworkInfo.Builder> more) {
        var info = FrameworkInfo.newBuilder().setUser("u").setName(id);
        for (var type : ALL) {
            info.addCapabilities(Capability.newBuilder().setType(type));
        }
        allocator.frameworkChanged(new FrameworkChanged(
                new FrameworkId(id), more.apply(info).build(), roles, suppressed, Optional.empty()));
        return this;
    }

    static UnaryOperator<FrameworkInfo.Builder> without(Capability.Type... missing) {
        return info -> {
            info.clearCapabilities();
            for (var type : ALL) {
                if (!Arrays.asList(missing).contains(type)) {
                    info.addCapabilities(Capability.newBuilder().setType(type));
                }
            }
            return info;
        };
    }

    Stage weight(String role, double weight) {
        weights.put(role, weight);
        allocator.weights(weights);
        return this;
    }

    Stage quota(String role, String guarantees, String limits) {
        quotas.put(
                role,
                new Quota(
                        Bundles.of(guarantees).scalarMillis(),
                        Bundles.of(limits).scalarMillis()));
        allocator.quotas(quotas);
        return this;
    }

    Stage limit(String role, String name, long millis) {
        var limits = new TreeMap<String, Long>();
        limits.put(name, millis);
        quotas.put(role, new Quota(new TreeMap<>(), limits));
        allocator.quotas(quotas);
        return this;
    }

    Stage unquota(String role) {
        quotas.remove(role);
        allocator.quotas(quotas);
        return this;
    }

    Stage pass(Duration time) {
        now = now.plus(time);
        allocator.batch(now);
        return this;
    }

    /** One round, all of it granted: {@code agent>framework/role cpus:1; …}, separated by commas. */
    String round() {
        var out = new ArrayList<String>();
        for (var p : allocator.propose(now)) {
            var host = hosts.get(p.agent().value());
            if (!host.free().contains(p.resources())) {
                throw new AssertionError(p + " is more than is free: " + host.free());
            }
            var offer = new Holding(p.framework(), p.role(), p.resources());
            host.held.add(offer);
            host.offered.add(offer);
            host.answered = p.number();
            out.add(p.agent() + ">" + p.framework() + "/" + p.role() + " " + p.resources());
        }
        hosts.keySet().forEach(this::tell);
        return String.join(", ", out);
    }

    /** One round in short: {@code agent>framework}. */
    String who() {
        return round().replaceAll("/[^,]*", "");
    }

    /** Roles with somebody in them in the order in which they would be served now. */
    String order() {
        var out = new ArrayList<String>();
        order(allocator.roles.root(), out);
        return String.join(" ", out);
    }

    private void order(ShareNode node, List<String> out) {
        int children = node.settle(allocator.sharing);
        var inOrder = new ArrayList<ShareNode>();
        for (int i = 0; i < children; i++) {
            inOrder.add(node.at(i));
        }
        for (var child : inOrder) {
            if (child instanceof Client client) {
                out.add(client.role.path);
            } else {
                order(child, out);
            }
        }
    }

    /** What roles take back now: {@code ask agent framework/role cpus:1 for role}, separated by commas. */
    String reclaims() {
        return allocator.reclaim(now).stream().map(Stage::shown).collect(Collectors.joining(", "));
    }

    private static String shown(Reclaim one) {
        if (one instanceof Reclaim.Ask a) {
            return "ask " + a.agent() + " " + a.framework() + "/" + a.role() + " " + a.wanted() + " for "
                    + a.claimant();
        }
        var k = (Reclaim.Kill) one;
        return "kill " + k.agent() + " " + k.framework() + "/" + k.role() + " " + k.wanted() + " for " + k.claimant()
                + " most " + k.most();
    }

    /** Gives back everything the framework holds there, with a filter unless {@code refuse} is zero. */
    Stage decline(String id, String framework, Duration refuse) {
        var host = hosts.get(id);
        for (var h : List.copyOf(host.held)) {
            if (h.framework().value().equals(framework)) {
                host.held.remove(h);
                host.offered.remove(h);
                if (!refuse.isZero()) {
                    allocator.filter(
                            new Filter(h.framework(), h.role(), new AgentId(id), h.resources(), refuse, true), now);
                }
            }
        }
        tell(id);
        return this;
    }

    /** Its ledger has granted this proposal. */
    Stage grants(String id, String framework, String role, String resources, long number) {
        var offer = new Holding(new FrameworkId(framework), role, Bundles.of(resources));
        hosts.get(id).held.add(offer);
        hosts.get(id).offered.add(offer);
        hosts.get(id).answered = number;
        tell(id);
        return this;
    }

    /** Gives all of its offers there back and wants no filter. */
    Stage declineAtOnce(String id, String framework, String role) {
        var host = hosts.get(id);
        for (var h : List.copyOf(host.offered)) {
            if (h.framework().value().equals(framework)) {
                host.held.remove(h);
                host.offered.remove(h);
                allocator.filter(
                        new Filter(h.framework(), role, new AgentId(id), h.resources(), Duration.ZERO, true), now);
            }
        }
        tell(id);
        return this;
    }

    /** The framework uses all of its last offer of this agent. */
    Stage takes(String id, String framework, String role) {
        hosts.get(id).offered.removeIf(h -> h.framework().value().equals(framework));
        allocator.filter(
                new Filter(new FrameworkId(framework), role, new AgentId(id), Resources.EMPTY, Duration.ZERO, false),
                now);
        tell(id);
        return this;
    }

    Stage release(String id, String framework, String part) {
        var host = hosts.get(id);
        var resources = Bundles.of(part);
        for (int i = 0; i < host.held.size(); i++) {
            var h = host.held.get(i);
            if (h.framework().value().equals(framework) && h.resources().contains(resources)) {
                host.held.set(
                        i, new Holding(h.framework(), h.role(), h.resources().minus(resources)));
                tell(id);
                return this;
            }
        }
        throw new AssertionError(framework + " does not hold " + part + " on " + id);
    }

    Stage revive(String framework, String... roles) {
        allocator.revive(new FrameworkId(framework), List.of(roles));
        return this;
    }

    Stage unsubscribe(String framework) {
        allocator.frameworkGone(new FrameworkId(framework));
        return this;
    }
}
