package io.baton.executor.launch;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The pipes through which sessions hear. Each is held open from before its process starts until there is no more to hear;
 * nothing here ever waits for a process. Safe for threads.
 */
final class SessionInputs {
    /** What a pipe holds at least (Linux: 64 KiB); more is not taken before the process has read. */
    static final int MOST_WAITING_BYTES = 60_000;

    /** A process that has opened its end removes the name. */
    private record Pipe(RandomAccessFile end, Path name) {}

    private final Map<String, Pipe> pipes = new HashMap<>();

    synchronized void open(String container, Path pipe) throws IOException {
        pipes.put(container, new Pipe(new RandomAccessFile(pipe.toFile(), "rw"), pipe));
    }

    /** @return whether it was taken: all of it or nothing, because the process has not read what came before */
    synchronized boolean write(String container, byte[] data) throws IOException {
        var pipe = pipes.get(container);
        if (pipe == null) {
            throw new IOException("its input has ended");
        }
        // Not closed: that would close the pipe.
        @SuppressWarnings("resource")
        int waiting = new FileInputStream(pipe.end.getFD()).available();
        if (waiting > 0 && waiting + data.length > MOST_WAITING_BYTES) {
            return false;
        }
        pipe.end.write(data);
        return true;
    }

    /**
     * There is no more to hear.
     *
     * @return false if the process has not opened its end: what it is to hear would be lost
     */
    synchronized boolean end(String container) throws IOException {
        var pipe = pipes.get(container);
        boolean opened = pipe == null || !Files.exists(pipe.name);
        if (opened) {
            close(container);
        }
        return opened;
    }

    /** The process is over. A second time nothing happens. */
    synchronized void close(String container) throws IOException {
        var pipe = pipes.remove(container);
        if (pipe != null) {
            pipe.end.close();
        }
    }
}
