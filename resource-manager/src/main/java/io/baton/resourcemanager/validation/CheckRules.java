package io.baton.resourcemanager.validation;

import io.baton.core.id.IdRules;
import io.baton.v1.CheckInfo;
import io.baton.v1.CommandInfo;
import io.baton.v1.HealthCheck;
import io.baton.v1.TaskInfo;
import java.util.Optional;

/** What is wrong with a task's check or health check, in Mesos's words where it has them. */
final class CheckRules {
    private static final int MAX_PORT = 65_535;

    private CheckRules() {}

    /** @param group whether the task is of a group: there a health check always says its type */
    static Optional<String> problemOf(TaskInfo task, boolean group) {
        Optional<String> check = task.hasCheck()
                ? problemOf(task.getCheck()).map(p -> "Task uses invalid check: " + p)
                : Optional.empty();
        if (check.isPresent() || !task.hasHealthCheck()) {
            return check;
        }
        return problemOf(task.getHealthCheck(), group).map(p -> "Task uses invalid health check: " + p);
    }

    private static Optional<String> problemOf(CheckInfo check) {
        if (!check.hasType() || check.getType() == CheckInfo.Type.UNKNOWN) {
            return Optional.of("CheckInfo must specify 'type'");
        }
        var problem =
                switch (check.getType()) {
                    case COMMAND ->
                        check.hasCommand()
                                ? problemOf(check.getCommand().getCommand())
                                : missing("command", "COMMAND check");
                    case HTTP ->
                        check.hasHttp()
                                ? problemOfPath(
                                                check.getHttp().hasPath(),
                                                check.getHttp().getPath())
                                        .or(() -> problemOfPort(check.getHttp().getPort()))
                                : missing("http", "HTTP check");
                    case TCP -> check.hasTcp() ? problemOfPort(check.getTcp().getPort()) : missing("tcp", "TCP check");
                    case UNKNOWN -> Optional.<String>empty();
                };
        return problem.or(() -> problemOfTime("delay_seconds", check.getDelaySeconds()))
                .or(() -> problemOfTime("interval_seconds", check.getIntervalSeconds()))
                .or(() -> problemOfTime("timeout_seconds", check.getTimeoutSeconds()));
    }

    private static Optional<String> problemOf(HealthCheck check, boolean group) {
        return typeOf(check, group)
                .map(type -> problemOf(check, type))
                .orElseGet(() -> Optional.of("HealthCheck must specify 'type'"))
                .or(() -> problemOfTime("delay_seconds", check.getDelaySeconds()))
                .or(() -> problemOfTime("grace_period_seconds", check.getGracePeriodSeconds()))
                .or(() -> problemOfTime("interval_seconds", check.getIntervalSeconds()))
                .or(() -> problemOfTime("timeout_seconds", check.getTimeoutSeconds()));
    }

    /** Older clients, which know no groups, set no type, only one of the two messages that there were. */
    private static Optional<HealthCheck.Type> typeOf(HealthCheck check, boolean group) {
        if (check.hasType()) {
            return Optional.of(check.getType());
        }
        return group || check.hasCommand() == check.hasHttp()
                ? Optional.empty()
                : Optional.of(check.hasCommand() ? HealthCheck.Type.COMMAND : HealthCheck.Type.HTTP);
    }

    private static Optional<String> problemOf(HealthCheck check, HealthCheck.Type type) {
        return switch (type) {
            case UNKNOWN -> Optional.of("'UNKNOWN' is not a valid health check type");
            case COMMAND ->
                check.hasCommand() ? problemOf(check.getCommand()) : missing("command", "COMMAND health check");
            case HTTP -> check.hasHttp() ? problemOf(check.getHttp()) : missing("http", "HTTP health check");
            case TCP -> check.hasTcp() ? problemOfPort(check.getTcp().getPort()) : missing("tcp", "TCP health check");
        };
    }

    private static Optional<String> problemOf(HealthCheck.HTTPCheckInfo http) {
        var scheme = http.getScheme();
        if (http.hasScheme() && !scheme.equals("http") && !scheme.equals("https")) {
            return Optional.of("Unsupported HTTP health check scheme: '" + IdRules.printable(scheme) + "'");
        }
        return problemOfPath(http.hasPath(), http.getPath()).or(() -> problemOfPort(http.getPort()));
    }

    private static Optional<String> problemOf(CommandInfo command) {
        if (!command.getValue().isEmpty()) {
            return CommandRules.problemOf(command);
        }
        return Optional.of(command.getShell() ? "Shell command is not specified" : "Executable path is not specified");
    }

    private static Optional<String> missing(String field, String of) {
        return Optional.of("Expecting '" + field + "' to be set for " + of);
    }

    private static Optional<String> problemOfPath(boolean given, String path) {
        if (given && !path.startsWith("/")) {
            return Optional.of("The path '" + IdRules.printable(path) + "' of HTTP check must start with '/'");
        }
        return path.chars().anyMatch(c -> c <= ' ' || c == 0x7f)
                ? Optional.of("The path '" + IdRules.printable(path) + "' of HTTP check contains a space or a control"
                        + " character")
                : Optional.empty();
    }

    private static Optional<String> problemOfPort(int port) {
        return port >= 1 && port <= MAX_PORT
                ? Optional.empty()
                : Optional.of("Expecting 'port' to be 1 to " + MAX_PORT + ", not " + Integer.toUnsignedString(port));
    }

    private static Optional<String> problemOfTime(String field, double seconds) {
        return seconds >= 0 && seconds < Double.POSITIVE_INFINITY
                ? Optional.empty()
                : Optional.of("Expecting '" + field + "' to be non-negative");
    }
}
