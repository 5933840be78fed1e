package io.baton.core.resource;

import io.baton.core.id.IdRules;
import io.baton.v1.Resource;
import io.baton.v1.Value;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Optional;

/** Which resources a user may ask for. Zero values are allowed: clients in the wild send {@code disk: 0.0}. */
public final class ResourceRules {
    /** Largest scalar: far above any host, far below where thousandths lose precision. */
    public static final double MAX_SCALAR = 1e12;

    private static final long MAX_PORT = 65_535;

    private ResourceRules() {}

    /** What is wrong with these resources, naming the first that will not do; empty if they are valid. */
    public static Optional<String> problemOf(Collection<Resource> resources) {
        for (var resource : resources) {
            var problem = problemOf(resource);
            if (problem.isPresent()) {
                return problem.map(p -> "Invalid resource '" + IdRules.printable(resource.getName()) + "': " + p);
            }
        }
        try {
            Resources.fromProto(resources);
            return Optional.empty();
        } catch (IllegalArgumentException | ArithmeticException mixed) {
            return Optional.of("Invalid resources: " + mixed.getMessage());
        }
    }

    /**
     * What is wrong with the resources that a task or an executor asks for, if anything: they must be valid, and say
     * where its persistent volumes are mounted, each once.
     */
    public static Optional<String> problemOfUse(Collection<Resource> resources) {
        return problemOf(resources)
                .or(() -> resources.stream()
                        .filter(r -> r.getDisk().hasPersistence())
                        .flatMap(r -> mountProblem(r).stream())
                        .findFirst())
                .or(() -> problemOfTwice(
                        resources.stream().filter(r -> !r.hasShared()).toList()));
    }

    private static Optional<String> mountProblem(Resource volume) {
        if (!volume.getDisk().hasVolume()) {
            return Optional.of("Expecting 'volume' to be set for persistent volume " + Kind.of(volume));
        }
        return volume.getDisk().getVolume().hasHostPath()
                ? Optional.of("Expecting 'host_path' to be unset for persistent volume " + Kind.of(volume))
                : Optional.empty();
    }

    /** Which persistent volume is named twice, if one is. */
    public static Optional<String> problemOfTwice(Collection<Resource> resources) {
        var seen = new HashSet<String>();
        return resources.stream()
                .map(Kind::of)
                .filter(Kind::persistent)
                .map(kind -> kind.owner() + "/" + kind.volumeId())
                .filter(id -> !seen.add(id))
                .findFirst()
                .map(ResourceRules::notUnique);
    }

    /** @param id role and id of a volume, {@code role/id} */
    static String notUnique(String id) {
        return "Persistence ID '" + id.substring(id.lastIndexOf('/') + 1) + "' is not unique";
    }

    private static Optional<String> problemOf(Resource resource) {
        if (resource.getName().isEmpty()) {
            return Optional.of("it has no name");
        }
        var kind = ReservationRules.problemOf(resource);
        if (kind.isPresent()) {
            return kind;
        }
        return switch (resource.getType()) {
            case SCALAR -> scalarProblem(resource);
            case RANGES -> rangesProblem(resource);
            case SET -> resource.hasSet() ? Optional.empty() : Optional.of("type SET without a set");
            case TEXT -> Optional.of("type TEXT is for attributes, not for resources");
        };
    }

    private static Optional<String> scalarProblem(Resource resource) {
        if (!resource.hasScalar()) {
            return Optional.of("type SCALAR without a scalar");
        }
        double value = resource.getScalar().getValue();
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return Optional.of("the value " + value + " is not a number");
        }
        if (value < 0) {
            return Optional.of("the value " + value + " is negative");
        }
        if (value > MAX_SCALAR) {
            return Optional.of("the value " + value + " is above " + MAX_SCALAR);
        }
        if (resource.getName().equals("gpus") && value != Math.rint(value)) {
            return Optional.of("the value " + value + " is not a whole number");
        }
        return Optional.empty();
    }

    private static Optional<String> rangesProblem(Resource resource) {
        if (!resource.hasRanges()) {
            return Optional.of("type RANGES without ranges");
        }
        var ranges = resource.getRanges().getRangeList();
        for (var range : ranges) {
            if (Long.compareUnsigned(range.getBegin(), range.getEnd()) > 0) {
                return Optional.of("the range " + text(range) + " ends before it begins");
            }
            if (resource.getName().equals("ports") && (range.getEnd() < 0 || range.getEnd() > MAX_PORT)) {
                return Optional.of("the range " + text(range) + " is beyond port " + MAX_PORT);
            }
            if (range.getEnd() < 0 || range.getEnd() == Long.MAX_VALUE) {
                return Optional.of("the range " + text(range) + " is too large");
            }
        }
        var sorted = new ArrayList<>(ranges);
        sorted.sort(Comparator.comparingLong(Value.Range::getBegin));
        for (int i = 1; i < sorted.size(); i++) {
            if (sorted.get(i).getBegin() <= sorted.get(i - 1).getEnd()) {
                return Optional.of(
                        "the ranges " + text(sorted.get(i - 1)) + " and " + text(sorted.get(i)) + " overlap");
            }
        }
        return Optional.empty();
    }

    private static String text(Value.Range range) {
        return "[" + Long.toUnsignedString(range.getBegin()) + "-" + Long.toUnsignedString(range.getEnd()) + "]";
    }
}
