package io.baton.sdk.offer;

import io.baton.v1.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Free ports as ranges, of which the lowest are taken first. */
final class PortRanges {
    /** End by begin, both inclusive; not overlapping. */
    private final TreeMap<Long, Long> ranges = new TreeMap<>();

    PortRanges(Value.Ranges offered) {
        for (var range : offered.getRangeList()) {
            if (range.getBegin() <= range.getEnd()) {
                ranges.merge(range.getBegin(), range.getEnd(), Math::max);
            }
        }
    }

    long count() {
        var count = 0L;
        for (var range : ranges.entrySet()) {
            count += range.getValue() - range.getKey() + 1;
        }
        return count;
    }

    /** Takes the lowest ports, at most so many as there are. */
    List<Long> take(int wanted) {
        var taken = new ArrayList<Long>(wanted);
        while (taken.size() < wanted && !ranges.isEmpty()) {
            var first = ranges.pollFirstEntry();
            var last = Math.min(first.getValue(), first.getKey() + wanted - taken.size() - 1);
            for (var port = first.getKey(); port <= last; port++) {
                taken.add(port);
            }
            if (last < first.getValue()) {
                ranges.put(last + 1, first.getValue());
            }
        }
        return taken;
    }

    /** Ascending ports as ranges, neighbours in one. */
    static Value.Ranges of(List<Long> ports) {
        var ranges = Value.Ranges.newBuilder();
        for (var i = 0; i < ports.size(); ) {
            var begin = ports.get(i);
            var end = begin;
            while (++i < ports.size() && ports.get(i) == end + 1) {
                end++;
            }
            ranges.addRange(Value.Range.newBuilder().setBegin(begin).setEnd(end));
        }
        return ranges.build();
    }
}
