package io.baton.resourcemanager.allocation;

import io.baton.core.protocol.ViewProtocol.Numbers;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** What the allocator knows in figures, under Mesos's names: the cluster, quotas, and each role's dominant share. */
final class AllocatorGauges {
    private static final String PREFIX = "allocator/mesos/";
    private static final double MILLIS = 1000;

    private final SortedMap<String, Double> out = new TreeMap<>();
    private final Allocator allocator;

    private AllocatorGauges(Allocator allocator) {
        this.allocator = allocator;
    }

    /** Costs the number of roles and of the frameworks in them, not that of agents. */
    static SortedMap<String, Double> of(Allocator allocator) {
        var gauges = new AllocatorGauges(allocator);
        gauges.cluster();
        for (var role : allocator.roles.all().values()) {
            double share = allocator.sharing.share(role.held);
            gauges.out.put(PREFIX + "roles/" + role.path + "/shares/dominant", share);
            if (role.consumption != null) {
                gauges.consumption(role);
                gauges.quota(role);
            }
            gauges.clients(role);
        }
        return Collections.unmodifiableSortedMap(gauges.out);
    }

    private void cluster() {
        var total = allocator.sharing.cluster();
        var held = allocator.roles.root().held;
        for (int i = 0; i < allocator.names.count(); i++) {
            if (total.get(i) > 0) {
                var name = PREFIX + "resources/" + allocator.names.name(i);
                out.put(name + "/total", total.get(i) / MILLIS);
                out.put(name + "/offered_or_allocated", held.get(i) / MILLIS);
            }
        }
    }

    private void consumption(RoleNode role) {
        for (int i = 0; i < allocator.names.count(); i++) {
            long consumed = role.consumption.consumed(i);
            if (consumed > 0) {
                out.put(ofQuota(role, allocator.names.name(i)) + "/consumed", consumed / MILLIS);
            }
        }
    }

    private static String ofQuota(RoleNode role, String resource) {
        return PREFIX + "quota/roles/" + role.path + "/resources/" + resource;
    }

    /** A filter is counted once for each agent, however much of it was refused how often. */
    private void clients(RoleNode role) {
        long refusing = 0;
        for (var client : role.clients()) {
            refusing += client.refusing;
            if (client.subscriber != null && !client.wants) {
                out.put(Numbers.ofFramework(client.id.value()) + "roles/" + role.path + "/suppressed", 1.0);
            }
        }
        out.put(PREFIX + "offer_filters/roles/" + role.path + "/active", (double) refusing);
    }

    private void quota(RoleNode role) {
        var quota = role.consumption.quota();
        var names = new TreeMap<String, Long>(quota.limits());
        names.putAll(quota.guarantees());
        for (var name : names.keySet()) {
            var prefix = ofQuota(role, name);
            long consumed = role.consumption.consumed(allocator.names.of(name));
            out.put(prefix + "/offered_or_allocated", consumed / MILLIS);
            out.put(prefix + "/consumed", consumed / MILLIS);
            put(prefix + "/guarantee", quota.guarantees().get(name));
            put(prefix + "/limit", quota.limits().get(name));
        }
    }

    private void put(String name, Long millis) {
        if (millis != null) {
            out.put(name, millis / MILLIS);
        }
    }
}
