package io.baton.resourcemanager.query;

import io.baton.core.resource.Resources;
import io.baton.v1.Resource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A sum of resources to which bundles come and from which they go again, in any order. Bundles may overlap: two tasks on
 * two hosts may have the same port, and when one of them ends the other still has it.
 *
 * <p>Pure and mutable. A step costs the size of the bundle and of the sum, not how many bundles there are.
 */
final class Tally {
    private final String role;
    private final Map<Resources, Integer> overlapping = new LinkedHashMap<>();
    private Resources numbers = Resources.EMPTY;
    private List<Resource> sum = List.of();
    private boolean changed;

    /** @param role to which all of it is allocated; empty if to none */
    Tally(String role) {
        this.role = role;
    }

    void add(Resources bundle) {
        var scalars = bundle.numbers();
        numbers = numbers.plus(scalars);
        var rest = bundle.minus(scalars);
        if (!rest.isEmpty()) {
            overlapping.merge(rest, 1, Integer::sum);
        }
        changed = true;
    }

    /** @param bundle one that was added */
    void remove(Resources bundle) {
        var scalars = bundle.numbers();
        numbers = numbers.minus(scalars);
        var rest = bundle.minus(scalars);
        if (!rest.isEmpty()) {
            overlapping.computeIfPresent(rest, (key, count) -> count > 1 ? count - 1 : null);
        }
        changed = true;
    }

    /**
     * As messages have it. What does not go together stands one after the other: a name that means a number on one host and
     * a set on another, a shared volume of two sizes.
     */
    List<Resource> sum() {
        if (changed) {
            var groups = new ArrayList<>(List.of(numbers));
            for (var bundle : overlapping.entrySet()) {
                join(bundle.getKey().nonShared(), groups);
                for (int copy = bundle.getValue(); copy > 0; copy--) {
                    join(bundle.getKey().shared(), groups);
                }
            }
            sum = groups.stream()
                    .flatMap(group -> group.toProtoInBothForms(role).stream())
                    .toList();
            changed = false;
        }
        return sum;
    }

    private static void join(Resources bundle, List<Resources> groups) {
        for (int i = 0; i < groups.size(); i++) {
            try {
                groups.set(i, groups.get(i).plus(bundle));
                return;
            } catch (IllegalArgumentException apart) {
                // Then with the next one, or alone.
            }
        }
        groups.add(bundle);
    }

    /** Nothing is in it. */
    boolean isEmpty() {
        return numbers.isEmpty() && overlapping.isEmpty();
    }
}
