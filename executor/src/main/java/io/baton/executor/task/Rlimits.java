package io.baton.executor.task;

import io.baton.v1.RLimitInfo;
import io.baton.v1.RLimitInfo.RLimit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The kernel's limits for a task's first process (setrlimit(2)), as its container asks for them. Pure. */
final class Rlimits {
    private static final String PREFIX = "RLMT_";

    private Rlimits() {}

    static Optional<String> problem(RLimitInfo info) {
        for (var limit : info.getRlimitsList()) {
            if (limit.getType() == RLimit.Type.UNKNOWN) {
                return Optional.of("container.rlimit_info: the type of a limit is missing or unknown");
            }
            if (limit.hasHard() != limit.hasSoft()) {
                return Optional.of("container.rlimit_info: " + limit.getType()
                        + " needs a soft and a hard limit, or neither for none");
            }
            if (limit.getSoft() > limit.getHard()) {
                return Optional.of(
                        "container.rlimit_info: the soft limit of " + limit.getType() + " is above its hard limit");
            }
        }
        return Optional.empty();
    }

    static List<RlimitPlan> of(RLimitInfo info) {
        return info.getRlimitsList().stream()
                .map(limit -> new RlimitPlan(
                        limit.getType().name().substring(PREFIX.length()).toLowerCase(Locale.ROOT),
                        limit.hasSoft() ? Optional.of(limit.getSoft()) : Optional.empty(),
                        limit.hasHard() ? Optional.of(limit.getHard()) : Optional.empty()))
                .toList();
    }
}
