package io.baton.resourcemanager.framework;

import io.baton.core.id.IdRules;
import io.baton.core.task.TaskStates;
import io.baton.resourcemanager.registry.state.RegistryLimits;
import io.baton.resourcemanager.validation.ForeignText;
import io.baton.resourcemanager.validation.RegexRules;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.scheduler.AttributeConstraint;
import io.baton.v1.scheduler.OfferConstraints;
import io.baton.v1.scheduler.OfferConstraints.RoleConstraints;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Which frameworks may subscribe (Mesos v1: the order of the checks is the reference's, section 2.5). */
final class FrameworkRoles {
    /** Longest failover timeout: what a signed 64-bit count of nanoseconds holds, as in Mesos. One below 0 is none. */
    static final double MAX_FAILOVER_SECONDS = Long.MAX_VALUE / 1e9;

    /** Bytes of a description with its labels: every master shows it, and keeps those of frameworks that have ended. */
    static final int MAX_BYTES = 2 * 1024 * 1024;

    /** Bytes of a framework's offer constraints: the allocator is told of them each second. */
    static final int MAX_CONSTRAINT_BYTES = 256 * 1024;

    /** Most offer constraints of a framework: each is looked at for each agent. */
    static final int MAX_CONSTRAINTS = 1000;

    private FrameworkRoles() {}

    static boolean multiRole(FrameworkInfo info) {
        return TaskStates.has(info, FrameworkInfo.Capability.Type.MULTI_ROLE);
    }

    /** In the order written; one role for a framework without MULTI_ROLE. */
    static List<String> of(FrameworkInfo info) {
        return multiRole(info) ? List.copyOf(info.getRolesList()) : List.of(info.getRole());
    }

    /** What is wrong with a subscription, if anything. */
    static Optional<String> problemOf(
            FrameworkInfo info, List<String> suppressed, Optional<OfferConstraints> constraints) {
        return problemOf(info).or(() -> problemOfWishes(info, suppressed, constraints));
    }

    /** What is wrong with a framework's description, if anything. */
    static Optional<String> problemOf(FrameworkInfo info) {
        var roles = problemOfRoles(info);
        if (roles.isPresent()) {
            return roles;
        }
        var id = IdRules.problemOfChosenId(info.getId().getValue());
        if (id.isPresent()) {
            return id.map(problem -> "Invalid FrameworkInfo.id: " + problem);
        }
        var filters = problemOfFilters(info);
        if (filters.isPresent()) {
            return filters;
        }
        double timeout = info.getFailoverTimeout();
        if (Double.isNaN(timeout) || Math.abs(timeout) > MAX_FAILOVER_SECONDS) {
            return Optional.of("The framework failover_timeout (" + timeout
                    + ") is invalid: it must be a number of seconds, at most " + MAX_FAILOVER_SECONDS);
        }
        var size = problemOfSize(info);
        if (size.isPresent()) {
            return size;
        }
        return Optional.empty();
    }

    /** What is wrong with what a framework of good description wants to be offered, if anything. */
    static Optional<String> problemOfWishes(
            FrameworkInfo info, List<String> suppressed, Optional<OfferConstraints> constraints) {
        var own = of(info);
        for (var role : suppressed) {
            if (!own.contains(role)) {
                return Optional.of(
                        "Suppressed role '" + IdRules.printable(role) + "' is not among the framework's roles " + own);
            }
        }
        return constraints.flatMap(c -> problemOfConstraints(c, own));
    }

    private static Optional<String> problemOfSize(FrameworkInfo info) {
        int whole = info.getSerializedSize();
        if (whole > MAX_BYTES) {
            return Optional.of("FrameworkInfo takes " + whole + " bytes, more than " + MAX_BYTES);
        }
        int bare = info.toBuilder().clearLabels().build().getSerializedSize();
        if (bare > RegistryLimits.DESCRIPTION_BYTES) {
            return Optional.of("FrameworkInfo takes " + bare + " bytes without its labels, more than "
                    + RegistryLimits.DESCRIPTION_BYTES);
        }
        int needed = FrameworkRecord.needed(info).getSerializedSize();
        return needed > RegistryLimits.KEPT_FRAMEWORK_BYTES
                ? Optional.of("id, user, name, principal and capabilities in FrameworkInfo take " + needed
                        + " bytes, more than " + RegistryLimits.KEPT_FRAMEWORK_BYTES)
                : Optional.empty();
    }

    private static Optional<String> problemOfRoles(FrameworkInfo info) {
        if (multiRole(info)) {
            if (info.hasRole()) {
                return Optional.of(
                        "'FrameworkInfo.role' must not be set when the framework is MULTI_ROLE capable; use 'roles'");
            }
        } else if (info.getRolesCount() > 0) {
            return Optional.of(
                    "'FrameworkInfo.roles' must not be set when the framework is not MULTI_ROLE capable; use 'role'");
        }
        var seen = new HashSet<String>();
        for (var role : of(info)) {
            if (!seen.add(role)) {
                return Optional.of("'FrameworkInfo.roles' names role '" + ForeignText.id(role) + "' twice");
            }
            var problem = IdRules.problemOfChosenRole(role);
            if (problem.isPresent()) {
                return problem;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> problemOfFilters(FrameworkInfo info) {
        for (var filter : new TreeMap<>(info.getOfferFiltersMap()).values()) {
            for (var set : filter.getMinAllocatableResources().getQuantitiesList()) {
                if (set.getQuantitiesCount() == 0) {
                    return Optional.of("Resource quantities must contain at least one quantity");
                }
                for (var quantity : new TreeMap<>(set.getQuantitiesMap()).entrySet()) {
                    double value = quantity.getValue().getValue();
                    if (Double.isNaN(value) || value < 0 || Double.isInfinite(value)) {
                        return Optional.of("Invalid resource quantity for '" + IdRules.printable(quantity.getKey())
                                + "': " + value + " is not a finite number from 0 on");
                    }
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<String> problemOfConstraints(OfferConstraints constraints, List<String> roles) {
        int count = constraints.getRoleConstraintsMap().values().stream()
                .flatMap(role -> role.getGroupsList().stream())
                .mapToInt(RoleConstraints.Group::getAttributeConstraintsCount)
                .sum();
        if (count > MAX_CONSTRAINTS) {
            return Optional.of("There are " + count + " offer constraints, more than " + MAX_CONSTRAINTS);
        }
        if (constraints.getSerializedSize() > MAX_CONSTRAINT_BYTES) {
            return Optional.of("Offer constraints take " + constraints.getSerializedSize() + " bytes, more than "
                    + MAX_CONSTRAINT_BYTES);
        }
        for (var entry : new TreeMap<>(constraints.getRoleConstraintsMap()).entrySet()) {
            if (!roles.contains(entry.getKey())) {
                return Optional.of("Offer constraints name role '" + IdRules.printable(entry.getKey())
                        + "', which is not among the framework's roles " + roles);
            }
            if (entry.getValue().getGroupsCount() == 0) {
                return invalid("'OfferConstraints::role_constraints' has an empty 'RoleConstraints::groups' for role "
                        + entry.getKey());
            }
            for (var group : entry.getValue().getGroupsList()) {
                if (group.getAttributeConstraintsCount() == 0) {
                    return invalid("'OfferConstraints::RoleConstraints::groups' for role " + entry.getKey()
                            + " contains an empty RoleConstraints::Group");
                }
                for (var constraint : group.getAttributeConstraintsList()) {
                    var problem = problemOfForm(constraint)
                            .flatMap(p ->
                                    invalid("A role " + entry.getKey() + " has an invalid 'AttributeConstraint': " + p))
                            .or(() -> problemOfPattern(constraint));
                    if (problem.isPresent()) {
                        return problem;
                    }
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<String> invalid(String why) {
        return Optional.of("Offer constraints are not valid: " + why);
    }

    /** What is not known here is a value or a field that is not there: a newer client may have sent it. */
    private static Optional<String> problemOfForm(AttributeConstraint constraint) {
        var selector = constraint.getSelector();
        if (selector.getSelectorCase() == AttributeConstraint.Selector.SelectorCase.SELECTOR_NOT_SET) {
            return Optional.of("Exactly one of 'AttributeConstraint::Selector::name' or"
                    + " 'AttributeConstraint::Selector::pseudoattribute_type' must be set");
        }
        if (selector.hasPseudoattributeType()
                && selector.getPseudoattributeType() == AttributeConstraint.Selector.PseudoattributeType.UNKNOWN) {
            return Optional.of("Unknown pseudoattribute type");
        }
        return constraint.getPredicate().getPredicateCase()
                        == AttributeConstraint.Predicate.PredicateCase.PREDICATE_NOT_SET
                ? Optional.of("Unknown predicate type")
                : Optional.empty();
    }

    private static Optional<String> problemOfPattern(AttributeConstraint constraint) {
        var predicate = constraint.getPredicate();
        var regex = predicate.hasTextMatches()
                ? predicate.getTextMatches().getRegex()
                : predicate.hasTextNotMatches() ? predicate.getTextNotMatches().getRegex() : "";
        return RegexRules.problemOf(regex);
    }
}
