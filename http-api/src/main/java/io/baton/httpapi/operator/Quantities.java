package io.baton.httpapi.operator;

import io.baton.v1.Resource;
import io.baton.v1.Value;
import java.util.Collection;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Resources as plain numbers by name, whatever they are reserved for.
 *
 * <p>Pure.
 */
public final class Quantities {
    private static final double THOUSAND = 1000;

    private Quantities() {}

    /** The sums of the scalars by name, exact to the thousandth. */
    public static SortedMap<String, Double> scalars(Collection<Resource> resources) {
        var millis = new TreeMap<String, Long>();
        for (var resource : resources) {
            if (resource.getType() == Value.Type.SCALAR) {
                millis.merge(resource.getName(), Math.round(resource.getScalar().getValue() * THOUSAND), Long::sum);
            }
        }
        var out = new TreeMap<String, Double>();
        millis.forEach((name, value) -> out.put(name, value / THOUSAND));
        return out;
    }

    /** As {@link #scalars}, and how many values the ranges and sets hold. */
    public static SortedMap<String, Double> counts(Collection<Resource> resources) {
        var out = scalars(resources);
        for (var resource : resources) {
            if (resource.getType() == Value.Type.RANGES) {
                double size = 0;
                for (var range : resource.getRanges().getRangeList()) {
                    size += range.getEnd() - range.getBegin() + 1;
                }
                out.merge(resource.getName(), size, Double::sum);
            } else if (resource.getType() == Value.Type.SET) {
                out.merge(resource.getName(), (double) resource.getSet().getItemCount(), Double::sum);
            }
        }
        return out;
    }
}
