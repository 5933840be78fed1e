package io.baton.cli.run;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Passes output on: as it is, or line by line with a name before each when several tasks share a terminal. */
final class LineWriter {
    private static final int LONGEST_LINE = 64 * 1024;

    private final PrintStream out;
    private final byte[] prefix;
    private final ByteArrayOutputStream begun = new ByteArrayOutputStream();

    /** @param name empty to pass everything on as it is */
    LineWriter(PrintStream out, String name) {
        this.out = out;
        this.prefix = name.isEmpty() ? new byte[0] : (name + " | ").getBytes(StandardCharsets.UTF_8);
    }

    void write(byte[] bytes) {
        synchronized (out) {
            if (prefix.length == 0) {
                out.write(bytes, 0, bytes.length);
            } else {
                for (var b : bytes) {
                    begun.write(b);
                    if (b == '\n' || begun.size() >= LONGEST_LINE) {
                        endLine(b == '\n');
                    }
                }
            }
            out.flush();
        }
    }

    /** Writes a last line that had no end. */
    void end() {
        synchronized (out) {
            if (begun.size() > 0) {
                endLine(false);
                out.flush();
            }
        }
    }

    private void endLine(boolean ended) {
        out.write(prefix, 0, prefix.length);
        var line = begun.toByteArray();
        out.write(line, 0, line.length);
        if (!ended) {
            out.write('\n');
        }
        begun.reset();
    }
}
