package io.baton.executor.launch;

import io.baton.executor.process.ProcessTable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Terminals that script(1) has made for sessions. Blocks. */
record Terminals(ProcessTable processes) {
    /** The largest that the kernel keeps. */
    private static final int MOST = 65_535;

    // How the kernel numbers its devices, and which ones are pseudoterminals.
    private static final int MAJOR_BITS = 8;
    private static final int MAJOR_MASK = 0xfff;
    private static final int LOW_MASK = 0xff;
    private static final int HIGH_MASK = 0xfff00;
    private static final int HIGH_SHIFT = 12;
    private static final int PSEUDOTERMINALS = 136;

    /**
     * Sets the size; the programs on the terminal hear of it by SIGWINCH.
     *
     * @param pid of script(1), whose child is on the terminal
     * @throws IOException if there is no terminal (yet)
     */
    void resize(long pid, int rows, int columns) throws IOException {
        if (rows < 0 || rows > MOST || columns < 0 || columns > MOST) {
            throw new IOException(
                    "a terminal has at most " + MOST + " rows and columns, not " + rows + " and " + columns);
        }
        long number = processes.children(pid).stream()
                .mapToLong(ProcessTable.Entry::terminal)
                .filter(terminal -> (terminal >> MAJOR_BITS & MAJOR_MASK) == PSEUDOTERMINALS)
                .map(terminal -> terminal & LOW_MASK | terminal >> HIGH_SHIFT & HIGH_MASK)
                .findFirst()
                .orElseThrow(() -> new IOException("the container has no terminal"));
        var stty = new ProcessBuilder(
                        "stty",
                        "-F",
                        "/dev/pts/" + number,
                        "rows",
                        Integer.toString(rows),
                        "columns",
                        Integer.toString(columns))
                .redirectErrorStream(true)
                .start();
        try (var words = stty.getInputStream()) {
            var said = new String(words.readAllBytes(), StandardCharsets.UTF_8).strip();
            if (stty.waitFor() != 0) {
                throw new IOException("the terminal's size cannot be set: " + said);
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", stop);
        }
    }
}
