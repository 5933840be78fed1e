package io.baton.protocol.json;

import com.fasterxml.jackson.core.io.SerializedString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What there is to know of one message type before any message is seen.
 *
 * @param fields in the order of the {@code .proto}, which is not that of the numbers
 * @param byName the same by their JSON names
 */
record MessagePlan(List<FieldPlan> fields, Map<String, FieldPlan> byName) {
    /** Answers whose lists are written even when they are empty. */
    private static final Set<String> LISTINGS = Set.of(
            "mesos.v1.master.Response.GetAgents",
            "mesos.v1.master.Response.GetExecutors",
            "mesos.v1.master.Response.GetFrameworks",
            "mesos.v1.master.Response.GetTasks",
            "mesos.v1.agent.Response.GetExecutors",
            "mesos.v1.agent.Response.GetFrameworks",
            "mesos.v1.agent.Response.GetTasks");

    private static final Map<Descriptor, MessagePlan> PLANS = new ConcurrentHashMap<>();

    /** What of a message type decides how a field is written and read. */
    record FieldPlan(
            FieldDescriptor field,
            String name,
            SerializedString quoted,
            Shape shape,
            boolean writtenUnset,
            boolean writtenEmpty) {}

    /** How the values of a field come. */
    enum Shape {
        SINGLE,
        LIST,
        MAP
    }

    static MessagePlan of(Descriptor type) {
        var known = PLANS.get(type);
        return known != null ? known : PLANS.computeIfAbsent(type, MessagePlan::made);
    }

    private static MessagePlan made(Descriptor type) {
        var fields = type.getFields().stream().map(MessagePlan::planned).toList();
        Map<String, FieldPlan> byName = new HashMap<>();
        fields.forEach(field -> byName.put(field.name(), field));
        return new MessagePlan(fields, Collections.unmodifiableMap(byName));
    }

    private static FieldPlan planned(FieldDescriptor field) {
        var kept = !field.getOptions().getDeprecated();
        var listing = LISTINGS.contains(field.getContainingType().getFullName());
        return new FieldPlan(
                field,
                field.getName(),
                new SerializedString(field.getName()),
                field.isMapField() ? Shape.MAP : field.isRepeated() ? Shape.LIST : Shape.SINGLE,
                !field.isRepeated() && field.hasDefaultValue() && kept,
                field.isRepeated() && listing && kept);
    }
}
