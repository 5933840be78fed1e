package io.baton.core.resource;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.baton.core.resource.Amount.Copies;
import io.baton.core.resource.Amount.Ranges;
import io.baton.core.resource.Amount.Scalar;
import io.baton.core.resource.Amount.Words;
import io.baton.v1.Resource;
import io.baton.v1.Resource.ReservationInfo;
import io.baton.v1.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * A bundle of resources: cpus, mem, ports and whatever else a host names. Values with the same name add up only if
 * they are of the same kind: reserved for the same roles, on the same disk, revocable or not. Of a shared volume a
 * bundle holds a number of copies. Where a persistent volume is mounted, and whose it is said to be, makes it no other
 * one; a sum or difference keeps what the first of the two says of it.
 *
 * <p>Immutable; nothing in it is zero, so two equal bundles are {@code equals}. Scalars are whole thousandths.
 *
 * <p>Allocation roles are not part of a bundle: an offer has one role, and {@link #toProto(String)} writes it down.
 *
 * <p>Kept as two arrays ordered by kind, so sums, differences and comparisons walk both bundles once: O(kinds), and
 * no more garbage than the result. Asking costs no garbage at all.
 */
@JsonAutoDetect(fieldVisibility = JsonAutoDetect.Visibility.NONE, creatorVisibility = JsonAutoDetect.Visibility.NONE)
public final class Resources {
    /** No resources. */
    public static final Resources EMPTY = new Resources(new Kind[0], new Amount[0]);

    private final Kind[] kinds;
    private final Amount[] amounts;
    private final boolean plain;

    private Resources(Kind[] kinds, Amount[] amounts) {
        this.kinds = kinds;
        this.amounts = amounts;
        boolean ordinary = true;
        for (var kind : kinds) {
            ordinary &= !kind.reserved() && !kind.revocable() && !kind.shared();
        }
        this.plain = ordinary;
    }

    private static Resources of(SortedMap<Kind, Amount> amounts) {
        return amounts.isEmpty()
                ? EMPTY
                : new Resources(
                        amounts.keySet().toArray(new Kind[0]), amounts.values().toArray(new Amount[0]));
    }

    /** Gathers what remains of a walk, in order, sharing the kinds of the source when nothing was left out. */
    private static final class Gathered {
        private final Kind[] kinds;
        private final Amount[] amounts;
        private int size;

        Gathered(int capacity) {
            kinds = new Kind[capacity];
            amounts = new Amount[capacity];
        }

        void add(Kind kind, Amount amount) {
            kinds[size] = kind;
            amounts[size++] = amount;
        }

        Resources resources() {
            if (size == 0) {
                return EMPTY;
            }
            return size == kinds.length
                    ? new Resources(kinds, amounts)
                    : new Resources(Arrays.copyOf(kinds, size), Arrays.copyOf(amounts, size));
        }
    }

    /**
     * Reads what {@link ResourceRules} has found valid.
     *
     * @throws IllegalArgumentException if a value is missing or two values of one name do not go together
     */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static Resources fromProto(Collection<Resource> resources) {
        var amounts = new TreeMap<Kind, Amount>();
        for (var resource : resources) {
            var amount = amountOf(resource);
            if (!amount.isEmpty()) {
                var kind = Kind.of(resource);
                amounts.merge(kind, kind.shared() ? new Copies(amount, 1) : amount, Resources::sum);
            }
        }
        return of(amounts);
    }

    /** A bundle of unreserved scalars: {@code scalars(Map.of("cpus", 1.5))}. */
    public static Resources scalars(Map<String, Double> values) {
        var amounts = new TreeMap<Kind, Amount>();
        values.forEach((name, value) -> {
            var amount = new Scalar(millis(value));
            if (!amount.isEmpty()) {
                amounts.put(Kind.plain(name), amount);
            }
        });
        return of(amounts);
    }

    private static Amount sum(Amount a, Amount b) {
        if (a.getClass() != b.getClass()) {
            throw new IllegalArgumentException("one resource name with two types of value: " + a + " and " + b);
        }
        return a.plus(b);
    }

    private static Amount amountOf(Resource resource) {
        return switch (resource.getType()) {
            case SCALAR -> new Scalar(millis(resource.getScalar().getValue()));
            case RANGES -> {
                var ranges = resource.getRanges().getRangeList();
                var ends = new long[2 * ranges.size()];
                for (int i = 0; i < ranges.size(); i++) {
                    ends[2 * i] = ranges.get(i).getBegin();
                    ends[2 * i + 1] = ranges.get(i).getEnd();
                }
                yield Ranges.of(ends);
            }
            case SET -> new Words(new TreeSet<>(resource.getSet().getItemList()));
            case TEXT -> throw new IllegalArgumentException("resource '" + resource.getName() + "' has type TEXT");
        };
    }

    static long millis(double value) {
        return Math.round(value * 1000);
    }

    @JsonValue
    List<Resource> toJson() {
        return toProto("");
    }

    /**
     * The bundle for the wire, ordered by name; a shared volume once for each copy.
     *
     * @param allocationRole the role it is offered or allocated to; empty for none
     */
    public List<Resource> toProto(String allocationRole) {
        return toProto(allocationRole, false);
    }

    /**
     * The same for operators, who read a single reservation in either form.
     *
     * @param allocationRole the role it is offered or allocated to; empty for none
     */
    public List<Resource> toProtoInBothForms(String allocationRole) {
        return toProto(allocationRole, true);
    }

    private List<Resource> toProto(String allocationRole, boolean bothForms) {
        var out = new ArrayList<Resource>(kinds.length);
        for (int i = 0; i < kinds.length; i++) {
            var resource = kinds[i].toProto();
            var amount = amounts[i];
            write(amount instanceof Copies copies ? copies.one() : amount, resource);
            if (!allocationRole.isEmpty()) {
                resource.setAllocationInfo(Resource.AllocationInfo.newBuilder().setRole(allocationRole));
            }
            var built = inOldFormat(resource, bothForms).build();
            for (int copy = amount instanceof Copies copies ? copies.count() : 1; copy > 0; copy--) {
                out.add(built);
            }
        }
        return out;
    }

    /** The same with its reservations as a stack, whichever form they came in. */
    public static Resource stacked(Resource resource) {
        var kind = Kind.of(resource);
        return kind.reserved()
                ? resource.toBuilder()
                        .clearRole()
                        .clearReservation()
                        .clearReservations()
                        .addAllReservations(kind.reservations())
                        .build()
                : resource;
    }

    /** The same with a single reservation in both forms, as operators read it. */
    public static Resource inBothForms(Resource resource) {
        return Kind.of(resource).reserved()
                ? inOldFormat(stacked(resource).toBuilder(), true).build()
                : resource;
    }

    /** At most one reservation is written in the role and reservation fields, which every client reads. */
    private static Resource.Builder inOldFormat(Resource.Builder resource, boolean stackToo) {
        if (resource.getReservationsCount() == 0) {
            return resource.setRole("*");
        }
        if (resource.getReservationsCount() > 1) {
            return resource;
        }
        var reservation = resource.getReservations(0);
        resource.setRole(reservation.getRole());
        if (reservation.getType() == ReservationInfo.Type.DYNAMIC) {
            resource.setReservation(reservation.toBuilder().clearRole().clearType());
        }
        return stackToo ? resource : resource.clearReservations();
    }

    private static void write(Amount amount, Resource.Builder resource) {
        if (amount instanceof Scalar scalar) {
            resource.setType(Value.Type.SCALAR)
                    .setScalar(Value.Scalar.newBuilder().setValue(scalar.value()));
        } else if (amount instanceof Ranges ranges) {
            var out = Value.Ranges.newBuilder();
            for (int i = 0; i < ranges.count(); i++) {
                out.addRange(Value.Range.newBuilder().setBegin(ranges.begin(i)).setEnd(ranges.end(i)));
            }
            resource.setType(Value.Type.RANGES).setRanges(out);
        } else if (amount instanceof Words words) {
            resource.setType(Value.Type.SET).setSet(Value.Set.newBuilder().addAllItem(words.words()));
        } else {
            throw new AssertionError("no wire form of " + amount);
        }
    }

    public boolean isEmpty() {
        return kinds.length == 0;
    }

    /** Nothing in it is reserved, revocable or shared: any role may have all of it. */
    public boolean isPlain() {
        return plain;
    }

    /** Nothing in it but numbers that any role may have. */
    public boolean isPlainScalars() {
        boolean numbers = plain;
        for (int i = 0; numbers && i < amounts.length; i++) {
            numbers = amounts[i] instanceof Scalar;
        }
        return numbers;
    }

    /** Whether all of the other is in this, kind by kind; volumes and mounted disks only as a whole. */
    public boolean contains(Resources other) {
        int mine = 0;
        for (int i = 0; i < other.kinds.length; i++) {
            var kind = other.kinds[i];
            int order = -1;
            while (mine < kinds.length && (order = kinds[mine].compareTo(kind)) < 0) {
                mine++;
            }
            if (mine == kinds.length || order != 0) {
                return false;
            }
            boolean held = kind.whole() && !kind.shared()
                    ? amounts[mine].equals(other.amounts[i])
                    : amounts[mine].contains(other.amounts[i]);
            if (!held) {
                return false;
            }
            mine++;
        }
        return true;
    }

    /** Whether both hold the same port, or another value that does not add up as numbers do. */
    public boolean overlaps(Resources other) {
        int theirs = 0;
        for (int i = 0; i < kinds.length; i++) {
            int order = 1;
            while (theirs < other.kinds.length && (order = other.kinds[theirs].compareTo(kinds[i])) < 0) {
                theirs++;
            }
            if (theirs < other.kinds.length && order == 0 && amounts[i].overlaps(other.amounts[theirs])) {
                return true;
            }
        }
        return false;
    }

    /** @throws IllegalArgumentException if a name stands for two types of value, or a shared volume has two sizes */
    public Resources plus(Resources other) {
        if (other.isEmpty()) {
            return this;
        }
        if (isEmpty()) {
            return other;
        }
        if (sameKinds(other)) {
            var sums = new Amount[kinds.length];
            for (int i = 0; i < sums.length; i++) {
                sums[i] = sum(amounts[i], other.amounts[i]);
            }
            return new Resources(kinds, sums);
        }
        var out = new Gathered(kinds.length + other.kinds.length);
        int i = 0;
        int j = 0;
        while (i < kinds.length || j < other.kinds.length) {
            int order = i == kinds.length ? 1 : j == other.kinds.length ? -1 : kinds[i].compareTo(other.kinds[j]);
            if (order < 0) {
                out.add(kinds[i], amounts[i++]);
            } else if (order > 0) {
                out.add(other.kinds[j], other.amounts[j++]);
            } else {
                out.add(kinds[i], sum(amounts[i++], other.amounts[j++]));
            }
        }
        return out.resources();
    }

    private boolean sameKinds(Resources other) {
        return kinds == other.kinds || Arrays.equals(kinds, other.kinds);
    }

    /** What is left when the other is taken away. Whatever of it is not here counts for nothing: check first. */
    public Resources minus(Resources other) {
        if (other.isEmpty() || isEmpty()) {
            return this;
        }
        if (equals(other)) {
            return EMPTY;
        }
        var out = new Gathered(kinds.length);
        int j = 0;
        for (int i = 0; i < kinds.length; i++) {
            int order = 1;
            while (j < other.kinds.length && (order = other.kinds[j].compareTo(kinds[i])) < 0) {
                j++;
            }
            if (j == other.kinds.length || order != 0 || amounts[i].getClass() != other.amounts[j].getClass()) {
                out.add(kinds[i], amounts[i]);
                continue;
            }
            var left = amounts[i].minus(other.amounts[j]);
            if (!left.isEmpty()) {
                out.add(kinds[i], left);
            }
        }
        return out.resources();
    }

    /** The sum of the scalars of this name over all kinds, in thousandths; 0 if there is none. */
    public long millis(String name) {
        long sum = 0;
        for (int i = 0; i < kinds.length; i++) {
            if (kinds[i].name().equals(name)) {
                sum += amounts[i].scalarMillis();
            }
        }
        return sum;
    }

    /** All scalars by name over all kinds, in thousandths, ordered by name. */
    public SortedMap<String, Long> scalarMillis() {
        var out = new TreeMap<String, Long>();
        forEachScalar((name, millis, owner, revocable) -> out.merge(name, millis, Long::sum));
        return out;
    }

    /** Takes one scalar value at a time. */
    @FunctionalInterface
    public interface ScalarSink {
        /**
         * @param owner the role it is reserved for; empty if it is not
         */
        void take(String name, long millis, String owner, boolean revocable);
    }

    /** Each scalar of each kind, ordered by name. */
    public void forEachScalar(ScalarSink sink) {
        for (int i = 0; i < kinds.length; i++) {
            long millis = amounts[i].scalarMillis();
            if (millis != 0) {
                sink.take(kinds[i].name(), millis, kinds[i].owner(), kinds[i].revocable());
            }
        }
    }

    /** The part that may be offered to a role: what is unreserved or reserved for it or one of its ancestors. */
    public Resources allocatableTo(String role) {
        return allocatableTo(role, true, true, true);
    }

    /**
     * The part that may be offered to a role of a framework that knows what revocable, shared and refined mean, or
     * does not.
     */
    public Resources allocatableTo(String role, boolean revocable, boolean shared, boolean refined) {
        return plain
                ? this
                : filtered(kind -> kind.openTo(role)
                        && (revocable || !kind.revocable())
                        && (shared || !kind.shared())
                        && (refined || !kind.refined()));
    }

    /** What nobody has reserved and nobody may take back. */
    public Resources unreserved() {
        return plain ? this : filtered(kind -> !kind.reserved() && !kind.revocable());
    }

    /** What is reserved for somebody. */
    public Resources reserved() {
        return filtered(Kind::reserved);
    }

    /** What was reserved by a call: it can be unreserved. */
    public Resources reservedByCall() {
        return filtered(Kind::dynamic);
    }

    /** The numbers in it, which add up: ranges and words of two bundles may overlap, and shared volumes are one. */
    public Resources numbers() {
        var out = new Gathered(kinds.length);
        for (int i = 0; i < kinds.length; i++) {
            if (amounts[i] instanceof Scalar) {
                out.add(kinds[i], amounts[i]);
            }
        }
        return out.size == kinds.length ? this : out.resources();
    }

    /** Persistent volumes. */
    public Resources volumes() {
        return filtered(Kind::persistent);
    }

    /** Each volume's role and id, as {@code role/id}. */
    public SortedSet<String> volumeIds() {
        var out = new TreeSet<String>();
        for (var kind : kinds) {
            if (kind.persistent()) {
                out.add(kind.owner() + "/" + kind.volumeId());
            }
        }
        return out;
    }

    /** The same, each persistent volume mounted where, and belonging to whom, another bundle says that has it. */
    public Resources describedBy(Resources other) {
        Kind[] described = null;
        for (int i = 0; !plain && i < kinds.length; i++) {
            int there = kinds[i].persistent() ? Arrays.binarySearch(other.kinds, kinds[i]) : -1;
            if (there >= 0) {
                described = described == null ? kinds.clone() : described;
                described[i] = other.kinds[there];
            }
        }
        return described == null ? this : new Resources(described, amounts);
    }

    /** What several may hold at the same time. */
    public Resources shared() {
        return plain ? EMPTY : filtered(Kind::shared);
    }

    public Resources nonShared() {
        return plain ? this : filtered(kind -> !kind.shared());
    }

    public Resources revocable() {
        return plain ? EMPTY : filtered(Kind::revocable);
    }

    /** The part whose name the test accepts. */
    public Resources named(Predicate<String> name) {
        return filtered(kind -> name.test(kind.name()));
    }

    private Resources filtered(Predicate<Kind> keep) {
        int kept = 0;
        for (var kind : kinds) {
            kept += keep.test(kind) ? 1 : 0;
        }
        if (kept == kinds.length) {
            return this;
        }
        var out = new Gathered(kept);
        for (int i = 0; i < kinds.length; i++) {
            if (keep.test(kinds[i])) {
                out.add(kinds[i], amounts[i]);
            }
        }
        return out.resources();
    }

    /** Answers how much of a scalar may be had, and is told what was taken of it. */
    public interface Allowance {
        /** In thousandths; {@link Long#MAX_VALUE} for all there is. */
        long left(String name);

        void taken(String name, long millis);
    }

    /**
     * The bundle with its unreserved, non-revocable scalars cut down to what is allowed; everything else stays. What
     * only goes as a whole (a mounted disk) stays or goes.
     */
    public Resources cutTo(Allowance allowance) {
        var out = new Gathered(kinds.length);
        for (int i = 0; i < kinds.length; i++) {
            long millis = amounts[i].scalarMillis();
            if (millis == 0 || kinds[i].reserved() || kinds[i].revocable()) {
                out.add(kinds[i], amounts[i]);
                continue;
            }
            long left = Math.max(0, allowance.left(kinds[i].name()));
            long part = left >= millis ? millis : kinds[i].whole() ? 0 : left;
            if (part > 0) {
                allowance.taken(kinds[i].name(), part);
                out.add(kinds[i], part == millis ? amounts[i] : new Scalar(part));
            }
        }
        return out.resources();
    }

    /** All of it reserved for one role more. */
    public Resources reservedFor(ReservationInfo reservation) {
        return mapped(kind -> kind.reservedFor(reservation));
    }

    /**
     * All of it without the last reservation.
     *
     * @throws IllegalStateException if something in it is not reserved
     */
    public Resources withoutLastReservation() {
        return mapped(Kind::unreserved);
    }

    /** The same, as if no call had reserved any of it. */
    public Resources withoutReservationsByCall() {
        var out = this;
        for (var byCall = reservedByCall(); !byCall.isEmpty(); byCall = out.reservedByCall()) {
            out = out.minus(byCall).plus(byCall.withoutLastReservation());
        }
        return out;
    }

    /** The disks that volumes are made of. */
    public Resources withoutVolumes() {
        return mapped(Kind::withoutVolume);
    }

    private Resources mapped(UnaryOperator<Kind> map) {
        var out = new TreeMap<Kind, Amount>();
        for (int i = 0; i < kinds.length; i++) {
            var kind = map.apply(kinds[i]);
            var amount = amounts[i] instanceof Copies copies && !kind.shared() ? copies.one() : amounts[i];
            out.merge(kind, amount, Resources::sum);
        }
        return of(out);
    }

    @Override
    public boolean equals(Object other) {
        return this == other || other instanceof Resources r && sameKinds(r) && Arrays.equals(amounts, r.amounts);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(kinds) + Arrays.hashCode(amounts);
    }

    /** As Mesos writes it: {@code cpus:1.5; mem:512; ports(ads):[31000-31009]}. */
    @Override
    public String toString() {
        var out = new StringBuilder();
        for (int i = 0; i < kinds.length; i++) {
            out.append(out.isEmpty() ? "" : "; ").append(kinds[i]).append(':').append(amounts[i]);
        }
        return out.isEmpty() ? "{}" : out.toString();
    }
}
