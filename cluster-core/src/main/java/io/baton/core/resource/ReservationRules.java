package io.baton.core.resource;

import io.baton.core.id.IdRules;
import io.baton.v1.Resource;
import io.baton.v1.Resource.ReservationInfo;
import java.util.Optional;

/** Which reservations, disks and sharing a resource may carry (Mesos v1: {@code Resources::validate}). */
final class ReservationRules {
    /** Most refinements of one reservation: far above any tree of roles in use, and a bound for what we carry. */
    static final int MAX_DEPTH = 16;

    private ReservationRules() {}

    static Optional<String> problemOf(Resource resource) {
        return roleProblem(resource).or(() -> stackProblem(resource)).or(() -> diskProblem(resource));
    }

    private static Optional<String> roleProblem(Resource resource) {
        if (!resource.hasRole()) {
            return resource.hasReservation() && resource.getReservationsCount() == 0
                    ? Optional.of("a reservation without a role")
                    : Optional.empty();
        }
        if (resource.getRole().equals("*") && resource.hasReservation()) {
            return Optional.of("a reservation for the role '*'");
        }
        return IdRules.problemOfRole(resource.getRole());
    }

    private static Optional<String> stackProblem(Resource resource) {
        int depth = resource.getReservationsCount();
        if (depth == 0) {
            return Optional.empty();
        }
        boolean old = resource.hasReservation()
                || resource.hasRole() && !resource.getRole().equals("*");
        if (old && !sameInOldForm(resource)) {
            return Optional.of("'reservations' together with another one in the older 'role' and 'reservation'");
        }
        if (depth > MAX_DEPTH) {
            return Optional.of(depth + " reservations, more than " + MAX_DEPTH);
        }
        for (int i = 0; i < depth; i++) {
            var reservation = resource.getReservations(i);
            var problem = reservationProblem(reservation);
            if (problem.isPresent()) {
                return problem;
            }
            if (i > 0 && reservation.getType() == ReservationInfo.Type.STATIC) {
                return Optional.of("a static reservation for '" + reservation.getRole() + "' above another one");
            }
            var below = i == 0 ? "" : resource.getReservations(i - 1).getRole();
            if (i > 0 && !reservation.getRole().startsWith(below + "/")) {
                return Optional.of("role '" + reservation.getRole() + "' is not below '" + below + "'");
            }
        }
        return Optional.empty();
    }

    /** Both forms may be there if they agree: so operators are shown resources, and may send them back. */
    private static boolean sameInOldForm(Resource resource) {
        var old = resource.toBuilder().clearReservations().build();
        return Kind.of(old).reservations().equals(resource.getReservationsList());
    }

    private static Optional<String> reservationProblem(ReservationInfo reservation) {
        if (!reservation.hasRole() || reservation.getRole().equals("*")) {
            return Optional.of("a reservation for no role");
        }
        if (!reservation.hasType() || reservation.getType() == ReservationInfo.Type.UNKNOWN) {
            return Optional.of("a reservation without a type");
        }
        return IdRules.problemOfRole(reservation.getRole());
    }

    private static Optional<String> diskProblem(Resource resource) {
        if (resource.hasDisk() && !resource.getName().equals("disk")) {
            return Optional.of("'disk' is for the resource of that name");
        }
        boolean persistent = resource.getDisk().hasPersistence();
        if (persistent && resource.hasRevocable()) {
            return Optional.of("a persistent volume cannot be revocable");
        }
        if (resource.hasShared() && !persistent) {
            return Optional.of("only persistent volumes can be shared");
        }
        if (!persistent) {
            return Optional.empty();
        }
        var id = resource.getDisk().getPersistence().getId();
        return IdRules.problemOfId(id).map(p -> "persistence " + p);
    }
}
