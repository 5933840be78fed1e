package io.baton.executor.process;

import static io.baton.executor.process.ShellText.quoted;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** Writes a {@link Launch} as the shell text that {@code spawner.sh} reads in the task's own fork. */
final class LaunchScript {
    /** Variables that mean something to the shell itself: they go round it, by {@code env}. */
    private static final Set<String> THE_SHELLS_OWN = Set.of(
            "IFS",
            "LINENO",
            "OPTIND",
            "OPTARG",
            "OPTERR",
            "PPID",
            "UID",
            "EUID",
            "GROUPS",
            "DIRSTACK",
            "FUNCNAME",
            "SHLVL",
            "SHELLOPTS",
            "RANDOM",
            "SRANDOM",
            "SECONDS",
            "HISTCMD",
            "COMP_WORDBREAKS",
            "EPOCHSECONDS",
            "EPOCHREALTIME",
            "POSIXLY_CORRECT",
            "LANG",
            "LANGUAGE",
            "MAILCHECK",
            "ENV",
            "PWD",
            "OLDPWD",
            "PS1",
            "PS2",
            "PS4",
            "_");

    private LaunchScript() {}

    /**
     * The script.
     *
     * @param setpriv where that program is; used only for a launch with an account
     */
    static String of(Launch launch, String setpriv) {
        var sandbox = launch.sandbox().toString();
        var out = new StringBuilder(512);
        join(launch.confinement().groups(), out);
        out.append("cd -- ").append(quoted(sandbox)).append(" || fail 'cannot enter the sandbox'\n");
        out.append("if [ -O . ]; then command exec >>stdout 2>>stderr; else theirs -f stdout && exec >>$baton_file"
                + " && theirs -f stderr && exec 2>>$baton_file; fi || fail 'cannot write into the sandbox'\n");
        launch.session().ifPresent(place -> out.append("if [ -O . ]; then command exec <stdin; else theirs -p stdin"
                        + " && exec <$baton_file; fi || fail 'cannot open its input'\n")
                // Tells the agent that this end is open.
                .append("rm -f stdin\n")
                .append("cd -- ")
                .append(quoted(place.toString()))
                .append(" || fail 'cannot enter the sandbox'\n"));
        out.append("unset OLDPWD\n");
        var round = new StringBuilder();
        launch.environment().forEach((name, value) -> {
            if (ShellText.isName(name) && !isTheShells(name)) {
                out.append("export ")
                        .append(name)
                        .append('=')
                        .append(quoted(value))
                        .append('\n');
            } else {
                round.append(' ').append(quoted(name + "=" + value));
            }
        });
        out.append("exec 4>&- 5>&- 6>&-\n").append("exec \"$@\"");
        var wrapper = launch.confinement().wrapper(setpriv);
        wrapper.forEach(word -> out.append(' ').append(quoted(word)));
        if (!round.isEmpty()) {
            out.append(" /usr/bin/env --").append(round);
        }
        if (!launch.shell() && wrapper.isEmpty() && round.isEmpty()) {
            out.append(" --"); // A program's name may look like an option of the shell's exec.
        }
        launch.command().forEach(word -> out.append(' ').append(quoted(word)));
        return out.append('\n').toString();
    }

    /** The task's own process joins its control groups; the supervisor stays outside, or it would die with the task. */
    private static void join(List<Path> groups, StringBuilder out) {
        groups.forEach(group -> out.append("echo 0 >")
                .append(quoted(group.resolve("cgroup.procs").toString()))
                .append(" || fail 'cannot join its control group'\n"));
    }

    private static boolean isTheShells(String name) {
        return THE_SHELLS_OWN.contains(name) || name.startsWith("BASH") || name.startsWith("LC_");
    }
}
