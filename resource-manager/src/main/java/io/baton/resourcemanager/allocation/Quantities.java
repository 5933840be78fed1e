package io.baton.resourcemanager.allocation;

import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;

/** A sum of scalars in thousandths, by the numbers of {@link ResourceNames}. Mutable: sums change with every step. */
final class Quantities {
    private static final int USUAL = 4;

    private long[] millis = new long[USUAL];

    long get(int number) {
        return number < millis.length ? millis[number] : 0;
    }

    void add(int number, long more) {
        if (number >= millis.length) {
            millis = Arrays.copyOf(millis, Math.max(2 * millis.length, number + 1));
        }
        millis[number] += more;
    }

    /** @param sign 1 to add, -1 to take away */
    void add(Quantities other, int sign) {
        if (other.millis.length > millis.length) {
            millis = Arrays.copyOf(millis, other.millis.length);
        }
        for (int i = 0; i < other.millis.length; i++) {
            millis[i] += sign * other.millis[i];
        }
    }

    Quantities copy() {
        var out = new Quantities();
        out.millis = millis.clone();
        return out;
    }

    /** Of each the smaller one. */
    Quantities least(Quantities other) {
        var out = new Quantities();
        for (int i = 0; i < millis.length; i++) {
            out.add(i, Math.min(millis[i], other.get(i)));
        }
        return out;
    }

    void clear() {
        Arrays.fill(millis, 0);
    }

    /** Numbers from 0 up to this may be other than zero. */
    int size() {
        return millis.length;
    }

    boolean isZero() {
        for (long m : millis) {
            if (m != 0) {
                return false;
            }
        }
        return true;
    }

    SortedMap<String, Long> toMap(ResourceNames names) {
        var out = new TreeMap<String, Long>();
        for (int i = 0; i < millis.length; i++) {
            if (millis[i] != 0) {
                out.put(names.name(i), millis[i]);
            }
        }
        return out;
    }
}
