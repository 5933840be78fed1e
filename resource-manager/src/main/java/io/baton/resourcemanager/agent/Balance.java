package io.baton.resourcemanager.agent;

import io.baton.core.id.FrameworkId;
import io.baton.core.resource.Conversion;
import io.baton.core.resource.Resources;

/**
 * What there is of an agent, what of it is free, and who holds the rest. Always: free + held = total.
 *
 * <p>The sums follow each step; only a registration counts anew.
 */
final class Balance {
    private Resources total = Resources.EMPTY;
    private Resources free = Resources.EMPTY;
    private final Holdings held = new Holdings();

    /** There is this much and nobody holds anything of it. */
    void reset(Resources all) {
        total = all;
        free = all;
        held.clear();
    }

    void take(FrameworkId framework, String role, Resources resources) {
        held.add(framework, role, resources);
        free = free.minus(resources);
    }

    /** What is free is described as what there is, wherever the one who had it had mounted it. */
    void giveBack(FrameworkId framework, String role, Resources resources) {
        free = free.plus(resources.describedBy(total));
        held.remove(framework, role, resources);
    }

    /** What is free becomes something else. */
    void convert(Conversion conversion) {
        total = conversion.applyTo(total);
        free = conversion.applyTo(free);
    }

    Resources total() {
        return total;
    }

    Resources free() {
        return free;
    }

    Holdings held() {
        return held;
    }
}
