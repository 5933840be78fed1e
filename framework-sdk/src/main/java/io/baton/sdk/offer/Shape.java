package io.baton.sdk.offer;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a task needs: amounts of named resources and a number of ports.
 *
 * @param amounts thousandths by name, such as {@code cpus}, {@code mem} and {@code disk} (in MB), {@code gpus}; all
 *     above 0
 * @param portCount how many ports, whichever they are
 */
public record Shape(SortedMap<String, Long> amounts, int portCount) {

    /** @throws IllegalArgumentException if an amount is not above 0, or there are fewer than no ports */
    public Shape {
        amounts = Collections.unmodifiableSortedMap(new TreeMap<>(amounts));
        amounts.forEach((name, amount) -> {
            if (amount <= 0) {
                throw new IllegalArgumentException(name + " must be at least 0.001, is " + Thousandths.amount(amount)
                        + "; leave out what is not needed");
            }
        });
        if (portCount < 0) {
            throw new IllegalArgumentException("ports must be at least 0, is " + portCount);
        }
    }

    /** So many CPUs and nothing else yet. */
    public static Shape cpus(double cpus) {
        return new Shape(new TreeMap<>(), 0).with("cpus", cpus);
    }

    /** And so many MB of memory. */
    public Shape mem(double megabytes) {
        return with("mem", megabytes);
    }

    /** And so many MB of disk. */
    public Shape disk(double megabytes) {
        return with("disk", megabytes);
    }

    /** And so many GPUs; whole ones only. The framework needs the capability GPU_RESOURCES to be offered any. */
    public Shape gpus(int gpus) {
        return with("gpus", gpus);
    }

    /** And so many ports, whichever are free. */
    public Shape ports(int count) {
        return new Shape(amounts, count);
    }

    /** And so much of any other scalar resource. */
    public Shape with(String name, double amount) {
        var more = new TreeMap<>(amounts);
        more.put(name, Thousandths.of(amount));
        return new Shape(more, portCount);
    }
}
