package io.baton.httpapi.operator;

import io.baton.core.protocol.ViewProtocol.StateView;
import io.baton.core.task.TaskStates;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.Resource;
import io.baton.v1.Role;
import io.baton.v1.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The roles that frameworks are in or hold resources for, and what they hold.
 *
 * <p>Pure.
 *
 * @param roles by name
 */
public record RoleTable(SortedMap<String, Entry> roles) {
    /** Weights are not kept yet: all are equal. */
    public static final double WEIGHT = 1.0;

    /**
     * @param frameworks ids, in the order of the state
     */
    public record Entry(List<String> frameworks, List<Resource> allocated, List<Resource> offered) {
        Entry() {
            this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        }
    }

    public RoleTable {
        roles = Collections.unmodifiableSortedMap(roles);
    }

    public static RoleTable of(StateView view) {
        var roles = new TreeMap<String, Entry>();
        for (var framework : view.state().getGetFrameworks().getFrameworksList()) {
            var info = framework.getFrameworkInfo();
            for (var role : rolesOf(info)) {
                roles.computeIfAbsent(role, key -> new Entry())
                        .frameworks()
                        .add(info.getId().getValue());
            }
        }
        for (var task : view.state().getGetTasks().getTasksList()) {
            if (!TaskStates.isTerminal(task.getState())) {
                task.getResourcesList().forEach(r -> entry(roles, r).allocated().add(r));
            }
        }
        for (var offer : view.offers()) {
            offer.getResourcesList().forEach(r -> entry(roles, r).offered().add(r));
        }
        return new RoleTable(roles);
    }

    private static Entry entry(SortedMap<String, Entry> roles, Resource resource) {
        var role = resource.hasAllocationInfo() ? resource.getAllocationInfo().getRole() : "*";
        return roles.computeIfAbsent(role, key -> new Entry());
    }

    /** The roles a framework is in: {@code roles} if it is MULTI_ROLE, else {@code role}. */
    @SuppressWarnings("deprecation") // schedulers without MULTI_ROLE know no other field
    public static List<String> rolesOf(FrameworkInfo info) {
        return TaskStates.has(info, FrameworkInfo.Capability.Type.MULTI_ROLE)
                ? info.getRolesList()
                : List.of(info.getRole());
    }

    /** As GET_ROLES shows them: scalars held, used and offered together. */
    List<Role> toProto() {
        var out = new ArrayList<Role>();
        roles.forEach((name, entry) -> {
            var role = Role.newBuilder().setName(name).setWeight(WEIGHT);
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
