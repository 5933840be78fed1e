package io.baton.resourcemanager.allocation;

import io.baton.core.resource.Resources;
import io.baton.resourcemanager.quota.Quota;

/**
 * What may be given without breaking a limit, and without eating what another role is still promised: all roles
 * together may have what is free less all that is promised and not yet had.
 *
 * <p>Both sums follow each step; asking costs the names in the bundle, not the number of roles or agents.
 */
final class Headroom {
    private final ResourceNames names;
    private final Quantities free = new Quantities();
    private final Quantities required = new Quantities();
    private final Cut cut = new Cut();
    private int promising;

    /** The least that a role could have had when something was kept from one, by name; absent while nothing was. */
    private Quantities blockedAt;

    Headroom(ResourceNames names) {
        this.names = names;
    }

    /** An agent has more ({@code sign} 1) or less free: what of it is reserved or revocable does not count. */
    void open(Resources resources, int sign) {
        free.add(names.measure(resources).open, sign);
    }

    /** A role consumes more or less; {@code part} is one of the two sums of it. */
    void consume(Consumption role, Quantities part, Quantities amount, int sign) {
        require(role, -1);
        part.add(amount, sign);
        require(role, 1);
    }

    void promise(Consumption role, Quota quota) {
        require(role, -1);
        promising -= role.hasGuarantees() ? 1 : 0;
        role.quota(quota, names);
        promising += role.hasGuarantees() ? 1 : 0;
        require(role, 1);
    }

    private void require(Consumption role, int sign) {
        for (int i = 0; i < role.guaranteed(); i++) {
            required.add(i, sign * role.unsatisfied(i));
        }
    }

    /** Some role is promised something. */
    boolean guarded() {
        return promising > 0;
    }

    /** Whether less is free of something than is promised and not yet had. */
    boolean isShort() {
        for (int i = 0; i < names.count(); i++) {
            if (required.get(i) > 0 && free.get(i) < required.get(i)) {
                return true;
            }
        }
        return false;
    }

    private long surplus(int number) {
        return Math.max(0, free.get(number) - required.get(number));
    }

    private long allowed(Consumption role, int number) {
        long below = role.belowLimit(number);
        return promising == 0 ? below : Math.min(below, role.unsatisfied(number) + surplus(number));
    }

    /** The part of a bundle that the role may have now; what was kept back is remembered. */
    Resources within(Consumption role, Resources part) {
        return within(role, part, true);
    }

    /** The same, and nothing is remembered. */
    Resources couldGive(Consumption role, Resources part) {
        return within(role, part, false);
    }

    private Resources within(Consumption role, Resources part, boolean remember) {
        if (!role.hasLimits() && promising == 0) {
            return part;
        }
        var open = names.measure(part).open;
        boolean fits = true;
        for (int i = 0; i < names.count(); i++) {
            if (open.get(i) > 0 && open.get(i) > allowed(role, i)) {
                fits = false;
                if (remember) {
                    note(role, i, open.get(i));
                }
            }
        }
        return fits ? part : part.cutTo(cut.of(role));
    }

    private void note(Consumption role, int number, long wanted) {
        if (wanted > role.belowLimit(number)) {
            role.limited = true;
        }
        if (promising > 0 && wanted > role.unsatisfied(number) + surplus(number)) {
            // With less than it is promised it may have more of what is free.
            role.limited |= number < role.guaranteed();
            boolean first = blockedAt == null;
            blockedAt = first ? new Quantities() : blockedAt;
            for (int i = 0; i < names.count(); i++) {
                blockedAt.add(i, first ? surplus(i) : Math.min(0, surplus(i) - blockedAt.get(i)));
            }
        }
    }

    /**
     * Whether the role would be given a unit if this much more were free: what becomes free goes to those first who are
     * promised it.
     */
    boolean wouldGive(Consumption role, Quantities unit, Quantities freed) {
        for (int i = 0; promising > 0 && i < unit.size(); i++) {
            long spare = Math.max(0, free.get(i) + freed.get(i) - required.get(i));
            if (unit.get(i) > role.unsatisfied(i) + spare) {
                return false;
            }
        }
        return true;
    }

    /** Whether the bundle holds something that the role is still promised. */
    boolean helps(Consumption role, Resources part) {
        var open = names.measure(part).open;
        for (int i = 0; i < role.guaranteed(); i++) {
            if (open.get(i) > 0 && role.unsatisfied(i) > 0) {
                return true;
            }
        }
        return false;
    }

    /** Whether there is more for everybody than when something was last kept back; answered once. */
    boolean takeRelief() {
        if (blockedAt == null) {
            return false;
        }
        for (int i = 0; i < names.count(); i++) {
            if (surplus(i) > blockedAt.get(i)) {
                blockedAt = null;
                return true;
            }
        }
        return false;
    }

    /** Whether a limit stands in the way of this much of a resource, and not a promise to others. */
    boolean limits(Consumption role, String name, long millis) {
        return millis > role.belowLimit(names.of(name));
    }

    /** Cuts a bundle, the names of which may come up several times. */
    private final class Cut implements Resources.Allowance {
        private Consumption role;
        private final Quantities taken = new Quantities();

        Cut of(Consumption next) {
            role = next;
            taken.clear();
            return this;
        }

        @Override
        public long left(String name) {
            int number = names.of(name);
            long all = allowed(role, number);
            return all == Long.MAX_VALUE ? all : all - taken.get(number);
        }

        @Override
        public void taken(String name, long millis) {
            taken.add(names.of(name), millis);
        }
    }
}
