package io.baton.resourcemanager.quota;

import io.baton.core.id.IdRules;
import io.baton.core.protocol.RoleProtocol;
import io.baton.resourcemanager.validation.ForeignText;
import io.baton.v1.Value;
import io.baton.v1.quota.QuotaConfig;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Which quotas may be set (Mesos v1: {@code master/quota}). */
public final class QuotaRules {
    /** Largest amount of one resource; beyond it thousandths lose precision. */
    public static final double MAX_AMOUNT = 1e12;

    /** Most resource names in one quota. */
    public static final int MAX_NAMES = 100;

    /** Most that all roles together may be promised of one resource, forced or not: in thousandths it is still a number. */
    public static final double MAX_PROMISED = 1e15;

    /** Most bytes that all quotas take together. Each master has them, and tells its allocator of all. */
    public static final int MAX_BYTES = 8 * 1024 * 1024;

    private QuotaRules() {}

    /**
     * What is wrong with the form of these quotas, naming the first role that will not do. A role may be named again: the
     * last one counts.
     */
    public static Optional<String> problemOf(Collection<QuotaConfig> configs) {
        for (var config : configs) {
            var problem = problemOf(config);
            if (problem.isPresent()) {
                return problem.map(
                        p -> "Invalid QuotaConfig: " + p + ", of role '" + ForeignText.id(config.getRole()) + "'");
            }
        }
        return Optional.empty();
    }

    private static Optional<String> problemOf(QuotaConfig config) {
        var role = config.getRole();
        var problem = IdRules.problemOfChosenRole(role);
        if (problem.isPresent()) {
            return problem;
        }
        if (role.contains("/")) {
            return Optional.of(
                    "Updating quota on nested role '" + IdRules.printable(role) + "' is not supported yet; name '"
                            + IdRules.printable(role.substring(0, role.indexOf('/'))) + "' instead");
        }
        return amountsProblem("guarantees", config.getGuaranteesMap())
                .or(() -> amountsProblem("limits", config.getLimitsMap()))
                .or(() -> orderProblem(Quota.fromProto(config)));
    }

    private static Optional<String> amountsProblem(String what, Map<String, Value.Scalar> amounts) {
        if (amounts.size() > MAX_NAMES) {
            return Optional.of(amounts.size() + " " + what + ", more than " + MAX_NAMES);
        }
        for (var entry : new TreeMap<>(amounts).entrySet()) {
            double value = entry.getValue().getValue();
            if (entry.getKey().isEmpty()) {
                return Optional.of("one of the " + what + " has no resource name");
            }
            if (entry.getKey().length() > IdRules.MAX_LENGTH) {
                return Optional.of("one of the " + what + " has a resource name of "
                        + entry.getKey().length() + " characters, more than " + IdRules.MAX_LENGTH);
            }
            if (value < 0) {
                return Optional.of("Invalid " + what + " configuration {'" + IdRules.printable(entry.getKey()) + "': "
                        + value + "}: Negative values not supported");
            }
            if (Double.isNaN(value) || value > MAX_AMOUNT) {
                return Optional.of(what + " of '" + IdRules.printable(entry.getKey()) + "' must be between 0 and "
                        + MAX_AMOUNT + ", is " + value);
            }
        }
        return Optional.empty();
    }

    private static Optional<String> orderProblem(Quota quota) {
        for (var entry : quota.guarantees().entrySet()) {
            var limit = quota.limits().get(entry.getKey());
            if (limit != null && limit < entry.getValue()) {
                return Optional.of("'QuotaConfig.guarantees' { " + entry.getKey() + ": " + text(entry.getValue())
                        + " } is not contained within the 'QuotaConfig.limits' { " + entry.getKey() + ": "
                        + text(limit) + " }");
            }
        }
        return Optional.empty();
    }

    /**
     * Why there cannot be all these quotas together, forced or not. The registry does not count, or masters of two versions
     * would judge one record differently; whoever proposes does.
     *
     * @param named the quotas that are set: where they only take away, there is no problem
     * @param all every role's quota as it would be, each valid by itself
     */
    public static Optional<String> problemOfAll(Collection<QuotaConfig> named, Collection<QuotaConfig> all) {
        if (named.stream().allMatch(config -> config.getGuaranteesCount() == 0 && config.getLimitsCount() == 0)) {
            return Optional.empty();
        }
        long bytes = 0;
        var promised = new TreeMap<String, Double>();
        for (var config : all) {
            bytes += config.getSerializedSize();
            config.getGuaranteesMap().forEach((name, value) -> promised.merge(name, value.getValue(), Double::sum));
        }
        if (bytes > MAX_BYTES) {
            return Optional.of("Invalid QuotaConfig: all quotas would take " + bytes + " bytes together, more than "
                    + MAX_BYTES + "; remove some first");
        }
        return promised.entrySet().stream()
                .filter(entry -> entry.getValue() > MAX_PROMISED)
                .map(entry -> "Invalid QuotaConfig: total quota guarantees of '" + IdRules.printable(entry.getKey())
                        + "' would be " + entry.getValue() + ", more than " + MAX_PROMISED)
                .findFirst();
    }

    /**
     * Why these quotas would not fit the cluster as it is, unless they are forced.
     *
     * @param named the quotas that are set: what is consumed already must be below their limits
     * @param all every role's quota as it would be: what is promised must be there
     * @param consumed by role, what counts against its limits now
     * @param capacity of all agents, in thousandths by name
     */
    public static Optional<String> misfit(
            SortedMap<String, Quota> named,
            SortedMap<String, Quota> all,
            Map<String, ? extends Map<String, Long>> consumed,
            SortedMap<String, Long> capacity) {
        for (var entry : named.entrySet()) {
            var used = consumed.get(entry.getKey());
            for (var limit : entry.getValue().limits().entrySet()) {
                long now = used == null ? 0 : used.getOrDefault(limit.getKey(), 0L);
                if (now > limit.getValue()) {
                    return Optional.of("Invalid QuotaConfig: Role '" + entry.getKey() + "' is already consuming '"
                            + limit.getKey() + ":" + text(now) + "'; this is more than the requested limits '"
                            + limit.getKey() + ":" + text(limit.getValue())
                            + "'" + RoleProtocol.UNLESS_FORCED);
                }
            }
        }
        var promised = new TreeMap<String, Long>();
        all.values()
                .forEach(q -> q.guarantees().forEach((name, millis) -> promised.merge(name, millis, QuotaRules::sum)));
        for (var entry : promised.entrySet()) {
            long there = capacity.getOrDefault(entry.getKey(), 0L);
            if (entry.getValue() > there) {
                return Optional.of("Invalid QuotaConfig: total quota guarantees '" + entry.getKey() + ":"
                        + text(entry.getValue()) + "' exceed cluster capacity '" + entry.getKey() + ":" + text(there)
                        + "'" + RoleProtocol.UNLESS_FORCED);
            }
        }
        return Optional.empty();
    }

    /** Of amounts that are not negative: what is more than a number can be is the largest. */
    private static long sum(long one, long other) {
        return one > Long.MAX_VALUE - other ? Long.MAX_VALUE : one + other;
    }

    /** Thousandths as a number, without a fraction where there is none. */
    private static String text(long millis) {
        return BigDecimal.valueOf(millis, 3).stripTrailingZeros().toPlainString();
    }
}
