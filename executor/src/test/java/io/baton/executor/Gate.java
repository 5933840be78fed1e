package io.baton.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/**
 * A pipe at which tasks wait until a test lets them go on. Without a look now and then: dozens of them would keep the cores
 * busy, on which the next agent starts, and each would go on late.
 */
public final class Gate implements AutoCloseable {
    private final Path pipe;

    /** Opened for writing, once those who open it for reading are not to wait any more. */
    private RandomAccessFile opened;

    private Gate(Path pipe) {
        this.pipe = pipe;
    }

    public static Gate at(Path pipe) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        return new Gate(pipe);
    }

    /** A shell's command that ends, with this status, once the gate is open. */
    public String waiting(int status) {
        return "true < " + pipe + "; exit " + status;
    }

    /** Whoever waits goes on, and nobody waits there until {@link #close}. */
    public void open() throws IOException {
        if (opened == null) {
            opened = new RandomAccessFile(pipe.toFile(), "rw");
        }
    }

    @Override
    public void close() throws IOException {
        if (opened != null) {
            opened.close();
        }
    }
}
