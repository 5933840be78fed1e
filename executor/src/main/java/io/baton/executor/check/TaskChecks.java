package io.baton.executor.check;

import io.baton.v1.CheckInfo;
import io.baton.v1.CheckStatusInfo;
import io.baton.v1.TaskInfo;
import io.baton.v1.TaskStatus;
import io.baton.v1.TaskStatus.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The health check and the check of one task, from its start to its end.
 *
 * <p>Pure. Mutable, because a host has thousands; one owner.
 */
public final class TaskChecks {
    /** Which of the two. */
    public enum Kind {
        HEALTH,
        CHECK
    }

    /** What is done after an input, in this order. */
    public sealed interface Effect {
        /** Probe the task; answered by {@link TaskChecks#answered}. */
        record Probe(Kind kind, int number, CheckPlan plan) implements Effect {}

        /** Tell the framework; if that is left out, call {@link TaskChecks#untold}. */
        record Tell(Kind kind, Reason reason, String message) implements Effect {}

        /** End the task: it has failed too often. */
        record Kill() implements Effect {}
    }

    private final Optional<CheckClock> healthClock;
    private final Optional<CheckClock> checkClock;
    private final Duration grace;
    private final int failuresAllowed;
    private final CheckInfo.Type type;

    private boolean begun;
    private Instant graceEnds = Instant.MIN;
    private boolean everHealthy;
    private int failures;
    private Optional<Boolean> healthy = Optional.empty();
    private boolean healthUntold;
    private Optional<Outcome> seen = Optional.empty();
    private boolean checkUntold;

    private TaskChecks(TaskInfo task) {
        healthClock = CheckPlan.ofHealth(task).map(CheckClock::new);
        checkClock = CheckPlan.ofCheck(task).map(CheckClock::new);
        grace = CheckPlan.seconds(task.getHealthCheck().getGracePeriodSeconds());
        failuresAllowed = task.getHealthCheck().getConsecutiveFailures();
        type = task.getCheck().getType();
    }

    /** The checks of a task that does not run yet. */
    public static TaskChecks of(TaskInfo task) {
        return new TaskChecks(task);
    }

    /** The task runs. A second time nothing happens. */
    public void begin(Instant now) {
        if (!begun) {
            begun = true;
            graceEnds = now.plus(grace);
            healthClock.ifPresent(c -> c.start(now));
            checkClock.ifPresent(c -> c.start(now));
        }
    }

    /**
     * The task has been running since an earlier agent's time.
     *
     * @param last the newest update
     */
    public void resume(Instant startedAt, Optional<TaskStatus> last, Instant now) {
        begin(now);
        graceEnds = startedAt.plus(grace);
        healthy = last.filter(TaskStatus::hasHealthy).map(TaskStatus::getHealthy);
        everHealthy = healthy.orElse(false);
        seen = last.filter(TaskStatus::hasCheckStatus).flatMap(s -> outcomeIn(s.getCheckStatus()));
    }

    private static Optional<Outcome> outcomeIn(CheckStatusInfo status) {
        if (status.getCommand().hasExitCode()) {
            return Optional.of(new Outcome.Exited(status.getCommand().getExitCode()));
        }
        if (status.getHttp().hasStatusCode()) {
            return Optional.of(new Outcome.Answered(status.getHttp().getStatusCode()));
        }
        if (status.getTcp().hasSucceeded()) {
            return Optional.of(
                    status.getTcp().getSucceeded() ? new Outcome.Connected() : new Outcome.Failed("no connection"));
        }
        return Optional.empty();
    }

    /** The task is to end, or has. */
    public void end() {
        begun = true;
        healthClock.ifPresent(CheckClock::stop);
        checkClock.ifPresent(CheckClock::stop);
    }

    /** Whether the task is checked at all. */
    public boolean areAny() {
        return healthClock.isPresent() || checkClock.isPresent();
    }

    /** Time goes by. */
    public List<Effect> tick(Instant now) {
        if (!areAny()) {
            return List.of();
        }
        var effects = new ArrayList<Effect>();
        probe(Kind.HEALTH, healthClock, now, effects);
        probe(Kind.CHECK, checkClock, now, effects);
        return effects;
    }

    private static void probe(Kind kind, Optional<CheckClock> clock, Instant now, List<Effect> effects) {
        clock.ifPresent(c -> c.begin(now).ifPresent(number -> effects.add(new Effect.Probe(kind, number, c.plan()))));
    }

    /** What came of a probe. One that is not waited for any more is ignored. */
    public List<Effect> answered(Kind kind, int number, Outcome outcome, Instant now) {
        var clock = kind == Kind.HEALTH ? healthClock : checkClock;
        if (clock.isEmpty() || !clock.get().take(number, now) || outcome instanceof Outcome.NotProbed) {
            return List.of(); // What was known before stays true.
        }
        return kind == Kind.HEALTH ? health(clock.get().plan(), outcome, now) : check(outcome);
    }

    private List<Effect> health(CheckPlan plan, Outcome outcome, Instant now) {
        if (plan.isHealthy(outcome)) {
            boolean news = !healthy.orElse(false) || healthUntold;
            everHealthy = true;
            failures = 0;
            healthy = Optional.of(true);
            healthUntold = false;
            return news ? List.of(tellHealth("")) : List.of();
        }
        if (!everHealthy && now.isBefore(graceEnds)) {
            return List.of();
        }
        failures++;
        healthy = Optional.of(false);
        healthUntold = false;
        var tell = tellHealth("health check failed: " + CheckPlan.told(outcome));
        return failures >= failuresAllowed ? List.of(tell, new Effect.Kill()) : List.of(tell);
    }

    private static Effect tellHealth(String message) {
        return new Effect.Tell(Kind.HEALTH, Reason.REASON_TASK_HEALTH_CHECK_STATUS_UPDATED, message);
    }

    private List<Effect> check(Outcome outcome) {
        var before = status();
        seen = Optional.of(outcome);
        if (status().equals(before) && !checkUntold) {
            return List.of();
        }
        checkUntold = false;
        var message = outcome instanceof Outcome.Failed failed ? "check failed: " + failed.why() : "";
        return List.of(new Effect.Tell(Kind.CHECK, Reason.REASON_TASK_CHECK_STATUS_UPDATED, message));
    }

    /** An update was left out: the next outcome is news, whatever it is. */
    public void untold(Kind kind) {
        if (kind == Kind.HEALTH) {
            healthUntold = true;
        } else {
            checkUntold = true;
        }
    }

    /** Writes what is known of the task's health and check into an update of it. */
    public void describe(TaskStatus.Builder status) {
        healthy.ifPresent(status::setHealthy);
        if (checkClock.isPresent()) {
            status.setCheckStatus(status());
        }
    }

    /** As in Mesos the part that belongs to the type is there from the start, and empty until something is known. */
    private CheckStatusInfo status() {
        var out = CheckStatusInfo.newBuilder().setType(type);
        switch (type) {
            case COMMAND -> {
                out.getCommandBuilder();
                if (seen.orElse(null) instanceof Outcome.Exited exited) {
                    out.getCommandBuilder().setExitCode(exited.status());
                }
            }
            case HTTP -> {
                out.getHttpBuilder();
                if (seen.orElse(null) instanceof Outcome.Answered answered) {
                    out.getHttpBuilder().setStatusCode(answered.status());
                }
            }
            case TCP -> {
                out.getTcpBuilder();
                seen.ifPresent(o -> out.getTcpBuilder().setSucceeded(o instanceof Outcome.Connected));
            }
            case UNKNOWN -> {
                // Such a check is never begun.
            }
        }
        return out.build();
    }
}
