package io.baton.httpapi.legacy;

import io.baton.httpapi.codec.JsonText;
import io.baton.httpapi.operator.Quantities;
import io.baton.v1.AgentInfo;
import io.baton.v1.Attribute;
import io.baton.v1.Resource;
import io.baton.v1.Value;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What agents have, the old way: {@code {"cpus": 8.0, "ports": "[31000-32000]"}}. */
public final class LegacyResources {
    /** Always there, also when there is none of them. */
    private static final List<String> ALWAYS = List.of("disk", "mem", "gpus", "cpus");

    private LegacyResources() {}

    public static void write(JsonText json, String name, Collection<Resource> resources) {
        var scalars = Quantities.scalars(resources);
        json.object(name, () -> {
            ALWAYS.forEach(always -> json.field(always, scalars.getOrDefault(always, 0.0)));
            scalars.forEach((other, amount) -> {
                if (!ALWAYS.contains(other)) {
                    json.field(other, amount);
                }
            });
            ranges(resources).forEach((other, ranges) -> json.field(other, ranges(ranges)));
            sets(resources).forEach((other, words) -> json.field(other, "{" + String.join(", ", words) + "}"));
        });
    }

    /** For which role they are allocated, if it is known: a task or an executor has those of one role only. */
    public static void role(JsonText json, Collection<Resource> resources) {
        resources.stream()
                .filter(Resource::hasAllocationInfo)
                .findFirst()
                .ifPresent(r -> json.field("role", r.getAllocationInfo().getRole()));
    }

    /** Numbers only: ranges and sets by how many values they hold; empty if there is nothing. */
    static void counts(JsonText json, String name, Collection<Resource> resources) {
        json.object(name, () -> Quantities.counts(resources).forEach(json::field));
    }

    private static Map<String, List<Value.Range>> ranges(Collection<Resource> resources) {
        var out = new TreeMap<String, List<Value.Range>>();
        for (var resource : resources) {
            if (resource.getType() == Value.Type.RANGES) {
                out.computeIfAbsent(resource.getName(), key -> new ArrayList<>())
                        .addAll(resource.getRanges().getRangeList());
            }
        }
        return out;
    }

    private static Map<String, Set<String>> sets(Collection<Resource> resources) {
        var out = new TreeMap<String, Set<String>>();
        for (var resource : resources) {
            if (resource.getType() == Value.Type.SET) {
                out.computeIfAbsent(resource.getName(), key -> new TreeSet<>())
                        .addAll(resource.getSet().getItemList());
            }
        }
        return out;
    }

    /** Ranges in order, neighbours joined. */
    static String ranges(List<Value.Range> ranges) {
        var sorted = new ArrayList<>(ranges);
        sorted.sort(Comparator.comparingLong(Value.Range::getBegin));
        var out = new StringBuilder("[");
        long begin = 0;
        long end = -1;
        for (var range : sorted) {
            if (end >= 0 && range.getBegin() <= end + 1) {
                end = Math.max(end, range.getEnd());
                continue;
            }
            append(out, begin, end);
            begin = range.getBegin();
            end = range.getEnd();
        }
        append(out, begin, end);
        return out.append(']').toString();
    }

    private static void append(StringBuilder out, long begin, long end) {
        if (end >= begin) {
            out.append(out.length() > 1 ? ", " : "").append(begin).append('-').append(end);
        }
    }

    /**
     * Those reserved, by role, and the others.
     *
     * @param suffix of the two fields' names
     */
    public static void reservations(JsonText json, String suffix, Collection<Resource> resources) {
        json.object("reserved_resources" + suffix, () -> byReservation(resources)
                .forEach((role, reserved) -> write(json, role, reserved)));
        write(json, "unreserved_resources" + suffix, unreserved(resources));
    }

    /** The same as messages. */
    public static void reservationsFull(JsonText json, Collection<Resource> resources) {
        json.object("reserved_resources_full", () -> byReservation(resources)
                .forEach((role, reserved) -> json.array(role, reserved, json::message)));
        json.array("unreserved_resources_full", unreserved(resources), json::message);
    }

    private static List<Resource> unreserved(Collection<Resource> resources) {
        return resources.stream().filter(r -> !reserved(r)).toList();
    }

    @SuppressWarnings("deprecation") // the older form of a reservation is still on the wire
    static boolean reserved(Resource resource) {
        return resource.getReservationsCount() > 0
                || (resource.hasRole() && !resource.getRole().equals("*"));
    }

    @SuppressWarnings("deprecation")
    static String reservedFor(Resource resource) {
        int count = resource.getReservationsCount();
        return count > 0 ? resource.getReservations(count - 1).getRole() : resource.getRole();
    }

    static Map<String, List<Resource>> byReservation(Collection<Resource> resources) {
        return resources.stream()
                .filter(LegacyResources::reserved)
                .collect(Collectors.groupingBy(LegacyResources::reservedFor, TreeMap::new, Collectors.toList()));
    }

    public static void capabilities(JsonText json, List<AgentInfo.Capability> capabilities) {
        json.array("capabilities", capabilities, c -> json.text(c.getType().name()));
    }

    public static void attributes(JsonText json, List<Attribute> attributes) {
        json.object(
                "attributes",
                () -> attributes.forEach(attribute -> {
                    json.name(attribute.getName());
                    switch (attribute.getType()) {
                        case SCALAR -> json.number(attribute.getScalar().getValue());
                        case RANGES -> json.text(ranges(attribute.getRanges().getRangeList()));
                        case SET ->
                            json.text("{" + String.join(", ", attribute.getSet().getItemList()) + "}");
                        case TEXT -> json.text(attribute.getText().getValue());
                    }
                }));
    }
}
