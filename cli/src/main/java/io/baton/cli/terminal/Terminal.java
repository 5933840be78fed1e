package io.baton.cli.terminal;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Where a command writes.
 *
 * @param out results
 * @param err progress and warnings
 * @param colour whether results may be coloured
 * @param live whether stderr is a terminal, so that a line may be overwritten
 */
public record Terminal(PrintStream out, PrintStream err, boolean colour, boolean live) {
    private static final String READER_IS_GONE = "Broken pipe";

    /**
     * That of this process. Which streams are terminals is known to the launcher, which passes {@code baton.tty}.
     */
    public static Terminal system() {
        var ttys = System.getProperty("baton.tty", "");
        var noColour = System.getenv("NO_COLOR");
        var plain = noColour != null && !noColour.isEmpty() || "dumb".equals(System.getenv("TERM"));
        var out = Output.standard();
        var err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        return new Terminal(out, err, ttys.contains("out") && !plain, ttys.contains("err") && !plain);
    }

    /** One line of progress or warning. */
    public void say(String line) {
        err.println("baton: " + line);
    }

    /**
     * Why results could not be written, once something could not.
     *
     * @return empty if all were; empty text if their reader has gone, which it may
     */
    public Optional<String> lostOutput() {
        if (!out.checkError()) {
            return Optional.empty();
        }
        var why = out instanceof Output output
                ? output.trouble().map(trouble -> String.valueOf(trouble.getMessage()))
                : Optional.<String>empty();
        return Optional.of(
                why.map(text -> text.contains(READER_IS_GONE) ? "" : text).orElse("it has been closed"));
    }
}
