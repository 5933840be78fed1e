package io.baton.cli.run;

import io.baton.cli.cluster.AgentFiles;
import io.baton.cli.terminal.OutputLostException;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Prints one file of a sandbox: all of it or its last lines, and what is added. */
public final class LogPrinter {
    private static final int PART_BYTES = 256 * 1024;
    private static final long LOOK_MILLIS = 200;
    private static final int LOOKS_PER_QUESTION = 5;

    /** Who follows for longer than this many looks asks less often. */
    private static final int MANY_LOOKS = 300;

    private static final int LATER_LOOKS_PER_QUESTION = 15;

    /** How long the agent may not answer, which may be starting again; its tasks go on meanwhile. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** Whether whatever writes the file has ended. */
    public interface End {
        /** @throws IOException if nobody can say now */
        boolean reached() throws IOException;
    }

    private final GrowingFile.Source files;
    private final String path;
    private final PrintStream out;
    private final GrowingFile file;
    private final Duration patience;

    /** A printer at the beginning of the file. */
    public LogPrinter(AgentFiles files, String path, PrintStream out) {
        this(AgentSource.of(files), path, out, PATIENCE);
    }

    LogPrinter(GrowingFile.Source files, String path, PrintStream out, Duration patience) {
        this.files = files;
        this.path = path;
        this.out = out;
        this.patience = patience;
        this.file = new GrowingFile(files, path, bytes -> out.write(bytes, 0, bytes.length));
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
            var bytes = whole(from, end);
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

    /** The agent may give less at a time than it was asked for. */
    private byte[] whole(long from, long end) throws IOException {
        var out = new ByteArrayOutputStream();
        byte[] part;
        do {
            var offset = from + out.size();
            part = files.read(path, offset, end - offset).bytes();
            out.writeBytes(part);
        } while (part.length > 0 && from + out.size() < end);
        return out.toByteArray();
    }

    /**
     * Prints what is added until it has ended.
     *
     * @param trouble told once whenever the agent begins not to answer
     * @throws FileNotFoundException if the file is there no more
     * @throws IOException if the agent has not answered for a minute
     */
    public void follow(End end, Consumer<IOException> trouble) throws IOException, InterruptedException {
        var never = new CountDownLatch(1);
        var failingSince = 0L;
        for (var look = 1; ; look++) {
            var last = false;
            try {
                // Asked before reading: what was written before the end is read after it.
                last = look % (look < MANY_LOOKS ? LOOKS_PER_QUESTION : LATER_LOOKS_PER_QUESTION) == 0 && end.reached();
                drain();
                failingSince = 0;
            } catch (FileNotFoundException gone) {
                throw gone;
            } catch (IOException failure) {
                last = false;
                if (failingSince == 0) {
                    failingSince = System.nanoTime();
                    trouble.accept(failure);
                } else if (System.nanoTime() - failingSince >= patience.toNanos()) {
                    throw failure;
                }
            }
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
