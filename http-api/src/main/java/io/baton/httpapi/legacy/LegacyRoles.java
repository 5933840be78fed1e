package io.baton.httpapi.legacy;

import io.baton.core.protocol.RoleSettings;
import io.baton.httpapi.codec.JsonText;
import io.baton.httpapi.operator.RoleTable;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.Value;
import java.util.ArrayList;
import java.util.Map;
import java.util.TreeMap;

/** Roles, weights and quotas in the older form. */
public final class LegacyRoles {
    private LegacyRoles() {}

    /** A framework's roles; its role, if it knows of one only. */
    public static void ofFramework(JsonText json, FrameworkInfo info) {
        var roles = RoleTable.rolesOf(info);
        if (RoleTable.multiRole(info)) {
            json.array("roles", roles, json::text);
        } else {
            json.field("role", roles.get(0));
        }
    }

    static void roles(RoleTable table, JsonText json) {
        json.object(() -> json.array(
                "roles",
                table.roles().entrySet(),
                entry -> json.object(() -> role(table, entry.getKey(), entry.getValue(), json))));
    }

    private static void role(RoleTable table, String name, RoleTable.Entry role, JsonText json) {
        json.field("name", name).field("weight", role.weight());
        json.object("quota", () -> {
            json.field("role", name);
            amounts(json, "guarantee", role.quota().getGuaranteesMap());
            amounts(json, "limit", role.quota().getLimitsMap());
            json.object("consumed", () -> table.consumed(name).forEach(json::field));
        });
        var held = new ArrayList<>(role.allocated());
        held.addAll(role.offered());
        LegacyResources.counts(json, "resources", held);
        LegacyResources.counts(json, "allocated", role.allocated());
        LegacyResources.counts(json, "offered", role.offered());
        LegacyResources.counts(json, "reserved", role.reserved());
        json.array("frameworks", role.frameworks(), json::text);
    }

    private static void amounts(JsonText json, String name, Map<String, Value.Scalar> amounts) {
        json.object(name, () -> new TreeMap<>(amounts)
                .forEach((resource, amount) -> json.field(resource, amount.getValue())));
    }

    static void weights(RoleSettings set, JsonText json) {
        json.array(
                set.weights(),
                weight -> json.object(() -> json.field("role", weight.getRole()).field("weight", weight.getWeight())));
    }
}
