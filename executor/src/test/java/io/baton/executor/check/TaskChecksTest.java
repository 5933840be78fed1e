package io.baton.executor.check;

import static io.baton.executor.Samples.task;
import static org.assertj.core.api.Assertions.assertThat;

import io.baton.executor.check.TaskChecks.Effect;
import io.baton.executor.check.TaskChecks.Kind;
import io.baton.v1.CheckInfo;
import io.baton.v1.CommandInfo;
import io.baton.v1.HealthCheck;
import io.baton.v1.TaskStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskChecksTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final CommandInfo COMMAND =
            CommandInfo.newBuilder().setValue("true").build();

    private Instant at = NOW;
    private int number;

    private static HealthCheck.Builder health() {
        return HealthCheck.newBuilder()
                .setType(HealthCheck.Type.COMMAND)
                .setCommand(COMMAND)
                .setDelaySeconds(5)
                .setIntervalSeconds(2)
                .setGracePeriodSeconds(0)
                .setConsecutiveFailures(2);
    }

    private static TaskChecks begun(HealthCheck.Builder health) {
        var checks = TaskChecks.of(task("t", "true").setHealthCheck(health).build());
        checks.begin(NOW);
        return checks;
    }

    private static String shown(List<Effect> effects) {
        return effects.stream()
                .map(e -> e instanceof Effect.Probe p
                        ? "probe " + p.number()
                        : e instanceof Effect.Tell ? "tell" : e.getClass().getSimpleName())
                .collect(Collectors.joining(", "));
    }

    /** Waits for the next probe and answers it. */
    private String next(TaskChecks checks, Kind kind, Outcome outcome) {
        List<Effect> effects = List.of();
        while (effects.isEmpty()) {
            at = at.plusMillis(100);
            effects = checks.tick(at);
        }
        number = ((Effect.Probe) effects.get(0)).number();
        return shown(checks.answered(kind, number, outcome, at));
    }

    private String exit(TaskChecks checks, int status) {
        return next(checks, Kind.HEALTH, new Outcome.Exited(status));
    }

    private static TaskStatus described(TaskChecks checks) {
        var status = TaskStatus.newBuilder();
        checks.describe(status);
        return status.buildPartial();
    }

    @Test
    void probesAfterTheDelayAndThenAtTheInterval() {
        var checks = begun(health());

        assertThat(shown(checks.tick(NOW.plusMillis(4_999)))).isEmpty();
        assertThat(shown(checks.tick(NOW.plusSeconds(5)))).isEqualTo("probe 1");
        assertThat(shown(checks.tick(NOW.plusSeconds(60)))).isEmpty();
        checks.answered(Kind.HEALTH, 1, new Outcome.Exited(0), NOW.plusSeconds(60));
        assertThat(shown(checks.tick(NOW.plusSeconds(61)))).isEmpty();
        assertThat(shown(checks.tick(NOW.plusSeconds(62)))).isEqualTo("probe 2");
    }

    @Test
    void tellsOfHealthOnceAndOfEachFailureAndKillsAfterTheLast() {
        var checks = begun(health());

        assertThat(exit(checks, 0)).isEqualTo("tell");
        assertThat(described(checks).getHealthy()).isTrue();
        assertThat(exit(checks, 0)).isEmpty();
        assertThat(exit(checks, 1)).isEqualTo("tell");
        assertThat(described(checks).getHealthy()).isFalse();
        assertThat(exit(checks, 0)).isEqualTo("tell");
        assertThat(exit(checks, 1)).isEqualTo("tell");
        assertThat(exit(checks, 1)).isEqualTo("tell, Kill");
        assertThat(described(checks).hasHealthy()).isTrue();
        assertThat(described(checks).getHealthy()).isFalse();
    }

    @Test
    void whatCouldNotBeProbedChangesNothing() {
        var checks = begun(health());
        var full = new Outcome.NotProbed("No space left on device");
        assertThat(exit(checks, 0)).isEqualTo("tell");

        for (int i = 0; i < 5; i++) {
            assertThat(next(checks, Kind.HEALTH, full)).isEmpty();
        }
        assertThat(described(checks).getHealthy()).isTrue();

        assertThat(exit(checks, 1)).isEqualTo("tell");
        assertThat(next(checks, Kind.HEALTH, full)).isEmpty();
        assertThat(exit(checks, 1)).isEqualTo("tell, Kill");
    }

    @Test
    void failuresInTheGraceDoNotCountUntilTheTaskWasHealthy() {
        var checks = begun(health().setGracePeriodSeconds(10).setConsecutiveFailures(1));

        assertThat(exit(checks, 1)).isEmpty();
        assertThat(described(checks).hasHealthy()).isFalse();
        assertThat(exit(checks, 0)).isEqualTo("tell");
        assertThat(exit(checks, 1)).isEqualTo("tell, Kill");
    }

    @Test
    void afterTheGraceFailuresCount() {
        var checks = begun(health().setGracePeriodSeconds(6).setConsecutiveFailures(1));

        assertThat(exit(checks, 1)).isEmpty();
        assertThat(exit(checks, 1)).isEqualTo("tell, Kill");
    }

    @Test
    void lateAndDoubledAnswersAreIgnored() {
        var checks = begun(health());
        exit(checks, 0);

        assertThat(checks.answered(Kind.HEALTH, number, new Outcome.Exited(1), at))
                .isEmpty();
        assertThat(checks.answered(Kind.HEALTH, number + 1, new Outcome.Exited(1), at))
                .isEmpty();
        assertThat(checks.answered(Kind.CHECK, number, new Outcome.Exited(1), at))
                .isEmpty();
    }

    @Test
    void nothingIsProbedAfterTheEnd() {
        var checks = begun(health());
        checks.end();
        checks.begin(NOW);

        assertThat(checks.tick(NOW.plusSeconds(100))).isEmpty();
        assertThat(checks.answered(Kind.HEALTH, 1, new Outcome.Exited(1), NOW)).isEmpty();
    }

    @Test
    void aTaskThatWasHealthyBeforeTheAgentsRestartIsNotToldAgain() {
        var checks = TaskChecks.of(task("t", "true")
                .setHealthCheck(health().setGracePeriodSeconds(1_000).setConsecutiveFailures(1))
                .build());
        var last = TaskStatus.newBuilder().setHealthy(true).buildPartial();
        checks.resume(NOW.minusSeconds(10), Optional.of(last), NOW);

        assertThat(exit(checks, 0)).isEmpty();
        assertThat(exit(checks, 1)).isEqualTo("tell, Kill");
    }

    @Test
    void newsThatWereLeftOutAreToldWithTheNextOutcome() {
        var checks = begun(health());
        exit(checks, 0);
        checks.untold(Kind.HEALTH);

        assertThat(exit(checks, 0)).isEqualTo("tell");
        assertThat(exit(checks, 0)).isEmpty();
    }

    @Test
    void aCheckTellsOfChangesOnlyAndNeverKills() {
        var check = CheckInfo.newBuilder()
                .setType(CheckInfo.Type.COMMAND)
                .setCommand(CheckInfo.Command.newBuilder().setCommand(COMMAND))
                .setDelaySeconds(0)
                .setIntervalSeconds(0);
        var checks = TaskChecks.of(task("t", "true").setCheck(check).build());
        checks.begin(NOW);

        assertThat(described(checks).getCheckStatus().hasCommand()).isTrue();
        assertThat(described(checks).getCheckStatus().getCommand().hasExitCode())
                .isFalse();
        assertThat(next(checks, Kind.CHECK, new Outcome.Exited(3))).isEqualTo("tell");
        assertThat(described(checks).getCheckStatus().getCommand().getExitCode())
                .isEqualTo(3);
        assertThat(next(checks, Kind.CHECK, new Outcome.Exited(3))).isEmpty();
        assertThat(next(checks, Kind.CHECK, new Outcome.Failed("slow"))).isEqualTo("tell");
        assertThat(described(checks).getCheckStatus().getCommand().hasExitCode())
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({"199,false", "200,true", "302,true", "399,true", "400,false", "500,false"})
    void anAnswerBelow400IsHealthy(int status, boolean healthy) {
        var check = HealthCheck.newBuilder()
                .setType(HealthCheck.Type.HTTP)
                .setHttp(HealthCheck.HTTPCheckInfo.newBuilder().setPort(80));
        var plan = CheckPlan.ofHealth(task("t", "true").setHealthCheck(check).build())
                .orElseThrow();

        assertThat(plan.isHealthy(new Outcome.Answered(status))).isEqualTo(healthy);
        assertThat(plan.isHealthy(new Outcome.Failed("x"))).isFalse();
        assertThat(plan.delay()).isEqualTo(Duration.ofSeconds(15));
        assertThat(plan.interval()).isEqualTo(Duration.ofSeconds(10));
        assertThat(plan.timeout()).isEqualTo(Duration.ofSeconds(20));
    }

    @ParameterizedTest
    @CsvSource({"-1,0", "NaN,0", "Infinity,31536000", "1e300,31536000", "0.5,0"})
    void timesAreBounded(double given, long seconds) {
        assertThat(CheckPlan.seconds(given).toSeconds()).isEqualTo(seconds);
    }
}
