package io.baton.cli.terminal;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * Where a command writes.
 *
 * @param out results
 * @param err progress and warnings
 * @param colour whether results may be coloured
 * @param live whether stderr is a terminal, so that a line may be overwritten
 */
public record Terminal(PrintStream out, PrintStream err, boolean colour, boolean live) {
    private static final int BUFFER_BYTES = 8 * 1024;

    /**
     * That of this process. Which streams are terminals is known to the launcher, which passes {@code baton.tty}.
     */
    public static Terminal system() {
        var ttys = System.getProperty("baton.tty", "");
        var noColour = System.getenv("NO_COLOR");
        var plain = noColour != null && !noColour.isEmpty() || "dumb".equals(System.getenv("TERM"));
        var out = new PrintStream(
                new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), BUFFER_BYTES),
                false,
                StandardCharsets.UTF_8);
        var err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        return new Terminal(out, err, ttys.contains("out") && !plain, ttys.contains("err") && !plain);
    }

    /** One line of progress or warning. */
    public void say(String line) {
        err.println("baton: " + line);
    }
}
