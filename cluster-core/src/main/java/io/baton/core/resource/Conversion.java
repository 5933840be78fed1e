package io.baton.core.resource;

import io.baton.v1.Offer;
import io.baton.v1.Resource;
import io.baton.v1.Resource.ReservationInfo;
import java.util.List;
import java.util.Optional;

/**
 * What an operation makes of resources: some go and others come, of the same amounts. Disks are not made and unmade: that
 * is the business of resource providers, and hosts have none.
 *
 * @param consumed must be there
 * @param converted is there afterwards
 */
public record Conversion(Resources consumed, Resources converted) {
    /**
     * What is wrong with the form of an operation, if anything: it must be one of RESERVE, UNRESERVE, CREATE, DESTROY,
     * GROW_VOLUME and SHRINK_VOLUME.
     */
    public static Optional<String> problemOf(Offer.Operation operation) {
        return switch (operation.getType()) {
            case RESERVE ->
                problemOf(operation.getReserve().getResourcesList(), Conversion::reserveProblem)
                        .or(() -> replacementProblem(
                                operation.getReserve().getSourceList(),
                                operation.getReserve().getResourcesList()));
            case UNRESERVE -> problemOf(operation.getUnreserve().getResourcesList(), Conversion::reserveProblem);
            case CREATE -> volumesProblem(operation.getCreate().getVolumesList());
            case DESTROY -> volumesProblem(operation.getDestroy().getVolumesList());
            case GROW_VOLUME -> VolumeSizes.problemOf(operation.getGrowVolume());
            case SHRINK_VOLUME -> VolumeSizes.problemOf(operation.getShrinkVolume());
            case CREATE_DISK -> sourceProblem(operation.getCreateDisk().getSource());
            case DESTROY_DISK -> sourceProblem(operation.getDestroyDisk().getSource());
            default -> Optional.of(operation.getType() + " converts nothing");
        };
    }

    private static Optional<String> sourceProblem(Resource source) {
        return ResourceRules.problemOf(List.of(source))
                .or(() -> Optional.of(
                        source.hasProviderId()
                                ? "There is no resource provider '"
                                        + source.getProviderId().getValue() + "' on this agent"
                                : "'source' is not managed by a resource provider"));
    }

    private interface Rule {
        Optional<String> problemOf(Resource resource);
    }

    private static Optional<String> problemOf(List<Resource> resources, Rule rule) {
        if (resources.isEmpty()) {
            return Optional.of("no resources are given");
        }
        return ResourceRules.problemOf(resources).or(() -> resources.stream()
                .flatMap(r -> rule.problemOf(r).stream())
                .findFirst());
    }

    private static Optional<String> reserveProblem(Resource resource) {
        var kind = Kind.of(resource);
        if (!kind.dynamic()) {
            return Optional.of("Resource " + kind + " is not dynamically reserved");
        }
        return kind.persistent()
                ? Optional.of("A dynamically reserved persistent volume " + kind + " cannot be reserved or unreserved:"
                        + " destroy it first")
                : Optional.empty();
    }

    /**
     * A reservation that replaces another one changes whose the resources are, nothing else: what is there without
     * calls stays the same. So it is no way to destroy a volume, nor to part with a static reservation, which only the
     * agent's configuration can do.
     */
    private static Optional<String> replacementProblem(List<Resource> source, List<Resource> target) {
        if (source.isEmpty()) {
            return Optional.empty();
        }
        var problem = ResourceRules.problemOf(source)
                .or(() -> mixed(source))
                .map(p -> "Invalid source: " + p)
                .or(() -> mixed(target).map(p -> "Invalid resources: " + p));
        if (problem.isPresent()) {
            return problem;
        }
        var before = Resources.fromProto(source).withoutReservationsByCall();
        var after = Resources.fromProto(target).withoutReservationsByCall();
        return before.equals(after)
                ? Optional.empty()
                : Optional.of("Source and target resources should refer to identical resource quantities: " + before
                        + " vs. " + after);
    }

    private static Optional<String> mixed(List<Resource> resources) {
        return resources.stream().map(r -> Kind.of(r).reservations()).distinct().count() > 1
                ? Optional.of("Mixed reservations are not supported")
                : Optional.empty();
    }

    /** Two of one id in a list would add up to one that is larger, and are no two: they are the same directory. */
    private static Optional<String> volumesProblem(List<Resource> volumes) {
        return problemOf(volumes, Conversion::volumeProblem).or(() -> ResourceRules.problemOfTwice(volumes));
    }

    /** What is wrong with a resource as a persistent volume, if anything. */
    static Optional<String> volumeProblem(Resource resource) {
        var kind = Kind.of(resource);
        if (!kind.persistent()) {
            return Optional.of("Resource " + kind + " does not have DiskInfo with persistence");
        }
        if (!kind.reserved()) {
            return Optional.of("Persistent volume " + kind + " is not reserved");
        }
        if (!resource.getDisk().hasVolume()) {
            return Optional.of("Expecting 'volume' to be set for persistent volume " + kind);
        }
        var volume = resource.getDisk().getVolume();
        if (volume.getMode() != io.baton.v1.Volume.Mode.RW) {
            return Optional.of("Read-only persistent volume " + kind + " is not supported");
        }
        return volume.hasHostPath()
                ? Optional.of("Expecting 'host_path' to be unset for persistent volume " + kind)
                : Optional.empty();
    }

    /** @param operation that {@link #problemOf} finds nothing wrong with */
    public static Conversion of(Offer.Operation operation) {
        return switch (operation.getType()) {
            case RESERVE -> {
                var reserved = Resources.fromProto(operation.getReserve().getResourcesList());
                var source = operation.getReserve().getSourceList();
                yield new Conversion(
                        source.isEmpty() ? reserved.withoutLastReservation() : Resources.fromProto(source), reserved);
            }
            case UNRESERVE -> {
                var reserved = Resources.fromProto(operation.getUnreserve().getResourcesList());
                yield new Conversion(reserved, reserved.withoutLastReservation());
            }
            case CREATE -> {
                var volumes = Resources.fromProto(operation.getCreate().getVolumesList());
                yield new Conversion(volumes.withoutVolumes(), volumes);
            }
            case DESTROY -> {
                var volumes = Resources.fromProto(operation.getDestroy().getVolumesList());
                yield new Conversion(volumes, volumes.withoutVolumes());
            }
            case GROW_VOLUME -> VolumeSizes.conversion(operation.getGrowVolume());
            case SHRINK_VOLUME -> VolumeSizes.conversion(operation.getShrinkVolume());
            default -> throw new IllegalArgumentException(operation.getType() + " converts nothing");
        };
    }

    /**
     * Why this cannot be done, if it cannot.
     *
     * @param pool what may be used for it
     * @param total all there is on the host: a volume's id is there once for each role
     */
    public Optional<String> misfit(Resources pool, Resources total) {
        if (!pool.contains(consumed)) {
            return Optional.of(pool + " does not contain " + consumed);
        }
        var elsewhere = total.minus(consumed).volumeIds();
        return converted.volumeIds().stream()
                .filter(elsewhere::contains)
                .findFirst()
                .map(ResourceRules::notUnique);
    }

    /** The bundle afterwards; it must hold what is consumed. Volumes that stay are described as they were. */
    public Resources applyTo(Resources bundle) {
        return bundle.minus(consumed).plus(converted.describedBy(bundle));
    }

    /** Reservations that came last, for rules about whose they are. */
    public static List<ReservationInfo> lastReservations(List<Resource> resources) {
        return resources.stream()
                .map(Kind::of)
                .filter(Kind::reserved)
                .map(k -> k.reservations().get(k.reservations().size() - 1))
                .toList();
    }
}
