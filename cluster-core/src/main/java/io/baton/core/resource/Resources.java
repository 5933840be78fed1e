package io.baton.core.resource;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import com.google.protobuf.ByteString;
import io.baton.core.resource.Amount.Range;
import io.baton.core.resource.Amount.Ranges;
import io.baton.core.resource.Amount.Scalar;
import io.baton.core.resource.Amount.Words;
import io.baton.v1.Resource;
import io.baton.v1.Value;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * A bundle of resources: cpus, mem, ports and whatever else a host names. Values with the same name add up only if
 * they are of the same kind: reserved for the same roles, on the same disk, revocable or not.
 *
 * <p>Immutable; nothing in it is zero, so two equal bundles are {@code equals}. Scalars are whole thousandths.
 *
 * <p>Allocation roles are not part of a bundle: an offer has one role, and {@link #toProto(String)} writes it down.
 */
@JsonAutoDetect(fieldVisibility = JsonAutoDetect.Visibility.NONE, creatorVisibility = JsonAutoDetect.Visibility.NONE)
public final class Resources {
    /** No resources. */
    public static final Resources EMPTY = new Resources(new TreeMap<>());

    /** Values of one name that may be added to each other. The shape is a Resource without name, value and role. */
    private record Key(String name, Resource shape) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            int byName = name.compareTo(other.name);
            if (byName != 0 || shape.equals(other.shape)) {
                return byName;
            }
            return ByteString.unsignedLexicographicalComparator()
                    .compare(shape.toByteString(), other.shape.toByteString());
        }
    }

    private final SortedMap<Key, Amount> amounts;

    private Resources(SortedMap<Key, Amount> amounts) {
        this.amounts = Collections.unmodifiableSortedMap(amounts);
    }

    /**
     * Reads what {@link ResourceRules} has found valid.
     *
     * @throws IllegalArgumentException if a value is missing or two values of one name do not go together
     */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static Resources fromProto(Collection<Resource> resources) {
        var amounts = new TreeMap<Key, Amount>();
        for (var resource : resources) {
            var amount = amountOf(resource);
            if (!amount.isEmpty()) {
                amounts.merge(new Key(resource.getName(), shapeOf(resource)), amount, Resources::sum);
            }
        }
        return amounts.isEmpty() ? EMPTY : new Resources(amounts);
    }

    /** A bundle of unreserved scalars: {@code scalars(Map.of("cpus", 1.5))}. */
    public static Resources scalars(Map<String, Double> values) {
        var amounts = new TreeMap<Key, Amount>();
        values.forEach((name, value) -> {
            var amount = new Scalar(millis(value));
            if (!amount.isEmpty()) {
                amounts.put(new Key(name, UNRESERVED), amount);
            }
        });
        return new Resources(amounts);
    }

    private static final Resource UNRESERVED = Resource.newBuilder().buildPartial();

    private static Amount sum(Amount a, Amount b) {
        if (a.getClass() != b.getClass()) {
            throw new IllegalArgumentException("one resource name with two types of value: " + a + " and " + b);
        }
        return a.plus(b);
    }

    private static Amount amountOf(Resource resource) {
        return switch (resource.getType()) {
            case SCALAR -> new Scalar(millis(resource.getScalar().getValue()));
            case RANGES ->
                new Ranges(resource.getRanges().getRangeList().stream()
                        .map(r -> new Range(r.getBegin(), r.getEnd()))
                        .toList());
            case SET -> new Words(new TreeSet<>(resource.getSet().getItemList()));
            case TEXT -> throw new IllegalArgumentException("resource '" + resource.getName() + "' has type TEXT");
        };
    }

    static long millis(double value) {
        return Math.round(value * 1000);
    }

    /** The kind of a resource: reservations always as the stack, the older role and reservation fields folded in. */
    private static Resource shapeOf(Resource resource) {
        boolean plain = !resource.hasDisk()
                && !resource.hasRevocable()
                && !resource.hasShared()
                && !resource.hasProviderId()
                && !resource.hasReservation()
                && resource.getReservationsCount() == 0
                && (!resource.hasRole() || resource.getRole().equals("*"));
        if (plain) {
            return UNRESERVED;
        }
        var shape = resource.toBuilder()
                .clearName()
                .clearType()
                .clearScalar()
                .clearRanges()
                .clearSet()
                .clearAllocationInfo();
        var role = resource.getRole();
        if (resource.getReservationsCount() == 0 && resource.hasRole() && !role.equals("*")) {
            var reservation = resource.getReservation().toBuilder()
                    .setRole(role)
                    .setType(
                            resource.hasReservation()
                                    ? Resource.ReservationInfo.Type.DYNAMIC
                                    : Resource.ReservationInfo.Type.STATIC);
            shape.addReservations(reservation);
        }
        return shape.clearRole().clearReservation().buildPartial();
    }

    @JsonValue
    List<Resource> toJson() {
        return toProto("");
    }

    /**
     * The bundle for the wire, ordered by name.
     *
     * @param allocationRole the role it is offered or allocated to; empty for none
     */
    public List<Resource> toProto(String allocationRole) {
        var out = new ArrayList<Resource>(amounts.size());
        amounts.forEach((key, amount) -> {
            var resource = key.shape.toBuilder().setName(key.name);
            write(amount, resource);
            if (!allocationRole.isEmpty()) {
                resource.setAllocationInfo(Resource.AllocationInfo.newBuilder().setRole(allocationRole));
            }
            out.add(inOldFormat(resource).build());
        });
        return out;
    }

    /** At most one reservation is written in the role and reservation fields, which every client reads. */
    private static Resource.Builder inOldFormat(Resource.Builder resource) {
        if (resource.getReservationsCount() == 0) {
            return resource.setRole("*");
        }
        if (resource.getReservationsCount() > 1) {
            return resource;
        }
        var reservation = resource.getReservations(0);
        resource.clearReservations().setRole(reservation.getRole());
        if (reservation.getType() == Resource.ReservationInfo.Type.DYNAMIC) {
            resource.setReservation(reservation.toBuilder().clearRole().clearType());
        }
        return resource;
    }

    private static void write(Amount amount, Resource.Builder resource) {
        if (amount instanceof Scalar scalar) {
            resource.setType(Value.Type.SCALAR)
                    .setScalar(Value.Scalar.newBuilder().setValue(scalar.value()));
        } else if (amount instanceof Ranges ranges) {
            var out = Value.Ranges.newBuilder();
            ranges.ranges()
                    .forEach(r -> out.addRange(
                            Value.Range.newBuilder().setBegin(r.begin()).setEnd(r.end())));
            resource.setType(Value.Type.RANGES).setRanges(out);
        } else if (amount instanceof Words words) {
            resource.setType(Value.Type.SET).setSet(Value.Set.newBuilder().addAllItem(words.words()));
        } else {
            throw new AssertionError("no wire form of " + amount);
        }
    }

    public boolean isEmpty() {
        return amounts.isEmpty();
    }

    /** Whether all of the other is in this, kind by kind. */
    public boolean contains(Resources other) {
        for (var entry : other.amounts.entrySet()) {
            var mine = amounts.get(entry.getKey());
            if (mine == null || !mine.contains(entry.getValue())) {
                return false;
            }
        }
        return true;
    }

    public Resources plus(Resources other) {
        if (other.isEmpty()) {
            return this;
        }
        var out = new TreeMap<>(amounts);
        other.amounts.forEach((key, amount) -> out.merge(key, amount, Resources::sum));
        return new Resources(out);
    }

    /** What is left when the other is taken away. Whatever of it is not here counts for nothing: check first. */
    public Resources minus(Resources other) {
        var out = new TreeMap<>(amounts);
        other.amounts.forEach((key, amount) -> out.computeIfPresent(key, (k, mine) -> {
            var left = mine.minus(amount);
            return left.isEmpty() ? null : left;
        }));
        return out.isEmpty() ? EMPTY : new Resources(out);
    }

    /** The sum of the scalars of this name over all kinds, in thousandths; 0 if there is none. */
    public long millis(String name) {
        long sum = 0;
        for (var entry : amounts.entrySet()) {
            if (entry.getKey().name.equals(name) && entry.getValue() instanceof Scalar scalar) {
                sum += scalar.millis();
            }
        }
        return sum;
    }

    /** All scalars by name over all kinds, in thousandths, ordered by name. */
    public SortedMap<String, Long> scalarMillis() {
        var out = new TreeMap<String, Long>();
        amounts.forEach((key, amount) -> {
            if (amount instanceof Scalar scalar) {
                out.merge(key.name, scalar.millis(), Long::sum);
            }
        });
        return out;
    }

    /** The part that may be offered to a role: what is unreserved or reserved for it or one of its ancestors. */
    public Resources allocatableTo(String role) {
        return filtered(key -> {
            int count = key.shape.getReservationsCount();
            if (count == 0) {
                return true;
            }
            var owner = key.shape.getReservations(count - 1).getRole();
            return owner.equals(role) || role.startsWith(owner + "/");
        });
    }

    /** The part whose name the test accepts. */
    public Resources named(Predicate<String> name) {
        return filtered(key -> name.test(key.name));
    }

    private Resources filtered(Predicate<Key> keep) {
        if (amounts.keySet().stream().allMatch(keep)) {
            return this;
        }
        var out = new TreeMap<Key, Amount>();
        amounts.forEach((key, amount) -> {
            if (keep.test(key)) {
                out.put(key, amount);
            }
        });
        return out.isEmpty() ? EMPTY : new Resources(out);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Resources r && amounts.equals(r.amounts);
    }

    @Override
    public int hashCode() {
        return amounts.hashCode();
    }

    /** As Mesos writes it: {@code cpus:1.5; mem:512; ports(ads):[31000-31009]}. */
    @Override
    public String toString() {
        var out = new StringBuilder();
        amounts.forEach((key, amount) -> {
            out.append(out.isEmpty() ? "" : "; ").append(key.name);
            key.shape
                    .getReservationsList()
                    .forEach(r -> out.append('(').append(r.getRole()).append(')'));
            out.append(key.shape.hasRevocable() ? "{REV}" : "").append(':').append(amount);
        });
        return out.isEmpty() ? "{}" : out.toString();
    }
}
