package io.baton.resourcemanager.quota;

import io.baton.v1.Value;
import io.baton.v1.quota.QuotaConfig;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a top-level role and all roles below it are promised and may have at most, in thousandths by resource name.
 *
 * @param guarantees held back from others until the role has them; a name left out is promised nothing
 * @param limits never passed; a name left out has no limit, 0 means none at all
 */
public record Quota(SortedMap<String, Long> guarantees, SortedMap<String, Long> limits) {
    /** No promise and no limit: the role is as if nobody had set anything. */
    public static final Quota NONE = new Quota(new TreeMap<>(), new TreeMap<>());

    public Quota {
        guarantees = Collections.unmodifiableSortedMap(new TreeMap<>(guarantees));
        limits = Collections.unmodifiableSortedMap(new TreeMap<>(limits));
    }

    /** Reads what {@link QuotaRules} has found valid; guarantees of zero say nothing and are left out. */
    public static Quota fromProto(QuotaConfig config) {
        var guarantees = millis(config.getGuaranteesMap());
        guarantees.values().removeIf(millis -> millis == 0);
        return new Quota(guarantees, millis(config.getLimitsMap()));
    }

    private static SortedMap<String, Long> millis(Map<String, Value.Scalar> values) {
        var out = new TreeMap<String, Long>();
        values.forEach((name, value) -> out.put(name, Math.round(value.getValue() * 1000)));
        return out;
    }

    public QuotaConfig toProto(String role) {
        var out = QuotaConfig.newBuilder().setRole(role);
        guarantees.forEach((name, millis) -> out.putGuarantees(name, scalar(millis)));
        limits.forEach((name, millis) -> out.putLimits(name, scalar(millis)));
        return out.build();
    }

    private static Value.Scalar scalar(long millis) {
        return Value.Scalar.newBuilder().setValue(millis / 1000.0).build();
    }

    public boolean isNone() {
        return guarantees.isEmpty() && limits.isEmpty();
    }
}
