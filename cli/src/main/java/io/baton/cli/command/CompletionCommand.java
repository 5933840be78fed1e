package io.baton.cli.command;

import io.baton.cli.terminal.Terminal;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;

/** {@code baton completion}. */
@Command(
        name = "completion",
        description = "Print the completion script for bash and zsh; use it by: source <(baton completion)")
final class CompletionCommand implements Callable<Integer> {
    private final Terminal terminal;

    CompletionCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        terminal.out().print(AutoComplete.bash("baton", new Commands(terminal).all()));
        return 0;
    }
}
