package io.baton.cli.command;

import io.baton.cli.terminal.CommandFailure;
import io.baton.cli.terminal.OutputLostException;
import io.baton.cli.terminal.Shown;
import io.baton.cli.terminal.Terminal;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Runs one command line: whatever goes wrong becomes one line on stderr and an exit status. */
public final class CommandRunner {
    private CommandRunner() {}

    /** Runs it, and answers the exit status. */
    public static int run(CommandLine commands, Terminal terminal, String... args) {
        commands.setOut(new PrintWriter(terminal.out(), false, StandardCharsets.UTF_8));
        commands.setErr(new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8));
        commands.setColorScheme(CommandLine.Help.defaultColorScheme(terminal.colour() ? Ansi.ON : Ansi.OFF));
        commands.setParameterExceptionHandler((refused, given) -> misused(refused, terminal));
        commands.setExecutionExceptionHandler((failure, line, parsed) -> failed(failure, terminal));
        var status = commands.execute(args);
        commands.getOut().flush();
        return terminal.lostOutput().map(why -> lost(why, status, terminal)).orElse(status);
    }

    /** Results that nobody got are no success. A reader that has enough needs no words for that. */
    private static int lost(String why, int status, Terminal terminal) {
        if (!why.isEmpty()) {
            terminal.say("cannot write the output: " + why);
        }
        return status == 0 ? CommandFailure.FAILED : status;
    }

    private static int misused(ParameterException refused, Terminal terminal) {
        var line = refused.getCommandLine();
        var message = new StringBuilder(firstLine(refused.getMessage()));
        if (refused instanceof UnmatchedArgumentException unmatched) {
            var meant = suggestions(unmatched);
            if (!meant.isEmpty()) {
                message.append("; did you mean ")
                        .append(String.join(" or ", meant))
                        .append('?');
            }
        }
        terminal.say(message + (message.charAt(message.length() - 1) == '?' ? " Try: " : ". Try: ")
                + line.getCommandSpec().qualifiedName() + " --help");
        return CommandFailure.USAGE;
    }

    private static List<String> suggestions(UnmatchedArgumentException unmatched) {
        return unmatched.getSuggestions().stream()
                .filter(s -> !s.startsWith("--no-"))
                .limit(2)
                .toList();
    }

    /** What a command threw, as one line. */
    static int failed(Exception failure, Terminal terminal) {
        terminal.out().flush();
        if (failure instanceof OutputLostException) {
            return CommandFailure.FAILED; // Which is said at the end.
        }
        if (failure instanceof CommandFailure known) {
            terminal.say(Shown.text(known.getMessage()));
            traced(known.getCause(), terminal);
            return known.status();
        }
        terminal.say("a bug of ours: " + Shown.text(String.valueOf(failure)) + ". With BATON_TRACE=1 it says where");
        traced(failure, terminal);
        return CommandFailure.FAILED;
    }

    private static void traced(Throwable cause, Terminal terminal) {
        if (cause != null && System.getenv("BATON_TRACE") != null) {
            var trace = new StringWriter();
            cause.printStackTrace(new PrintWriter(trace));
            terminal.err().print(trace);
        }
    }

    private static String firstLine(String message) {
        var text = Shown.text(message.split("\n", 2)[0]);
        return text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
    }
}
