package io.baton.resourcemanager.query;

import io.baton.core.resource.Resources;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A sum of resources to which bundles come and from which they go again, in any order. Bundles may overlap: two tasks on
 * two hosts may have the same port, and when one of them ends the other still has it.
 *
 * <p>Pure and mutable. A step costs the size of the bundle and of the sum, not how many bundles there are.
 */
final class Tally {
    private final Map<Resources, Integer> overlapping = new LinkedHashMap<>();
    private Resources numbers = Resources.EMPTY;
    private Resources sum = Resources.EMPTY;
    private boolean changed;

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

    /** @throws IllegalArgumentException if a name stands for two types of value, or a shared volume has two sizes */
    Resources sum() {
        if (changed) {
            var all = numbers;
            for (var bundle : overlapping.entrySet()) {
                all = all.plus(bundle.getKey().nonShared());
                for (int copy = bundle.getValue(); copy > 0; copy--) {
                    all = all.plus(bundle.getKey().shared());
                }
            }
            sum = all;
            changed = false;
        }
        return sum;
    }

    /** Nothing is in it. */
    boolean isEmpty() {
        return numbers.isEmpty() && overlapping.isEmpty();
    }
}
