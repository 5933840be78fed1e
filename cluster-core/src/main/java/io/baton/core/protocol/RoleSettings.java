package io.baton.core.protocol;

import io.baton.v1.WeightInfo;
import io.baton.v1.quota.QuotaConfig;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What operators have set for roles.
 *
 * @param weights ordered by role; every other role weighs 1
 * @param quotas ordered by role; every other role has none
 * @param quotasVersion changes with every change of a quota; 0 if none was ever set
 * @param index of the registry's log: what has a higher one is at least as new
 */
public record RoleSettings(List<WeightInfo> weights, List<QuotaConfig> quotas, long quotasVersion, long index)
        implements WireMessage {
    /** Before anybody has set anything. */
    public static final RoleSettings NONE = new RoleSettings(List.of(), List.of(), 0, 0);

    /** By role. */
    public SortedMap<String, Double> weightOfRole() {
        var out = new TreeMap<String, Double>();
        weights.forEach(w -> out.put(w.getRole(), w.getWeight()));
        return out;
    }

    /** By role. */
    public SortedMap<String, QuotaConfig> quotaOfRole() {
        var out = new TreeMap<String, QuotaConfig>();
        quotas.forEach(q -> out.put(q.getRole(), q));
        return out;
    }
}
