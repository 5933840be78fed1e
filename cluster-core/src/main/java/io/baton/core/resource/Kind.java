package io.baton.core.resource;

import com.google.protobuf.ByteString;
import io.baton.v1.Resource;
import io.baton.v1.Resource.DiskInfo;
import io.baton.v1.Resource.ReservationInfo;
import java.util.List;
import java.util.Map;

/**
 * What must agree for two values to add up: the name, the stack of reservations, the disk, the provider, revocable or
 * not, shared or not. Kinds are ordered by name, the plain one of a name first.
 *
 * <p>A persistent volume is the same one (Mesos v1: {@code operator==} of {@code DiskInfo}) wherever and however a task
 * mounts it, and whichever principal is written down with it.
 */
final class Kind implements Comparable<Kind> {
    private static final Resource PLAIN = Resource.newBuilder().buildPartial();

    /** The same objects for the names every host has: comparing them costs one look. */
    private static final Map<String, Kind> COMMON = Map.of(
            "cpus", new Kind("cpus", PLAIN),
            "mem", new Kind("mem", PLAIN),
            "disk", new Kind("disk", PLAIN),
            "gpus", new Kind("gpus", PLAIN),
            "ports", new Kind("ports", PLAIN));

    private final String name;

    /** A Resource without name, value, role and allocation; reservations always as the stack. */
    private final Resource shape;

    /** What two kinds are compared by. */
    private final ByteString bytes;

    private final int hash;
    private final String owner;
    private final boolean whole;

    private Kind(String name, Resource shape) {
        this.name = name;
        this.shape = shape;
        this.bytes = identity(shape).toByteString();
        this.hash = 31 * name.hashCode() + bytes.hashCode();
        int depth = shape.getReservationsCount();
        this.owner = depth == 0 ? "" : shape.getReservations(depth - 1).getRole();
        this.whole = shape.getDisk().hasPersistence()
                || shape.getDisk().hasSource() && shape.getDisk().getSource().getType() != DiskInfo.Source.Type.PATH;
    }

    private static Resource identity(Resource shape) {
        if (!shape.getDisk().hasPersistence()) {
            return shape;
        }
        var out = shape.toBuilder();
        out.getDiskBuilder().clearVolume().getPersistenceBuilder().clearPrincipal();
        return out.buildPartial();
    }

    /** The kind of a resource, the older role and reservation fields folded into the stack. */
    static Kind of(Resource resource) {
        boolean plain = !resource.hasDisk()
                && !resource.hasRevocable()
                && !resource.hasShared()
                && !resource.hasProviderId()
                && !resource.hasReservation()
                && resource.getReservationsCount() == 0
                && (!resource.hasRole() || resource.getRole().equals("*"));
        if (plain) {
            return plain(resource.getName());
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
            shape.addReservations(resource.getReservation().toBuilder()
                    .setRole(role)
                    .setType(resource.hasReservation() ? ReservationInfo.Type.DYNAMIC : ReservationInfo.Type.STATIC));
        }
        return new Kind(resource.getName(), shape.clearRole().clearReservation().buildPartial());
    }

    static Kind plain(String name) {
        var common = COMMON.get(name);
        return common != null ? common : new Kind(name, PLAIN);
    }

    String name() {
        return name;
    }

    Resource.Builder toProto() {
        return shape.toBuilder().setName(name);
    }

    List<ReservationInfo> reservations() {
        return shape.getReservationsList();
    }

    /** The role it is reserved for, the last of the stack; empty if for none. */
    String owner() {
        return owner;
    }

    boolean reserved() {
        return !owner.isEmpty();
    }

    /** Reserved for this role or one above it; or for nobody. */
    boolean openTo(String role) {
        return owner.isEmpty()
                || role.startsWith(owner) && (role.length() == owner.length() || role.charAt(owner.length()) == '/');
    }

    /** Reserved by somebody at run time: it can be unreserved. */
    boolean dynamic() {
        int depth = shape.getReservationsCount();
        return depth > 0 && shape.getReservations(depth - 1).getType() == ReservationInfo.Type.DYNAMIC;
    }

    boolean refined() {
        return shape.getReservationsCount() > 1;
    }

    boolean revocable() {
        return shape.hasRevocable();
    }

    boolean shared() {
        return shape.hasShared();
    }

    String volumeId() {
        return shape.getDisk().getPersistence().getId();
    }

    boolean persistent() {
        return shape.getDisk().hasPersistence();
    }

    /** Nothing of it may be cut off: volumes, and disks that are mounted as one. */
    boolean whole() {
        return whole;
    }

    Kind reservedFor(ReservationInfo reservation) {
        return new Kind(name, shape.toBuilder().addReservations(reservation).buildPartial());
    }

    /** @throws IllegalStateException if it is not reserved */
    Kind unreserved() {
        if (!reserved()) {
            throw new IllegalStateException(name + " is not reserved");
        }
        var next = shape.toBuilder()
                .removeReservations(shape.getReservationsCount() - 1)
                .buildPartial();
        return next.equals(PLAIN) ? plain(name) : new Kind(name, next);
    }

    /** The disk that a volume is made of. */
    Kind withoutVolume() {
        var next = shape.toBuilder().clearShared();
        next.getDiskBuilder().clearPersistence().clearVolume();
        if (next.getDisk().equals(DiskInfo.getDefaultInstance())) {
            next.clearDisk();
        }
        var built = next.buildPartial();
        return built.equals(PLAIN) ? plain(name) : new Kind(name, built);
    }

    @Override
    public int compareTo(Kind other) {
        if (this == other) {
            return 0;
        }
        int byName = name.compareTo(other.name);
        return byName != 0
                ? byName
                : ByteString.unsignedLexicographicalComparator().compare(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || other instanceof Kind k && hash == k.hash && name.equals(k.name) && bytes.equals(k.bytes);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        var out = new StringBuilder(name);
        reservations().forEach(r -> out.append('(').append(r.getRole()).append(')'));
        if (persistent()) {
            out.append('[').append(shape.getDisk().getPersistence().getId()).append(']');
        }
        return out.append(revocable() ? "{REV}" : "")
                .append(shared() ? "<SHARED>" : "")
                .toString();
    }
}
