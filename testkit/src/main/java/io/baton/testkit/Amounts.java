package io.baton.testkit;

import io.baton.v1.Resource;
import io.baton.v1.Value;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** Scalars in thousandths and single ports: what an agent has, or a task takes. */
final class Amounts {
    private final TreeMap<String, Long> scalars = new TreeMap<>();
    private final TreeSet<Long> ports = new TreeSet<>();

    static Amounts of(Collection<Resource> resources) {
        var amounts = new Amounts();
        for (var resource : resources) {
            if (resource.getType() == Value.Type.SCALAR) {
                amounts.scalars.merge(
                        resource.getName(), Math.round(resource.getScalar().getValue() * 1_000), Long::sum);
            } else if (resource.getType() == Value.Type.RANGES) {
                for (var range : resource.getRanges().getRangeList()) {
                    for (var port = range.getBegin(); port <= range.getEnd(); port++) {
                        amounts.ports.add(port);
                    }
                }
            }
        }
        return amounts;
    }

    /** What is wrong with the first resource that is, in the words of real masters. */
    static Optional<String> problemOf(Collection<Resource> resources) {
        for (var resource : resources) {
            double value = resource.getScalar().getValue();
            if (Double.isNaN(value) || Double.isInfinite(value) || value < 0) {
                return Optional.of("Invalid resource '" + resource.getName() + "': the value " + value
                        + (value < 0 && !Double.isInfinite(value) ? " is negative" : " is not a number"));
            }
        }
        return Optional.empty();
    }

    boolean covers(Amounts wanted) {
        return ports.containsAll(wanted.ports)
                && wanted.scalars.entrySet().stream()
                        .allMatch(want -> scalars.getOrDefault(want.getKey(), 0L) >= want.getValue());
    }

    void add(Amounts more) {
        more.scalars.forEach((name, amount) -> scalars.merge(name, amount, Long::sum));
        ports.addAll(more.ports);
    }

    void subtract(Amounts less) {
        less.scalars.forEach((name, amount) -> scalars.merge(name, -amount, Long::sum));
        ports.removeAll(less.ports);
    }

    boolean isEmpty() {
        return ports.isEmpty() && scalars.values().stream().allMatch(amount -> amount <= 0);
    }

    Amounts copy() {
        var copy = new Amounts();
        copy.add(this);
        return copy;
    }

    /** As Mesos has it: a hundredth of a CPU or 32 MB are the least worth offering. */
    boolean worthOffering() {
        return scalars.getOrDefault("cpus", 0L) >= 10 || scalars.getOrDefault("mem", 0L) >= 32_000;
    }

    List<Resource> toProto(String role) {
        var resources = new ArrayList<Resource>();
        scalars.forEach((name, amount) -> {
            if (amount > 0) {
                resources.add(resource(name, Value.Type.SCALAR, role)
                        .setScalar(Value.Scalar.newBuilder().setValue(amount / 1_000.0))
                        .build());
            }
        });
        if (!ports.isEmpty()) {
            resources.add(resource("ports", Value.Type.RANGES, role)
                    .setRanges(ranges())
                    .build());
        }
        return resources;
    }

    @SuppressWarnings("deprecation") // Mesos still says the role here too, and schedulers read it.
    private static Resource.Builder resource(String name, Value.Type type, String role) {
        return Resource.newBuilder()
                .setName(name)
                .setType(type)
                .setRole("*")
                .setAllocationInfo(Resource.AllocationInfo.newBuilder().setRole(role));
    }

    private Value.Ranges ranges() {
        var ranges = Value.Ranges.newBuilder();
        Value.Range.Builder current = null;
        for (var port : ports) {
            if (current == null || current.getEnd() + 1 != port) {
                current = ranges.addRangeBuilder().setBegin(port);
            }
            current.setEnd(port);
        }
        return ranges.build();
    }

    @Override
    public String toString() {
        return scalars + (ports.isEmpty() ? "" : " ports " + ports.first() + "-" + ports.last());
    }
}
