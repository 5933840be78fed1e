package io.baton.cli.terminal;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** This process's standard output, which remembers why something could not be written: a PrintStream only knows that. */
final class Output extends PrintStream {
    private static final int BUFFER_BYTES = 8 * 1024;

    private final Witness witness;

    private Output(Witness witness) {
        super(new BufferedOutputStream(witness, BUFFER_BYTES), false, StandardCharsets.UTF_8);
        this.witness = witness;
    }

    static Output standard() {
        return over(new FileOutputStream(FileDescriptor.out));
    }

    static Output over(OutputStream under) {
        return new Output(new Witness(under));
    }

    /** What went wrong first. */
    Optional<IOException> trouble() {
        return Optional.ofNullable(witness.first);
    }

    private static final class Witness extends FilterOutputStream {
        private volatile IOException first;

        Witness(OutputStream under) {
            super(under);
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int count) throws IOException {
            try {
                out.write(bytes, from, count);
            } catch (IOException e) {
                first = first == null ? e : first;
                throw e;
            }
        }
    }
}
