package io.baton.testkit;

import io.baton.v1.Address;
import io.baton.v1.AgentID;
import io.baton.v1.FrameworkID;
import io.baton.v1.Offer;
import io.baton.v1.OfferID;
import io.baton.v1.Resource;
import io.baton.v1.URL;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** The agents, what is free on each, and the offers that are out. */
final class OfferBook {
    /** Free resources of an agent, lent to a framework. */
    record Lease(String id, String agentId, String frameworkId, String role, Amounts amounts) {}

    private record Host(FakeAgent agent, Amounts free) {}

    private final String clusterId;
    private final Map<String, Host> hosts = new LinkedHashMap<>();
    private final Map<String, FakeAgent> lost = new LinkedHashMap<>();
    private final Map<String, Lease> leases = new LinkedHashMap<>();
    private int agents;
    private int offers;

    OfferBook(String clusterId) {
        this.clusterId = clusterId;
    }

    String add(FakeAgent agent) {
        var id = clusterId + "-S" + agents++;
        hosts.put(id, new Host(agent, agent.amounts()));
        return id;
    }

    boolean knows(String agentId) {
        return hosts.containsKey(agentId);
    }

    /** @return the offers of it that were out */
    List<Lease> lose(String agentId) {
        var host = hosts.remove(agentId);
        if (host != null) {
            lost.put(agentId, host.agent);
        }
        return takeBack(lease -> lease.agentId.equals(agentId));
    }

    boolean lacks(String agentId) {
        return lost.containsKey(agentId);
    }

    /** An agent that was lost is there again, with all of it free. */
    void restore(String agentId) {
        var agent = lost.remove(agentId);
        hosts.put(agentId, new Host(agent, agent.amounts()));
    }

    void take(String agentId, Amounts amounts) {
        hosts.get(agentId).free.subtract(amounts);
    }

    Amounts free(String agentId) {
        return hosts.get(agentId).free;
    }

    List<String> agentsWorthOffering() {
        var ids = new ArrayList<String>();
        hosts.forEach((id, host) -> {
            if (host.free.worthOffering()) {
                ids.add(id);
            }
        });
        return ids;
    }

    /** Lends all that is free on an agent. */
    Offer lend(String agentId, FakeFramework framework, String role) {
        var host = hosts.get(agentId);
        var lease = new Lease(clusterId + "-O" + offers++, agentId, framework.id(), role, host.free.copy());
        host.free.subtract(lease.amounts);
        leases.put(lease.id, lease);
        return Offer.newBuilder()
                .setId(OfferID.newBuilder().setValue(lease.id))
                .setFrameworkId(FrameworkID.newBuilder().setValue(framework.id()))
                .setAgentId(AgentID.newBuilder().setValue(agentId))
                .setHostname(host.agent.hostname())
                .setUrl(URL.newBuilder()
                        .setScheme("http")
                        .setAddress(Address.newBuilder()
                                .setHostname(host.agent.hostname())
                                .setIp("127.0.0.1")
                                .setPort(5051))
                        .setPath("/slave(1)"))
                .addAllAttributes(host.agent.attributes())
                .setAllocationInfo(Resource.AllocationInfo.newBuilder().setRole(role))
                .addAllResources(lease.amounts.toProto(role))
                .build();
    }

    /** @return null if there is no such offer of this framework */
    Lease lease(String offerId, String frameworkId) {
        var lease = leases.get(offerId);
        return lease != null && lease.frameworkId.equals(frameworkId) ? lease : null;
    }

    /** Why a framework cannot accept these offers together, if it cannot; in the order and words of real masters. */
    Optional<String> problemOf(String frameworkId, List<OfferID> ids) {
        if (ids.isEmpty()) {
            return Optional.of("No offers specified");
        }
        var seen = new HashSet<OfferID>();
        for (var id : ids) {
            if (!seen.add(id)) {
                return Optional.of("Duplicate offer " + id.getValue() + " in offer list");
            }
        }
        for (var id : ids) {
            if (lease(id.getValue(), frameworkId) == null) {
                return Optional.of("Offer " + id.getValue() + " is no longer valid");
            }
        }
        var first = leases.get(ids.get(0).getValue());
        for (var id : ids) {
            var lease = leases.get(id.getValue());
            if (!lease.role.equals(first.role)) {
                return Optional.of("Aggregated offers must be allocated to the same role. Offer " + lease.id
                        + " uses role '" + lease.role + "' but another is using role '" + first.role + "'");
            }
            if (!lease.agentId.equals(first.agentId)) {
                return Optional.of("Aggregated offers must belong to one single agent. Offer " + lease.id
                        + " uses agent " + lease.agentId + " but another is using agent " + first.agentId);
            }
        }
        return Optional.empty();
    }

    /** The offer ends; what it lent is not free yet. */
    void use(Lease lease) {
        leases.remove(lease.id);
    }

    void free(String agentId, Amounts amounts) {
        var host = hosts.get(agentId);
        if (host != null) {
            host.free.add(amounts);
        }
    }

    /** Ends offers; what they lent is free again. */
    List<Lease> takeBack(Predicate<Lease> which) {
        var ended = leases.values().stream().filter(which).toList();
        for (var lease : ended) {
            leases.remove(lease.id);
            free(lease.agentId, lease.amounts);
        }
        return ended;
    }
}
