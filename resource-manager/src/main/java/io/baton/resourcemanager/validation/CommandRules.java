package io.baton.resourcemanager.validation;

import io.baton.core.id.IdRules;
import io.baton.v1.CommandInfo;
import io.baton.v1.Environment;
import io.baton.v1.Secret;
import java.util.Optional;

/**
 * What is wrong with a command, in Mesos's words where it has them. One without a shell may be empty: the image it runs
 * in may say what is to be run, and an agent fails the task where nobody says it.
 */
final class CommandRules {
    /** What the kernel takes as one argument or environment string (MAX_ARG_STRLEN). */
    static final int MAX_STRING_BYTES = 128 * 1024 - 1;

    private CommandRules() {}

    static Optional<String> problemOf(CommandInfo command) {
        if (command.getShell() && !command.hasValue()) {
            return Optional.of("'command.value' must be set for a shell command");
        }
        var problem = problemOfText("command.value", command.getValue());
        for (int i = 0; problem.isEmpty() && i < command.getArgumentsCount(); i++) {
            problem = problemOfText("command.arguments[" + i + "]", command.getArguments(i));
        }
        for (int i = 0; problem.isEmpty() && i < command.getEnvironment().getVariablesCount(); i++) {
            problem = problemOf(command.getEnvironment().getVariables(i));
        }
        return problem;
    }

    private static Optional<String> problemOf(Environment.Variable variable) {
        var name = variable.getName();
        if (name.isEmpty() || name.indexOf('=') >= 0) {
            return Optional.of(
                    "Environment variable name '" + IdRules.printable(name) + "' is empty or has an equals sign");
        }
        var shown = "Environment variable '" + IdRules.printable(name) + "'";
        var problem =
                switch (variable.getType()) {
                    case UNKNOWN -> Optional.of("Environment variable of type 'UNKNOWN' is not allowed");
                    case VALUE ->
                        either(variable.hasValue(), "a value", variable.hasSecret(), "a secret")
                                .map(p -> shown + " of type 'VALUE' " + p);
                    case SECRET ->
                        either(variable.hasSecret(), "a secret", variable.hasValue(), "a value")
                                .map(p -> shown + " of type 'SECRET' " + p)
                                .or(() -> problemOf(variable.getSecret()).map(p -> shown + " specifies " + p));
                };
        return problem.or(() -> problemOfText(shown, name + variable.getValue()));
    }

    private static Optional<String> either(boolean has, String what, boolean hasOther, String other) {
        if (!has) {
            return Optional.of("must have " + what + " set");
        }
        return hasOther ? Optional.of("must not have " + other + " set") : Optional.empty();
    }

    private static Optional<String> problemOf(Secret secret) {
        var problem =
                switch (secret.getType()) {
                    case UNKNOWN -> Optional.<String>empty();
                    case REFERENCE ->
                        either(secret.hasReference(), "the 'reference' field", secret.hasValue(), "the 'value' field");
                    case VALUE ->
                        either(secret.hasValue(), "the 'value' field", secret.hasReference(), "the 'reference' field");
                };
        return problem.map(p -> "an invalid secret: Secret of type " + secret.getType() + " " + p)
                .or(() -> secret.getValue().getData().toStringUtf8().indexOf('\0') >= 0
                        ? Optional.of("a secret containing null bytes, which is not allowed in the environment")
                        : Optional.empty());
    }

    private static Optional<String> problemOfText(String what, String text) {
        if (text.indexOf('\0') >= 0) {
            return Optional.of(what + " contains a NUL character");
        }
        if (text.length() > MAX_STRING_BYTES) {
            return Optional.of(what + " has " + text.length() + " characters; the system takes " + MAX_STRING_BYTES
                    + " bytes: put it into a file");
        }
        return Optional.empty();
    }
}
