package io.baton.resourcemanager.allocation;

import io.baton.resourcemanager.quota.Quota;

/**
 * A top-level role against its quota: all its reservations, used or not, and what it holds that nobody has reserved
 * and nobody may take back.
 */
final class Consumption {
    final Quantities reserved = new Quantities();
    final Quantities held = new Quantities();

    /** Something was kept from the role that it may have when it consumes less: then it is to be asked again. */
    boolean limited;

    private Quota quota = Quota.NONE;
    private long[] limits = {};
    private long[] guarantees = {};

    Quota quota() {
        return quota;
    }

    void quota(Quota next, ResourceNames names) {
        quota = next;
        limits = new long[0];
        guarantees = new long[0];
        limits = numbered(next.limits(), names, Long.MAX_VALUE);
        guarantees = numbered(next.guarantees(), names, 0);
    }

    private static long[] numbered(java.util.SortedMap<String, Long> millis, ResourceNames names, long absent) {
        int size = 0;
        for (var name : millis.keySet()) {
            size = Math.max(size, names.of(name) + 1);
        }
        var out = new long[size];
        java.util.Arrays.fill(out, absent);
        millis.forEach((name, amount) -> out[names.of(name)] = amount);
        return out;
    }

    boolean hasLimits() {
        return limits.length > 0;
    }

    boolean hasGuarantees() {
        return guarantees.length > 0;
    }

    /** Numbers from 0 up to this may have a guarantee. */
    int guaranteed() {
        return guarantees.length;
    }

    long consumed(int number) {
        return reserved.get(number) + held.get(number);
    }

    /** Whether it has more of something than it may. */
    boolean exceeded() {
        for (int i = 0; i < limits.length; i++) {
            if (limits[i] != Long.MAX_VALUE && consumed(i) > limits[i]) {
                return true;
            }
        }
        return false;
    }

    /** Whether it lacks something of what it is promised. */
    boolean isShort() {
        for (int i = 0; i < guarantees.length; i++) {
            if (unsatisfied(i) > 0) {
                return true;
            }
        }
        return false;
    }

    /** Whether it may have none of these any more. */
    boolean isExhausted(Quantities wanted) {
        for (int i = 0; i < wanted.size(); i++) {
            if (wanted.get(i) > 0 && belowLimit(i) > 0) {
                return false;
            }
        }
        return true;
    }

    /** How much more it may have; {@link Long#MAX_VALUE} without a limit. */
    long belowLimit(int number) {
        long limit = number < limits.length ? limits[number] : Long.MAX_VALUE;
        return limit == Long.MAX_VALUE ? limit : Math.max(0, limit - consumed(number));
    }

    /** How much more than it is promised it has. */
    long aboveGuarantee(int number) {
        return consumed(number) - (number < guarantees.length ? guarantees[number] : 0);
    }

    /** How much it still lacks of what it is promised. */
    long unsatisfied(int number) {
        return number < guarantees.length ? Math.max(0, guarantees[number] - consumed(number)) : 0;
    }
}
