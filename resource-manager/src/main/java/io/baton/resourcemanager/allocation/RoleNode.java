package io.baton.resourcemanager.allocation;

import io.baton.core.id.FrameworkId;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A role. Its frameworks stand together under a node of their own, named {@code .}, which is served among the roles
 * below as one of them.
 */
final class RoleNode extends ShareNode {
    static final String OWN = ".";

    final String path;

    /** The role's first part: quotas are set for those. */
    final RoleNode top;

    /** What quota knows of it. Only top-level roles have one. */
    final Consumption consumption;

    private final SortedMap<FrameworkId, Client> clients = new TreeMap<>();

    /** The same, for looking one up. */
    private final Map<FrameworkId, Client> lookup = new HashMap<>();

    private final ShareNode frameworks;

    /** How many agents hold a reservation for exactly this role. */
    int reservations;

    boolean weighted;

    /** The root of all. */
    RoleNode() {
        super("", null);
        this.path = "";
        this.top = null;
        this.consumption = null;
        this.frameworks = null;
    }

    RoleNode(String name, String path, RoleNode parent) {
        super(name, parent);
        this.path = path;
        this.top = parent.top == null ? this : parent.top;
        this.consumption = parent.top == null ? new Consumption() : null;
        this.frameworks = new ShareNode(OWN, this) {
            @Override
            boolean shuffled(AllocationRules rules) {
                return rules.frameworkOrder() == AllocationRules.Order.RANDOM;
            }
        };
        add(frameworks);
    }

    ShareNode frameworks() {
        return frameworks;
    }

    Client client(FrameworkId framework) {
        return lookup.get(framework);
    }

    /** Ordered by framework. */
    Collection<Client> clients() {
        return clients.values();
    }

    void add(Client client) {
        clients.put(client.id, client);
        lookup.put(client.id, client);
        frameworks.add(client);
    }

    void remove(Client client) {
        clients.remove(client.id);
        lookup.remove(client.id);
        frameworks.remove(client);
    }

    /** The reserved and held amounts of a top-level role against its quota. */
    Consumption quota() {
        return top.consumption;
    }

    boolean forgettable() {
        boolean onlyOwn = true;
        for (var child : children()) {
            onlyOwn &= child == frameworks;
        }
        return onlyOwn
                && clients.isEmpty()
                && reservations == 0
                && !weighted
                && (consumption == null || consumption.quota().isNone());
    }
}
