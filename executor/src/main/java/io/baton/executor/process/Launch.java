package io.baton.executor.process;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All that a task's process needs to start. Texts hold no NUL.
 *
 * @param container names the launch; a file name
 * @param sandbox the working directory; {@code stdout} and {@code stderr} are in it
 * @param program an executable (by path, or found in PATH), or a command for {@code /bin/sh} if shell is set
 * @param arguments what the program gets after its own name; empty for a shell command
 * @param account whom it runs as; empty for the agent's own user
 * @param session where a session works, which hears from the pipe {@code stdin} in its sandbox; empty for all others
 * @param environment all variables of the task; nothing else of the agent's environment reaches it
 * @param groups control groups that the process puts itself into before anything else
 */
public record Launch(
        String container,
        Path sandbox,
        boolean shell,
        String program,
        List<String> arguments,
        Optional<Account> account,
        SortedMap<String, String> environment,
        Optional<Path> session,
        List<Path> groups) {
    public Launch {
        arguments = List.copyOf(arguments);
        groups = List.copyOf(groups);
        environment = Collections.unmodifiableSortedMap(new TreeMap<>(environment));
    }

    /** One that hears nothing. */
    public Launch(
            String container,
            Path sandbox,
            boolean shell,
            String program,
            List<String> arguments,
            Optional<Account> account,
            SortedMap<String, String> environment) {
        this(container, sandbox, shell, program, arguments, account, environment, Optional.empty(), List.of());
    }
}
