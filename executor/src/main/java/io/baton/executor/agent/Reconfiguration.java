package io.baton.executor.agent;

import io.baton.core.resource.Resources;
import io.baton.v1.AgentInfo;
import io.baton.v1.Attribute;
import io.baton.v1.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Whether an agent may go on as something else than what it was: what runs on it was started under the earlier
 * configuration. As in Mesos, and like there only until the host restarts.
 */
public final class Reconfiguration {
    /** How much may change. */
    public enum Policy {
        /** Nothing. */
        EQUAL,
        /** There may be more of everything. */
        ADDITIVE;

        /** As it is written in the settings. */
        public String word() {
            return this == EQUAL ? "equal" : "additive";
        }
    }

    private Reconfiguration() {}

    /**
     * Why the agent cannot go on.
     *
     * @param before as the operator wanted it when it last started; resources only that were named
     * @param now as the operator wants it
     * @param anyPort whether its port is whichever is free
     * @return empty if it can; else what differs and what to do
     */
    public static Optional<String> problem(Policy policy, AgentInfo before, AgentInfo now, boolean anyPort) {
        var differences = new ArrayList<String>();
        differ("hostname", before.getHostname(), now.getHostname(), differences);
        if (!anyPort) {
            differ("port", Integer.toString(before.getPort()), Integer.toString(now.getPort()), differences);
        }
        var had = Resources.fromProto(before.getResourcesList());
        var has = Resources.fromProto(now.getResourcesList());
        if (!(policy == Policy.EQUAL ? has.equals(had) : has.contains(had))) {
            differences.add("the resources that are named were " + had + " and are " + has);
        }
        if (!attributesWillDo(policy, before.getAttributesList(), now.getAttributesList())) {
            differences.add("attributes were " + shown(before.getAttributesList()) + " and are "
                    + shown(now.getAttributesList()));
        }
        return differences.isEmpty()
                ? Optional.empty()
                : Optional.of("this agent cannot go on under another configuration: "
                        + String.join("; ", differences) + ". " + rule(policy)
                        + " Start it as it was; or restart the host, after which anything may change; or give up"
                        + " what runs and is reserved here, with --recover=cleanup");
    }

    private static String rule(Policy policy) {
        return switch (policy) {
            case EQUAL ->
                "Nothing may change while the host runs (baton.agent.reconfiguration-policy = equal); additive lets"
                        + " resources and attributes be added.";
            case ADDITIVE ->
                "Resources and attributes may only be added, hostname and port must stay"
                        + " (baton.agent.reconfiguration-policy = additive).";
        };
    }

    private static void differ(String what, String before, String now, List<String> differences) {
        if (!before.equals(now)) {
            differences.add(what + " was " + before + " and is " + now);
        }
    }

    private static boolean attributesWillDo(Policy policy, List<Attribute> before, List<Attribute> now) {
        boolean kept = before.stream().allMatch(b -> now.stream().anyMatch(n -> n.equals(b) || holds(n, b, policy)));
        return kept && (policy == Policy.ADDITIVE || before.size() == now.size());
    }

    /** Whether an attribute has grown. */
    private static boolean holds(Attribute now, Attribute before, Policy policy) {
        if (policy == Policy.EQUAL || !now.getName().equals(before.getName()) || now.getType() != before.getType()) {
            return false;
        }
        return switch (now.getType()) {
            case SET -> now.getSet().getItemList().containsAll(before.getSet().getItemList());
            case RANGES ->
                before.getRanges().getRangeList().stream().allMatch(b -> now.getRanges().getRangeList().stream()
                        .anyMatch(n -> n.getBegin() <= b.getBegin() && b.getEnd() <= n.getEnd()));
            case SCALAR, TEXT -> false;
        };
    }

    private static String shown(List<Attribute> attributes) {
        return attributes.isEmpty()
                ? "none"
                : attributes.stream().map(Reconfiguration::shown).collect(Collectors.joining(";"));
    }

    private static String shown(Attribute attribute) {
        var value =
                switch (attribute.getType()) {
                    case SCALAR -> Double.toString(attribute.getScalar().getValue());
                    case TEXT -> attribute.getText().getValue();
                    case SET -> "{" + String.join(",", attribute.getSet().getItemList()) + "}";
                    case RANGES ->
                        attribute.getRanges().getRangeList().stream()
                                .map(Reconfiguration::shown)
                                .collect(Collectors.joining(",", "[", "]"));
                };
        return attribute.getName() + ":" + value;
    }

    private static String shown(Value.Range range) {
        return range.getBegin() + "-" + range.getEnd();
    }
}
