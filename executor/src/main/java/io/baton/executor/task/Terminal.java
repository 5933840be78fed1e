package io.baton.executor.task;

import io.baton.v1.CommandInfo;
import io.baton.v1.TTYInfo;
import java.util.List;
import java.util.stream.Collectors;

/** How a command gets a terminal: by script(1), which stands between it and two plain streams. Pure. */
public final class Terminal {
    /** On every Debian host (package bsdutils, essential). */
    public static final String PROGRAM = "script";

    private Terminal() {}

    /** What that program is given. */
    public static List<String> arguments(CommandInfo command, TTYInfo terminal) {
        var text = command.getShell()
                ? "/bin/sh -c " + quoted(command.getValue())
                : quoted(command.getValue())
                        + command.getArgumentsList().stream()
                                .skip(1)
                                .map(argument -> " " + quoted(argument))
                                .collect(Collectors.joining());
        var size = terminal.hasWindowSize()
                ? "stty rows " + terminal.getWindowSize().getRows() + " columns "
                        + terminal.getWindowSize().getColumns() + "; "
                : "";
        return List.of("-q", "-e", "-f", "-c", size + "exec " + text, "/dev/null");
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}
