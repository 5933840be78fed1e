package io.baton.executor.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * All that a task's process needs to start. Texts hold no NUL.
 *
 * @param container names the launch; a file name
 * @param sandbox the working directory; {@code stdout} and {@code stderr} are in it
 * @param program an executable (by path, or found in PATH), or a command for {@code /bin/sh} if shell is set
 * @param arguments what the program gets after its own name; empty for a shell command
 * @param session where a session works, which hears from the pipe {@code stdin} in its sandbox; empty for all others
 * @param environment all variables of the task; nothing else of the agent's environment reaches it
 * @param confinement what holds it
 */
public record Launch(
        String container,
        Path sandbox,
        boolean shell,
        String program,
        List<String> arguments,
        SortedMap<String, String> environment,
        Optional<Path> session,
        Confinement confinement) {
    /**
     * What holds a process.
     *
     * @param account whom it runs as; empty for the agent's own user
     * @param groups control groups that it puts itself into before anything else
     * @param limits as options of prlimit(1)
     */
    public record Confinement(Optional<Account> account, List<Path> groups, List<String> limits) {
        public Confinement {
            groups = List.copyOf(groups);
            limits = List.copyOf(limits);
        }

        /**
         * What stands before the command in a shell, to give it its limits and its user; empty if it needs neither. It
         * begins as the agent's user: no variable of the task's is for it, since some make any program load what they name.
         *
         * @param setpriv where that program is
         */
        List<String> wrapper(String setpriv) {
            var out = new ArrayList<String>();
            if (!limits.isEmpty()) {
                // Still as the agent's user: others may not raise a limit.
                out.add(PRLIMIT);
                out.addAll(limits);
                out.add("--");
            }
            account.ifPresent(someone -> out.addAll(List.of(
                    setpriv, "--reuid=" + someone.user(), "--regid=" + someone.group(), "--init-groups", "--")));
            return out;
        }
    }

    /** Of util-linux, like setpriv. */
    private static final String PRLIMIT = "/usr/bin/prlimit";

    /** What goes through the pipes to the supervisors as it is, and is a file's name. */
    private static final Pattern NAME = Pattern.compile("[!-.0-~]{1,255}");

    /** @throws IllegalArgumentException if nobody would ever hear of a container of that name */
    public Launch {
        if (!NAME.matcher(container).matches()) {
            throw new IllegalArgumentException("'" + container + "' is no name for a process");
        }
        arguments = List.copyOf(arguments);
        environment = Collections.unmodifiableSortedMap(new TreeMap<>(environment));
    }

    /** The command as the kernel gets it. */
    List<String> command() {
        if (shell) {
            return List.of("/bin/sh", "-c", "--", program);
        }
        var out = new ArrayList<>(List.of(program));
        out.addAll(arguments);
        return out;
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
        this(
                container,
                sandbox,
                shell,
                program,
                arguments,
                environment,
                Optional.empty(),
                new Confinement(account, List.of(), List.of()));
    }
}
