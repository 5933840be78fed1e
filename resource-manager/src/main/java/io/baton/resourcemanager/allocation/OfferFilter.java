package io.baton.resourcemanager.allocation;

import com.google.re2j.Pattern;
import io.baton.v1.AgentInfo;
import io.baton.v1.Value;
import io.baton.v1.scheduler.AttributeConstraint;
import io.baton.v1.scheduler.OfferConstraints;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/** A framework's offer constraints, compiled once. RE2 patterns: matching costs the text's length, whatever it is. */
final class OfferFilter {
    private final Map<String, List<List<Predicate<AgentInfo>>>> groups = new TreeMap<>();

    OfferFilter(Optional<OfferConstraints> constraints) {
        constraints.ifPresent(all -> all.getRoleConstraintsMap()
                .forEach((role, one) -> groups.put(
                        role,
                        one.getGroupsList().stream()
                                .map(group -> group.getAttributeConstraintsList().stream()
                                        .map(OfferFilter::compiled)
                                        .toList())
                                .toList())));
    }

    /** Whether one group of the role's holds for the agent; a role without constraints takes every agent. */
    boolean accepts(String role, AgentInfo agent) {
        var any = groups.get(role);
        return any == null || any.stream().anyMatch(all -> all.stream().allMatch(p -> p.test(agent)));
    }

    private static Predicate<AgentInfo> compiled(AttributeConstraint constraint) {
        var selector = constraint.getSelector();
        var predicate = constraint.getPredicate();
        return switch (predicate.getPredicateCase()) {
            case EXISTS -> agent -> !texts(selector, agent).isEmpty();
            case NOT_EXISTS -> agent -> texts(selector, agent).isEmpty();
            case TEXT_EQUALS -> anyText(selector, predicate.getTextEquals().getValue()::equals);
            case TEXT_NOT_EQUALS ->
                noText(selector, predicate.getTextNotEquals().getValue()::equals);
            case TEXT_MATCHES ->
                anyText(selector, Pattern.compile(predicate.getTextMatches().getRegex())::matches);
            case TEXT_NOT_MATCHES ->
                noText(selector, Pattern.compile(predicate.getTextNotMatches().getRegex())::matches);
            case PREDICATE_NOT_SET -> agent -> true;
        };
    }

    /** An attribute that is no text satisfies every text predicate, as in Mesos. */
    private static Predicate<AgentInfo> anyText(AttributeConstraint.Selector selector, Predicate<String> test) {
        return agent -> texts(selector, agent).stream().anyMatch(t -> t.isEmpty() || test.test(t.get()));
    }

    private static Predicate<AgentInfo> noText(AttributeConstraint.Selector selector, Predicate<String> test) {
        return agent -> texts(selector, agent).stream().allMatch(t -> t.isEmpty() || !test.test(t.get()));
    }

    /** The first attribute of that name, as in Mesos, if there is one: within, nothing for one that is no text. */
    private static List<Optional<String>> texts(AttributeConstraint.Selector selector, AgentInfo agent) {
        if (selector.hasAttributeName()) {
            return agent.getAttributesList().stream()
                    .filter(a -> a.getName().equals(selector.getAttributeName()))
                    .limit(1)
                    .map(a -> a.getType() == Value.Type.TEXT
                            ? Optional.of(a.getText().getValue())
                            : Optional.<String>empty())
                    .toList();
        }
        var fault = agent.getDomain().getFaultDomain();
        boolean placed = agent.getDomain().hasFaultDomain();
        return switch (selector.getPseudoattributeType()) {
            case HOSTNAME -> List.of(Optional.of(agent.getHostname()));
            case REGION -> placed ? List.of(Optional.of(fault.getRegion().getName())) : List.of();
            case ZONE -> placed ? List.of(Optional.of(fault.getZone().getName())) : List.of();
            case UNKNOWN -> List.of();
        };
    }
}
