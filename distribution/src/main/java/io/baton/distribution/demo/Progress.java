package io.baton.distribution.demo;

import io.baton.cli.terminal.Terminal;

/** How far it is: a bar that grows where stderr is a terminal, else a line for every tenth. */
final class Progress {
    private static final int WIDTH = 40;
    private static final int PARTS = 10;

    private final Terminal terminal;
    private int told;

    Progress(Terminal terminal) {
        this.terminal = terminal;
    }

    synchronized void at(int done, int all) {
        if (terminal.live()) {
            terminal.err().print("\r" + bar(done, all) + (done == all ? "\n" : ""));
            terminal.err().flush();
        } else if (done * PARTS / all > told) {
            told = done * PARTS / all;
            terminal.err().println(done + " of " + all + " tasks done");
        }
    }

    static String bar(int done, int all) {
        var full = WIDTH * done / all;
        return "[" + "#".repeat(full) + ".".repeat(WIDTH - full) + "] " + done + "/" + all + " tasks";
    }
}
