package io.baton.resourcemanager.allocation;

import io.baton.core.resource.Resources;
import io.baton.v1.OfferFilters;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** How little is still worth an offer: one of several sets of scalars must be in it. */
public final class OfferFloor {
    /**
     * One set, all of which must be there, in thousandths by name.
     *
     * @param millis empty for anything
     */
    public record Quantity(SortedMap<String, Long> millis) {
        static Quantity of(String name, double value) {
            return new Quantity(new TreeMap<>(Map.of(name, Math.round(value * 1000))));
        }
    }

    /** Less than this is not worth an offer, as in Mesos: 0.01 cpus, or 32 MB. */
    static final List<Quantity> DEFAULT = List.of(Quantity.of("cpus", 0.01), Quantity.of("mem", 32));

    private final List<Quantity> sets;

    /** The sets once more, as arrays: asking is done for every candidate and makes no garbage. */
    private final String[][] names;

    private final long[][] millis;

    OfferFloor(List<Quantity> sets) {
        this.sets = sets;
        this.names = sets.stream()
                .map(q -> q.millis().keySet().toArray(new String[0]))
                .toArray(String[][]::new);
        this.millis = sets.stream()
                .map(q ->
                        q.millis().values().stream().mapToLong(Long::longValue).toArray())
                .toArray(long[][]::new);
    }

    /** A framework's own floor for a role; one without sets lets anything pass. */
    static OfferFloor fromProto(OfferFilters.MinAllocatableResources own) {
        return new OfferFloor(own.getQuantitiesList().stream()
                .map(q -> {
                    var millis = new TreeMap<String, Long>();
                    q.getQuantitiesMap()
                            .forEach((name, value) -> millis.put(name, Math.round(value.getValue() * 1000)));
                    return new Quantity(millis);
                })
                .toList());
    }

    List<Quantity> sets() {
        return sets;
    }

    boolean isMetBy(Resources resources) {
        if (resources.isEmpty()) {
            return false;
        }
        for (int set = 0; set < names.length; set++) {
            boolean met = true;
            for (int i = 0; i < names[set].length; i++) {
                met &= resources.millis(names[set][i]) >= millis[set][i];
            }
            if (met) {
                return true;
            }
        }
        return sets.isEmpty();
    }

    @Override
    public String toString() {
        var out = new StringBuilder();
        for (var set : sets) {
            out.append(out.isEmpty() ? "" : " or ");
            set.millis()
                    .forEach((name, millis) ->
                            out.append(name).append(':').append(millis / 1000.0).append(' '));
        }
        return out.toString().strip();
    }
}
