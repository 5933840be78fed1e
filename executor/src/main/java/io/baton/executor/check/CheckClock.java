package io.baton.executor.check;

import java.time.Instant;
import java.util.Optional;

/** When the next probe of one check is due; one is under way at a time. Pure; mutable. */
final class CheckClock {
    private final CheckPlan plan;
    private Optional<Instant> due = Optional.empty();
    private int number;
    private boolean stopped;

    CheckClock(CheckPlan plan) {
        this.plan = plan;
    }

    CheckPlan plan() {
        return plan;
    }

    void start(Instant now) {
        due = Optional.of(now.plus(plan.delay()));
    }

    /** Nothing is due any more, and what is under way does not count. */
    void stop() {
        due = Optional.empty();
        stopped = true;
    }

    /** The number of the probe to begin now, if one is due. */
    Optional<Integer> begin(Instant now) {
        if (due.isEmpty() || now.isBefore(due.get())) {
            return Optional.empty();
        }
        due = Optional.empty();
        return Optional.of(++number);
    }

    /** Whether this is the outcome that is waited for; then the next one is due after the interval. */
    boolean take(int which, Instant now) {
        if (stopped || which != number || due.isPresent()) {
            return false;
        }
        due = Optional.of(now.plus(plan.interval()));
        return true;
    }
}
