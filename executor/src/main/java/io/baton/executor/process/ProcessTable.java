package io.baton.executor.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The host's processes as {@code /proc} shows them.
 *
 * @param root {@code /proc}; tests give a directory of their own
 */
public record ProcessTable(Path root) {
    // Fields after the name, which stands in brackets and may hold brackets and spaces (proc(5), stat).
    private static final int STATE = 0;
    private static final int PARENT = 1;
    private static final int TERMINAL = 4;
    private static final int START = 19;

    /**
     * One process.
     *
     * @param terminal the kernel's number of its terminal; 0 for none
     * @param startTime clock ticks since the boot; with the pid it names a process for as long as the host runs
     */
    public record Entry(long pid, char state, long parent, long terminal, long startTime) {
        /** A zombie is dead: it waits for a parent that may never look. */
        public boolean isAlive() {
            return state != 'Z' && state != 'X';
        }
    }

    /** The process of this number, if there is one. */
    public Optional<Entry> find(long pid) {
        if (pid <= 0) {
            return Optional.empty();
        }
        try {
            var text = Files.readString(root.resolve(pid + "/stat"), StandardCharsets.ISO_8859_1);
            var fields = text.substring(text.lastIndexOf(')') + 2).split(" ");
            return Optional.of(new Entry(
                    pid,
                    fields[STATE].charAt(0),
                    Long.parseLong(fields[PARENT]),
                    Long.parseLong(fields[TERMINAL]),
                    Long.parseLong(fields[START])));
        } catch (IOException | RuntimeException gone) {
            return Optional.empty();
        }
    }

    /** Whether the process that began at this time under this number lives: a reused number is another process. */
    public boolean isAlive(long pid, long startTime) {
        return find(pid).filter(p -> p.startTime() == startTime && p.isAlive()).isPresent();
    }

    /** The children of a process's first thread; none if it is gone or the kernel does not tell. */
    public List<Entry> children(long pid) {
        try {
            var text = Files.readString(root.resolve(pid + "/task/" + pid + "/children"), StandardCharsets.US_ASCII);
            return text.isBlank()
                    ? List.of()
                    : Arrays.stream(text.strip().split(" "))
                            .flatMap(child -> find(Long.parseLong(child)).stream())
                            .toList();
        } catch (IOException gone) {
            return List.of();
        }
    }

    /** What a descriptor of a process leads to; empty if it is gone or not ours to see. */
    public Optional<Path> descriptor(long pid, int number) {
        try {
            return Optional.of(Files.readSymbolicLink(root.resolve(pid + "/fd/" + number)));
        } catch (IOException | SecurityException gone) {
            return Optional.empty();
        }
    }

    /**
     * Names this run of the kernel; another text after each boot.
     *
     * @throws IOException if the kernel does not tell
     */
    public String bootId() throws IOException {
        return Files.readString(root.resolve("sys/kernel/random/boot_id")).strip();
    }
}
