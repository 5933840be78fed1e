package io.baton.executor.check;

import io.baton.v1.CheckInfo;
import io.baton.v1.CommandInfo;
import io.baton.v1.HealthCheck;
import io.baton.v1.NetworkInfo;
import io.baton.v1.TaskInfo;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What is probed, and when.
 *
 * @param delay from the task's start to the first probe
 * @param interval from one outcome to the next probe; at least {@link #MIN_INTERVAL}
 * @param timeout for one probe
 */
public record CheckPlan(Probe probe, Duration delay, Duration interval, Duration timeout) {
    /** However eager a framework is, its task is not probed more often. */
    public static final Duration MIN_INTERVAL = Duration.ofMillis(100);

    /** The timeout of a check that says 0. */
    public static final Duration LONGEST_TIMEOUT = Duration.ofMinutes(10);

    private static final Duration LONGEST = Duration.ofDays(365);
    private static final double NANOS_PER_SECOND = 1e9;
    private static final int FIRST_GOOD = 200;
    private static final int FIRST_BAD = 400;

    /** How a task is probed. */
    public sealed interface Probe {
        /** With the task's user, in its sandbox; healthy if it exits with 0. */
        record Command(CommandInfo command) implements Probe {}

        /** On the task's own host; healthy by these statuses, or without any by those below 400. */
        record Http(boolean secure, boolean ipv6, int port, String path, List<Integer> statuses) implements Probe {}

        /** On the task's own host. */
        record Tcp(boolean ipv6, int port) implements Probe {}
    }

    /** The health check of a task, if it has one that says what to probe. */
    public static Optional<CheckPlan> ofHealth(TaskInfo task) {
        if (!task.hasHealthCheck()) {
            return Optional.empty();
        }
        var check = task.getHealthCheck();
        return probeOf(check)
                .map(probe ->
                        of(probe, check.getDelaySeconds(), check.getIntervalSeconds(), check.getTimeoutSeconds()));
    }

    /** What of a task asks it over the network of this host, which of its checks. */
    public static Optional<String> overNetwork(TaskInfo task) {
        if (ofHealth(task)
                .filter(plan -> !(plan.probe() instanceof Probe.Command))
                .isPresent()) {
            return Optional.of("health_check");
        }
        return ofCheck(task)
                        .filter(plan -> !(plan.probe() instanceof Probe.Command))
                        .isPresent()
                ? Optional.of("check")
                : Optional.empty();
    }

    /** Without a type it is what it has, as in older Mesos. */
    private static Optional<Probe> probeOf(HealthCheck check) {
        var type = check.getType();
        boolean open = type == HealthCheck.Type.UNKNOWN;
        if (check.hasCommand() && (open || type == HealthCheck.Type.COMMAND)) {
            return Optional.of(new Probe.Command(check.getCommand()));
        }
        if (check.hasHttp() && (open || type == HealthCheck.Type.HTTP)) {
            var http = check.getHttp();
            boolean ipv6 = http.getProtocol() == NetworkInfo.Protocol.IPv6;
            return Optional.of(new Probe.Http(
                    http.getScheme().equals("https"),
                    ipv6,
                    http.getPort(),
                    pathOf(http.getPath()),
                    List.copyOf(http.getStatusesList())));
        }
        if (check.hasTcp() && (open || type == HealthCheck.Type.TCP)) {
            boolean ipv6 = check.getTcp().getProtocol() == NetworkInfo.Protocol.IPv6;
            return Optional.of(new Probe.Tcp(ipv6, check.getTcp().getPort()));
        }
        return Optional.empty();
    }

    /** The check of a task, if it has one that says what to probe. */
    public static Optional<CheckPlan> ofCheck(TaskInfo task) {
        if (!task.hasCheck()) {
            return Optional.empty();
        }
        var check = task.getCheck();
        return probeOf(check)
                .map(probe ->
                        of(probe, check.getDelaySeconds(), check.getIntervalSeconds(), check.getTimeoutSeconds()));
    }

    private static Optional<Probe> probeOf(CheckInfo check) {
        return switch (check.getType()) {
            case UNKNOWN -> Optional.empty();
            case COMMAND ->
                check.hasCommand()
                        ? Optional.of(new Probe.Command(check.getCommand().getCommand()))
                        : Optional.empty();
            case HTTP ->
                check.hasHttp()
                        ? Optional.of(new Probe.Http(
                                false,
                                false,
                                check.getHttp().getPort(),
                                pathOf(check.getHttp().getPath()),
                                List.of()))
                        : Optional.empty();
            case TCP ->
                check.hasTcp() ? Optional.of(new Probe.Tcp(false, check.getTcp().getPort())) : Optional.empty();
        };
    }

    private static String pathOf(String path) {
        return path.startsWith("/") ? path : "/" + path;
    }

    private static CheckPlan of(Probe probe, double delay, double interval, double timeout) {
        var pause = seconds(interval);
        var patience = seconds(timeout);
        return new CheckPlan(
                probe,
                seconds(delay),
                pause.compareTo(MIN_INTERVAL) < 0 ? MIN_INTERVAL : pause,
                patience.isZero() || patience.compareTo(LONGEST_TIMEOUT) > 0 ? LONGEST_TIMEOUT : patience);
    }

    /** Bounded, so that no sum of times can overflow; what is no number or negative is 0. */
    static Duration seconds(double seconds) {
        if (!(seconds > 0)) {
            return Duration.ZERO;
        }
        return seconds >= LONGEST.toSeconds() ? LONGEST : Duration.ofNanos((long) (seconds * NANOS_PER_SECOND));
    }

    /** Whether this outcome speaks for the task's health. */
    boolean isHealthy(Outcome outcome) {
        if (outcome instanceof Outcome.Exited exited) {
            return exited.status() == 0;
        }
        if (outcome instanceof Outcome.Answered answered && probe instanceof Probe.Http http) {
            int status = answered.status();
            return http.statuses().isEmpty()
                    ? status >= FIRST_GOOD && status < FIRST_BAD
                    : http.statuses().contains(status);
        }
        return outcome instanceof Outcome.Connected;
    }

    /** An outcome in words. */
    static String told(Outcome outcome) {
        if (outcome instanceof Outcome.Exited exited) {
            return "the command exited with status " + exited.status();
        }
        if (outcome instanceof Outcome.Answered answered) {
            return "the answer had status " + answered.status();
        }
        if (outcome instanceof Outcome.Failed failed) {
            return failed.why();
        }
        return "a connection was made";
    }
}
