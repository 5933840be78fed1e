package io.baton.httpapi.operator;

import io.baton.core.id.IdRules;
import io.baton.core.protocol.CallAnswer;
import io.baton.core.protocol.RoleProtocol;
import io.baton.core.protocol.RoleSettings;
import io.baton.core.resource.ResourceRules;
import io.baton.v1.Resource;
import io.baton.v1.Value;
import io.baton.v1.quota.QuotaConfig;
import io.baton.v1.quota.QuotaRequest;
import java.util.HashSet;
import java.util.Optional;

/** The older form of a quota (Mesos v1: {@code quota_handler}), with rules of its own: it only sets a first one. */
final class QuotaRequests {
    private QuotaRequests() {}

    /** What is wrong with a request, in the order of Mesos. */
    static Optional<String> problemOf(QuotaRequest request, RoleSettings set) {
        var role = request.getRole();
        return ResourceRules.problemOf(request.getGuaranteeList())
                .map(problem -> "QuotaInfo with invalid resource: " + problem)
                .or(() -> when(!request.hasRole(), "QuotaInfo must specify a role"))
                .or(() -> IdRules.problemOfChosenRole(role).map(problem -> "QuotaInfo with invalid role: " + problem))
                .or(() -> when(request.getGuaranteeCount() == 0, "QuotaInfo with empty 'guarantee'"))
                .or(() -> guaranteeProblem(request))
                .or(() -> when(
                        set.quotaOfRole().containsKey(role),
                        "Cannot set quota for role '" + role + "' which already has quota"))
                .map(problem -> "Failed to validate set quota request: " + problem)
                .or(() -> when(role.contains("/"), "Setting quota on nested role '" + role + "' is not supported yet"));
    }

    private static Optional<String> guaranteeProblem(QuotaRequest request) {
        var names = new HashSet<String>();
        return request.getGuaranteeList().stream()
                .flatMap(resource -> problemOf(resource, !names.add(resource.getName())).stream())
                .findFirst();
    }

    @SuppressWarnings("deprecation") // the older form of a reservation is still on the wire
    private static Optional<String> problemOf(Resource resource, boolean again) {
        boolean reserved = resource.getReservationsCount() > 0
                || resource.hasRole() && !resource.getRole().equals("*");
        return when(reserved, "QuotaInfo must not contain any ReservationInfo")
                .or(() -> when(resource.hasDisk(), "QuotaInfo must not contain DiskInfo"))
                .or(() -> when(resource.hasRevocable(), "QuotaInfo must not contain RevocableInfo"))
                .or(() -> when(
                        resource.getType() != Value.Type.SCALAR, "QuotaInfo must not include non-scalar resources"))
                .or(() -> when(
                        again,
                        "QuotaInfo contains duplicate resource name '" + IdRules.printable(resource.getName()) + "'"));
    }

    private static Optional<String> when(boolean wrong, String problem) {
        return wrong ? Optional.of(problem) : Optional.empty();
    }

    /** What is promised is the limit as well. */
    static QuotaConfig config(QuotaRequest request) {
        var out = QuotaConfig.newBuilder().setRole(request.getRole());
        Quantities.scalars(request.getGuaranteeList()).forEach((name, sum) -> {
            var scalar = Value.Scalar.newBuilder().setValue(sum).build();
            out.putGuarantees(name, scalar).putLimits(name, scalar);
        });
        return out.build();
    }

    /** What the newer call answers, as the older one does: 409 if force would help. */
    static CallAnswer answer(CallAnswer newer) {
        return newer.message().endsWith(RoleProtocol.UNLESS_FORCED)
                ? new CallAnswer(
                        409,
                        "Quota guarantees overcommit the cluster (use 'force' to bypass this check): "
                                + newer.message().replace(RoleProtocol.UNLESS_FORCED, ""))
                : newer;
    }
}
