package io.baton.executor.process;

import static io.baton.executor.process.ShellText.quoted;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * Writes a {@link Launch} as the shell text that {@code spawner.sh} reads in the task's own fork.
 *
 * <p>Where programs stand before the command that are to make the task's user of root, they hear nothing of the task's
 * variables. A shell behind them, which is that user's, reads these from a descriptor: on its command line all users of
 * the host could see them.
 */
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

    private static final String ENV = " /usr/bin/env --";

    private static final String WHOLE = "#whole";

    /**
     * Reads what {@code 3} holds and obeys it, if that is all of it: under the task's limits it may not come to that. The name is that
     * under which the shell complains.
     */
    static final List<String> BEHIND = List.of(
            "/bin/sh",
            "-c",
            "baton_text=$(cat <&3) && [ \"${baton_text%" + WHOLE + "}\" != \"$baton_text\" ] || {"
                    + " echo 'the task cannot be started under its limits' >&2; exit 126; }; eval \"$baton_text\"",
            "baton-launch");

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
        var wrapper = launch.confinement().wrapper(setpriv);
        if (wrapper.isEmpty()) {
            out.append(variables(launch)).append("exec 4>&- 5>&- 6>&-\n").append("exec \"$@\"");
            return out.append(command(launch, " --")).toString();
        }
        out.append("unset OLDPWD\n").append("exec 4>&- 5>&- 6>&-\n").append("exec \"$@\"");
        wrapper.forEach(word -> out.append(' ').append(quoted(word)));
        BEHIND.forEach(word -> out.append(' ').append(quoted(word)));
        // Not every shell's exec knows where options end.
        var option = launch.command().get(0).startsWith("-") ? ENV : "";
        var text =
                "unset SHLVL\n" + variables(launch) + "exec 3<&-\n" + "exec" + command(launch, option) + WHOLE + "\n";
        var end = new StringBuilder("END");
        while (text.contains(end)) {
            end.append('_');
        }
        return out.append(" 3<<'" + end + "'\n")
                .append(text)
                .append(end)
                .append('\n')
                .toString();
    }

    private static boolean goesRound(String name) {
        return !ShellText.isName(name) || isTheShells(name);
    }

    private static String variables(Launch launch) {
        var out = new StringBuilder("unset OLDPWD\n");
        launch.environment().forEach((name, value) -> {
            if (!goesRound(name)) {
                out.append("export " + name + "=" + quoted(value) + "\n");
            }
        });
        return out.toString();
    }

    /** @param first what stands before a program if nothing else does: its name may look like an option of the shell's exec */
    private static String command(Launch launch, String first) {
        var out = new StringBuilder();
        launch.environment().forEach((name, value) -> {
            if (goesRound(name)) {
                out.append(' ').append(quoted(name + "=" + value));
            }
        });
        if (!out.isEmpty()) {
            out.insert(0, ENV);
        } else if (!launch.shell()) {
            out.append(first);
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
