package io.baton.sdk.offer;

import io.baton.v1.Offer;
import io.baton.v1.Resource;
import io.baton.v1.TaskInfo;
import io.baton.v1.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is left of the offers of one agent to one role.
 *
 * <p>Resources of one name may come in parts, for example reserved and not; a task takes from the reserved ones first,
 * since others may use the rest.
 */
final class AgentOffers {
    private static final String PORTS = "ports";

    /** One resource as offered, and how much of it is left. */
    private static final class Part {
        private final Resource offered;
        private final PortRanges ports;
        private long left;

        Part(Resource offered) {
            this.offered = offered;
            this.ports = offered.getName().equals(PORTS) ? new PortRanges(offered.getRanges()) : null;
            this.left = ports != null
                    ? ports.count()
                    : Thousandths.of(offered.getScalar().getValue());
        }

        boolean reserved() {
            return offered.getReservationsCount() > 0;
        }
    }

    private final List<Offer> offers = new ArrayList<>();
    private final List<Part> parts = new ArrayList<>();
    private final List<TaskInfo> tasks = new ArrayList<>();

    void add(Offer offer) {
        offers.add(offer);
        for (var resource : offer.getResourcesList()) {
            if (usable(resource)) {
                var part = new Part(resource);
                parts.add(part.reserved() ? 0 : parts.size(), part);
            }
        }
    }

    /** Revocable resources and disks that are more than space are for schedulers that pick them by hand. */
    private static boolean usable(Resource resource) {
        var divisible = resource.getType() == Value.Type.SCALAR
                || (resource.getType() == Value.Type.RANGES
                        && resource.getName().equals(PORTS));
        return divisible && !resource.hasRevocable() && !resource.hasDisk() && !resource.hasShared();
    }

    List<Offer> offers() {
        return offers;
    }

    List<TaskInfo> tasks() {
        return tasks;
    }

    long left(String name) {
        var sum = 0L;
        for (var part : parts) {
            if (part.offered.getName().equals(name)) {
                sum += part.left;
            }
        }
        return sum;
    }

    Optional<Place> place(Shape shape) {
        for (var need : shape.amounts().entrySet()) {
            if (left(need.getKey()) < need.getValue()) {
                return Optional.empty();
            }
        }
        if (shape.portCount() > 0 && left(PORTS) < shape.portCount()) {
            return Optional.empty();
        }
        var resources = new ArrayList<Resource>();
        shape.amounts().forEach((name, amount) -> takeAmount(name, amount, resources));
        return Optional.of(new Place(this, offers.get(0), resources, takePorts(shape.portCount(), resources)));
    }

    private void takeAmount(String name, long amount, List<Resource> into) {
        var missing = amount;
        for (var part : parts) {
            var taken = part.ports == null && part.offered.getName().equals(name) ? Math.min(missing, part.left) : 0;
            if (taken > 0) {
                part.left -= taken;
                missing -= taken;
                into.add(part.offered.toBuilder()
                        .setScalar(Value.Scalar.newBuilder().setValue(Thousandths.amount(taken)))
                        .build());
            }
        }
    }

    private List<Long> takePorts(int count, List<Resource> into) {
        var all = new ArrayList<Long>(count);
        for (var part : parts) {
            if (part.ports != null && all.size() < count) {
                var taken = part.ports.take(count - all.size());
                if (!taken.isEmpty()) {
                    part.left -= taken.size();
                    all.addAll(taken);
                    into.add(part.offered.toBuilder()
                            .setRanges(PortRanges.of(taken))
                            .build());
                }
            }
        }
        return all;
    }
}
