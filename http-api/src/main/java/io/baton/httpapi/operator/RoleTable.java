package io.baton.httpapi.operator;

import io.baton.core.protocol.RoleSettings;
import io.baton.core.protocol.ViewProtocol.StateView;
import io.baton.core.resource.Resources;
import io.baton.core.task.TaskStates;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.Resource;
import io.baton.v1.Role;
import io.baton.v1.Value;
import io.baton.v1.quota.QuotaConfig;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The roles that frameworks are in or hold resources for, that something is reserved for, or for which an operator has
 * set something, and those above them.
 *
 * <p>Pure.
 *
 * @param roles by name
 */
public record RoleTable(SortedMap<String, Entry> roles) {
    /** Of a role for which none is set. */
    private static final double WEIGHT = 1.0;

    /**
     * Resources are those of the role and of all roles below it.
     *
     * @param frameworks ids of those in exactly this role, in the order of the state
     * @param allocated what tasks and executors hold
     * @param reserved used or not
     * @param weight 1 unless set
     * @param quota without guarantees and limits if none is set
     */
    public record Entry(
            List<String> frameworks,
            List<Resource> allocated,
            List<Resource> offered,
            List<Resource> reserved,
            double weight,
            QuotaConfig quota) {}

    public RoleTable {
        roles = Collections.unmodifiableSortedMap(roles);
    }

    public static RoleTable of(StateView view, RoleSettings set) {
        var roles = new Making(set);
        for (var framework : view.state().getGetFrameworks().getFrameworksList()) {
            var info = framework.getFrameworkInfo();
            rolesOf(info)
                    .forEach(role ->
                            roles.entry(role).frameworks().add(info.getId().getValue()));
            framework.getAllocatedResourcesList().forEach(r -> roles.add(allocatedTo(r), Entry::allocated, r));
        }
        for (var offer : view.offers()) {
            offer.getResourcesList().forEach(r -> roles.add(allocatedTo(r), Entry::offered, r));
        }
        for (var agent : view.state().getGetAgents().getAgentsList()) {
            for (var r : agent.getTotalResourcesList()) {
                if (r.getReservationsCount() > 0) {
                    roles.add(r.getReservations(r.getReservationsCount() - 1).getRole(), Entry::reserved, r);
                }
            }
        }
        return new RoleTable(roles.entries);
    }

    private static final class Making {
        private final SortedMap<String, Entry> entries = new TreeMap<>();
        private final SortedMap<String, Double> weights;
        private final SortedMap<String, QuotaConfig> quotas;

        Making(RoleSettings set) {
            weights = set.weightOfRole();
            quotas = set.quotaOfRole();
            weights.keySet().forEach(this::entry);
            quotas.keySet().forEach(this::entry);
        }

        /** Makes those above it, too. */
        Entry entry(String role) {
            parent(role).ifPresent(this::entry);
            return entries.computeIfAbsent(
                    role,
                    name -> new Entry(
                            new ArrayList<>(),
                            new ArrayList<>(),
                            new ArrayList<>(),
                            new ArrayList<>(),
                            weights.getOrDefault(name, WEIGHT),
                            quotas.getOrDefault(name, QuotaConfig.getDefaultInstance())));
        }

        /** Counts a resource for the role and for those above it. */
        void add(String role, Function<Entry, List<Resource>> which, Resource resource) {
            which.apply(entry(role)).add(resource);
            parent(role).ifPresent(above -> add(above, which, resource));
        }

        private static Optional<String> parent(String role) {
            return Optional.of(role.lastIndexOf('/')).filter(end -> end > 0).map(end -> role.substring(0, end));
        }
    }

    private static String allocatedTo(Resource resource) {
        return resource.hasAllocationInfo() ? resource.getAllocationInfo().getRole() : "*";
    }

    /** Whether {@code roles} counts, and not {@code role}. */
    public static boolean multiRole(FrameworkInfo info) {
        return TaskStates.has(info, FrameworkInfo.Capability.Type.MULTI_ROLE);
    }

    /** The roles a framework is in: {@code roles}, maybe none, if it is MULTI_ROLE, else {@code role}. */
    @SuppressWarnings("deprecation") // schedulers without MULTI_ROLE know no other field
    public static List<String> rolesOf(FrameworkInfo info) {
        return multiRole(info) ? info.getRolesList() : List.of(info.getRole());
    }

    /**
     * What counts against the quota of a role of this table, by name: all that is reserved for it and the roles below,
     * used or not, and what they use that is neither reserved nor revocable.
     */
    public SortedMap<String, Double> consumed(String role) {
        var millis = new TreeMap<String, Long>();
        var entry = roles.get(role);
        eachScalar(entry.reserved(), (resource, amount, owner, revocable) -> {
            if (!revocable) {
                millis.merge(resource, amount, Long::sum);
            }
        });
        eachScalar(entry.allocated(), (resource, amount, owner, revocable) -> {
            if (owner.isEmpty() && !revocable) {
                millis.merge(resource, amount, Long::sum);
            }
        });
        var out = new TreeMap<String, Double>();
        millis.forEach((name, amount) -> out.put(name, amount / 1000.0));
        return out;
    }

    /** One by one, for they are of many agents: what is a number on one may be a set on another. */
    private static void eachScalar(List<Resource> resources, Resources.ScalarSink sink) {
        resources.stream().filter(r -> r.getType() == Value.Type.SCALAR).forEach(r -> Resources.fromProto(List.of(r))
                .forEachScalar(sink));
    }

    /** As GET_ROLES shows them: scalars held, used and offered together. */
    List<Role> toProto() {
        var out = new ArrayList<Role>();
        roles.forEach((name, entry) -> {
            var role = Role.newBuilder().setName(name).setWeight(entry.weight());
            entry.frameworks().forEach(id -> role.addFrameworksBuilder().setValue(id));
            var held = new ArrayList<>(entry.allocated());
            held.addAll(entry.offered());
            Quantities.scalars(held)
                    .forEach((resource, amount) -> role.addResources(Resource.newBuilder()
                            .setName(resource)
                            .setType(Value.Type.SCALAR)
                            .setScalar(Value.Scalar.newBuilder().setValue(amount))));
            out.add(role.build());
        });
        return out;
    }
}
