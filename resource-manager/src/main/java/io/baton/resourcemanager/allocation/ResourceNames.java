package io.baton.resourcemanager.allocation;

import io.baton.core.resource.Resources;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The names of scalar resources seen so far, numbered: sums are kept in arrays, not in maps of boxed numbers. */
final class ResourceNames {
    private final Map<String, Integer> numbers = new HashMap<>();
    private final List<String> names = new ArrayList<>();
    private final Gauge gauge = new Gauge();

    /** The number of a name, given at its first use. */
    int of(String name) {
        var number = numbers.get(name);
        if (number == null) {
            number = names.size();
            numbers.put(name, number);
            names.add(name);
        }
        return number;
    }

    String name(int number) {
        return names.get(number);
    }

    int count() {
        return names.size();
    }

    /**
     * All scalars of a bundle, and those of them that are neither reserved nor revocable. The answer is overwritten by
     * the next call.
     */
    Gauge measure(Resources resources) {
        gauge.all.clear();
        gauge.open.clear();
        resources.forEachScalar(gauge);
        return gauge;
    }

    /** What a bundle amounts to. */
    final class Gauge implements Resources.ScalarSink {
        final Quantities all = new Quantities();
        final Quantities open = new Quantities();

        @Override
        public void take(String name, long millis, String owner, boolean revocable) {
            int number = of(name);
            all.add(number, millis);
            if (owner.isEmpty() && !revocable) {
                open.add(number, millis);
            }
        }
    }
}
