package io.baton.resourcemanager.allocation;

import io.baton.core.id.FrameworkId;
import io.baton.core.resource.Resources;
import io.baton.resourcemanager.quota.Quota;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The tree of roles with everything that is held in it. A role is here while somebody is in it, something is held or
 * reserved for it, or an operator has set something for it.
 */
final class Roles {
    private final ResourceNames names;
    private final Headroom headroom;
    private final RoleNode root = new RoleNode();
    private final SortedMap<String, RoleNode> byPath = new TreeMap<>();

    /** The same, for looking one up. */
    private final Map<String, RoleNode> lookup = new HashMap<>();

    /** Top-level roles that were limited and consume less now. */
    private final Set<RoleNode> released = new LinkedHashSet<>();

    private final BitSet slots = new BitSet();

    Roles(ResourceNames names, Headroom headroom) {
        this.names = names;
        this.headroom = headroom;
    }

    RoleNode root() {
        return root;
    }

    /** Ordered by path. */
    SortedMap<String, RoleNode> all() {
        return byPath;
    }

    int clients() {
        return slots.cardinality();
    }

    /** The role, made at its first use with all above it. */
    RoleNode role(String path) {
        var known = lookup.get(path);
        if (known != null) {
            return known;
        }
        int slash = path.lastIndexOf('/');
        var parent = slash < 0 ? root : role(path.substring(0, slash));
        var made = new RoleNode(path.substring(slash + 1), path, parent);
        parent.add(made);
        byPath.put(path, made);
        lookup.put(path, made);
        return made;
    }

    Client client(FrameworkId framework, String path) {
        var role = role(path);
        var known = role.client(framework);
        if (known != null) {
            return known;
        }
        var made = new Client(framework, role, slots.nextClearBit(0));
        slots.set(made.slot);
        role.add(made);
        return made;
    }

    /** Something is held, or proposed, more ({@code sign} 1) or less. */
    void hold(Client client, Resources resources, int sign) {
        var gauge = names.measure(resources);
        client.hold(gauge.all, sign);
        var top = client.role.top;
        headroom.consume(top.consumption, top.consumption.held, gauge.open, sign);
        client.uses += sign;
        if (sign < 0) {
            release(top);
            forget(client);
        }
    }

    private void release(RoleNode top) {
        if (top.consumption.limited) {
            released.add(top);
        }
    }

    /** An agent has these resources more or less: what of them is reserved counts as consumed, used or not. */
    void reserve(Resources total, int sign) {
        if (total.isPlain()) {
            return;
        }
        total.reserved().forEachScalar((name, millis, owner, revocable) -> {
            var role = role(owner);
            role.reservations += sign;
            if (!revocable) {
                var amount = new Quantities();
                amount.add(names.of(name), millis);
                headroom.consume(role.quota(), role.quota().reserved, amount, sign);
            }
            if (sign < 0) {
                release(role.top);
                forget(role);
            }
        });
    }

    /** What of a top-level role counts against its limits; empty if nothing is known of it. */
    SortedMap<String, Long> consumed(String path) {
        var role = lookup.get(path);
        var sum = new Quantities();
        if (role != null) {
            sum.add(role.quota().reserved, 1);
            sum.add(role.quota().held, 1);
        }
        return sum.toMap(names);
    }

    void weights(SortedMap<String, Double> weights) {
        for (var role : List.copyOf(byPath.values())) {
            if (role.weighted && !weights.containsKey(role.path)) {
                role.weighted = false;
                role.weight(1);
                forget(role);
            }
        }
        weights.forEach((path, weight) -> {
            var role = role(path);
            role.weighted = true;
            role.weight(weight);
        });
    }

    void quotas(SortedMap<String, Quota> quotas) {
        for (var role : List.copyOf(byPath.values())) {
            if (role.consumption != null && !quotas.containsKey(role.path)) {
                headroom.promise(role.consumption, Quota.NONE);
                forget(role);
            }
        }
        quotas.forEach((path, quota) -> headroom.promise(role(path).consumption, quota));
    }

    /** Every client in these roles and below them that wants offers. */
    static void eachClient(RoleNode role, Consumer<Client> action) {
        role.clients().forEach(action);
        for (var child : role.children()) {
            if (child instanceof RoleNode below) {
                eachClient(below, action);
            }
        }
    }

    /** The roles with less against their limits than when something was kept from them; each is answered once. */
    List<RoleNode> takeReleased() {
        var out = new ArrayList<>(released);
        released.clear();
        out.forEach(role -> role.consumption.limited = false);
        return out;
    }

    void forget(Client client) {
        if (client.forgettable()) {
            client.role.remove(client);
            slots.clear(client.slot);
            forget(client.role);
        }
    }

    private void forget(RoleNode role) {
        for (var node = role; node != root && node.forgettable(); node = (RoleNode) node.parent) {
            byPath.remove(node.path);
            lookup.remove(node.path);
            released.remove(node);
            node.parent.remove(node);
        }
    }
}
