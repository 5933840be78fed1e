package io.baton.resourcemanager.validation;

import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import io.baton.core.id.IdRules;
import io.baton.core.resource.Conversion;
import io.baton.core.task.TaskStates;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.Offer;
import io.baton.v1.Resource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Which reservations and volumes a scheduler may ask for (Mesos v1: {@code operation::validate}). */
public final class OperationRules {
    private OperationRules() {}

    /**
     * The operation with its id and what its type names, which alone counts, as in Mesos: at whatever else it carries
     * nobody has looked, so it goes no further.
     */
    public static Offer.Operation only(Offer.Operation operation) {
        var named = operation.getType().name().toLowerCase(Locale.ROOT);
        var out = operation.toBuilder();
        operation.getAllFields().keySet().stream()
                .filter(field -> field.getJavaType() == JavaType.MESSAGE)
                .filter(field ->
                        !field.getName().equals("id") && !field.getName().equals(named))
                .forEach(out::clearField);
        return out.build();
    }

    /** Whether it launches tasks: of those task updates tell, and an operation's id means nothing. */
    public static boolean launches(Offer.Operation.Type type) {
        return type == Offer.Operation.Type.LAUNCH || type == Offer.Operation.Type.LAUNCH_GROUP;
    }

    /**
     * What is wrong with an operation, if anything.
     *
     * @param role to which the offers are allocated
     */
    public static Optional<String> problemOf(Offer.Operation operation, FrameworkInfo framework, String role) {
        return Conversion.problemOf(operation)
                .or(() -> switch (operation.getType()) {
                    case RESERVE -> reserveProblem(operation.getReserve(), framework, role);
                    case CREATE -> createProblem(operation.getCreate().getVolumesList(), framework);
                    default -> Optional.empty();
                })
                .or(() -> allocationProblem(operation, role));
    }

    private static Optional<String> allocationProblem(Offer.Operation operation, String role) {
        return resourcesOf(operation).stream()
                .flatMap(resource -> TaskFit.otherRole(resource, role).stream())
                .findFirst()
                .map(other -> "The operation was attempted for a resource allocated to role '"
                        + IdRules.printable(other) + "', but the offer is allocated to role '" + role + "'");
    }

    private static List<Resource> resourcesOf(Offer.Operation operation) {
        return switch (operation.getType()) {
            case RESERVE -> operation.getReserve().getResourcesList();
            case UNRESERVE -> operation.getUnreserve().getResourcesList();
            case CREATE -> operation.getCreate().getVolumesList();
            case DESTROY -> operation.getDestroy().getVolumesList();
            case GROW_VOLUME ->
                List.of(
                        operation.getGrowVolume().getVolume(),
                        operation.getGrowVolume().getAddition());
            case SHRINK_VOLUME -> List.of(operation.getShrinkVolume().getVolume());
            default -> List.of();
        };
    }

    private static Optional<String> reserveProblem(
            Offer.Operation.Reserve reserve, FrameworkInfo framework, String role) {
        if (reserve.getSourceCount() > 0) {
            return Optional.of("A scheduler must not give the 'source' of a reservation");
        }
        for (var reservation : Conversion.lastReservations(reserve.getResourcesList())) {
            if (!reservation.getRole().equals(role)) {
                return Optional.of("A reserve operation was attempted for a resource with role '"
                        + reservation.getRole() + "', but the resource was allocated to role '" + role + "'");
            }
            var problem = ownerProblem(
                    reservation.hasPrincipal(),
                    reservation.getPrincipal(),
                    framework,
                    "reserve",
                    "the reservation",
                    "a reserved resource in the request with no principal set");
            if (problem.isPresent()) {
                return problem;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> createProblem(List<Resource> volumes, FrameworkInfo framework) {
        for (var volume : volumes) {
            var persistence = volume.getDisk().getPersistence();
            var problem = ownerProblem(
                    persistence.hasPrincipal(),
                    persistence.getPrincipal(),
                    framework,
                    "create",
                    "the volume",
                    "a volume in the request with no principal set in 'DiskInfo.Persistence'");
            if (problem.isPresent()) {
                return problem;
            }
            if (volume.hasShared() && !TaskStates.has(framework, FrameworkInfo.Capability.Type.SHARED_RESOURCES)) {
                return Optional.of("Create volume operation for '" + persistence.getId()
                        + "' has been attempted on shared resources by a framework without SHARED_RESOURCES");
            }
        }
        return Optional.empty();
    }

    /** A framework with a principal says in what it makes that it is its own. */
    private static Optional<String> ownerProblem(
            boolean named, String owner, FrameworkInfo framework, String what, String made, String nobodys) {
        var caller = framework.getPrincipal();
        if (!framework.hasPrincipal() || named && owner.equals(caller)) {
            return Optional.empty();
        }
        return Optional.of("A " + what + " operation was attempted by principal '" + caller + "', but "
                + (named ? made + " names principal '" + owner + "'" : "there is " + nobodys));
    }
}
