package io.baton.cli.run;

import io.baton.cli.cluster.AgentFiles;
import io.baton.cli.terminal.OutputLostException;
import java.io.IOException;
import java.io.PrintStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Prints one file of a sandbox: all of it or its last lines, and what is added. */
public final class LogPrinter {
    private static final int PART_BYTES = 256 * 1024;
    private static final long LOOK_MILLIS = 200;
    private static final int LOOKS_PER_QUESTION = 5;

    private final AgentFiles files;
    private final String path;
    private final PrintStream out;
    private final GrowingFile file;

    /** A printer at the beginning of the file. */
    public LogPrinter(AgentFiles files, String path, PrintStream out) {
        this.files = files;
        this.path = path;
        this.out = out;
        this.file = new GrowingFile(AgentSource.of(files), path, bytes -> out.write(bytes, 0, bytes.length));
    }

    /**
     * Prints what there is.
     *
     * @param lines only so many at the end; below 0 for all
     */
    public void show(int lines) throws IOException {
        if (lines >= 0) {
            file.skipTo(start(files.read(path, 0, 0).size(), lines));
        }
        drain();
    }

    /** Where the last lines begin. Reads backwards, part by part. */
    private long start(long size, int lines) throws IOException {
        var found = 0;
        for (var end = size; end > 0; ) {
            var from = Math.max(0, end - PART_BYTES);
            var bytes = files.read(path, from, end - from).bytes();
            for (var i = bytes.length - 1; i >= 0; i--) {
                var last = from + i == size - 1;
                if ((bytes[i] == '\n' && !last || lines == 0) && ++found >= lines) {
                    return lines == 0 ? size : from + i + 1;
                }
            }
            end = from;
        }
        return 0;
    }

    /** Prints what is added until it has ended. */
    public void follow(BooleanSupplier ended) throws IOException, InterruptedException {
        var never = new CountDownLatch(1);
        for (var look = 1; ; look++) {
            // Asked before reading: what was written before the end is read after it.
            var last = look % LOOKS_PER_QUESTION == 0 && ended.getAsBoolean();
            drain();
            if (last || never.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                return;
            }
        }
    }

    private void drain() throws IOException {
        file.drain();
        if (out.checkError()) {
            throw new OutputLostException();
        }
    }
}
