package io.baton.executor.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The files into which supervisors write what becomes of tasks, and whom of the host's processes they speak of. */
record ExitFiles(Path directory, ProcessTable processes) {
    /** Bytes of a fresh file; the supervisor writes over them in place. */
    private static final int RESERVED_BYTES = 1_024;

    private static final int MAX_RECORD_BYTES = 16_384;
    private static final int SUPERVISOR_FILE = 5;

    /** Where a container's file is. */
    Path path(String container) {
        return directory.resolve(container);
    }

    /** All containers of which there is still a file. */
    List<String> all() throws IOException {
        try (var files = Files.list(directory)) {
            return files.map(f -> f.getFileName().toString()).sorted().toList();
        }
    }

    /** Whether the one who is to write the verdict is still there. A shell has the file open all the time. */
    boolean isSupervised(String container, ExitRecord file) {
        return file.supervisors().stream()
                .anyMatch(who -> who.startTime().isPresent()
                        ? processes.isAlive(who.pid(), who.startTime().getAsLong())
                        : holds(who.pid(), container));
    }

    private boolean holds(long supervisor, String container) {
        return processes
                .descriptor(supervisor, SUPERVISOR_FILE)
                .filter(f -> f.endsWith("exits/" + container))
                .isPresent();
    }

    /** The task's process and who waits for it, as far as the file and the kernel tell. */
    Optional<ProcessIdentity> identify(String container, ExitRecord file) {
        return file.identity().or(() -> file.task().flatMap(task -> identify(container, task.pid())));
    }

    /** Only a child of the supervisor that has this very file open is this task. */
    Optional<ProcessIdentity> identify(String container, long pid) {
        return processes
                .find(pid)
                .filter(task -> holds(task.parent(), container))
                .flatMap(this::identityOf);
    }

    private Optional<ProcessIdentity> identityOf(ProcessTable.Entry task) {
        return processes
                .find(task.parent())
                .map(supervisor ->
                        new ProcessIdentity(task.pid(), task.startTime(), supervisor.pid(), supervisor.startTime()));
    }

    /**
     * What a fresh file holds: room, and whose it is. No supervisor writes as far as that, and no line break ends it, so
     * it is not taken for a line, nor its end for the next line's place.
     */
    static byte[] filling(String container) {
        return (" ".repeat(RESERVED_BYTES - container.length()) + container).getBytes(StandardCharsets.UTF_8);
    }

    /** What is in a file so far. */
    ExitRecord read(String container) throws IOException {
        return ExitRecord.parse(text(container));
    }

    /**
     * The same after the host may have lost its power. Files are used again and never synced: one that does not say that
     * it is this container's may be as another one left it.
     */
    ExitRecord readAfterReboot(String container) throws IOException {
        var text = text(container);
        return text.endsWith(" " + container) ? ExitRecord.parse(text) : ExitRecord.NONE;
    }

    private String text(String container) throws IOException {
        try (var in = Files.newInputStream(path(container))) {
            return new String(in.readNBytes(MAX_RECORD_BYTES), StandardCharsets.UTF_8);
        } catch (NoSuchFileException never) {
            return "";
        }
    }
}
