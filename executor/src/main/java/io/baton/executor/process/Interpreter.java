package io.baton.executor.process;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * With what tasks are supervised.
 *
 * @param program absolute path of a perl, or of a POSIX shell
 */
record Interpreter(Path program) {
    /** What the operator wants; else the best of those that this host has, the last of which every host has. */
    static List<Interpreter> candidates(Optional<Path> wanted) {
        if (wanted.isPresent()) {
            return List.of(new Interpreter(wanted.get()));
        }
        var out = new ArrayList<Interpreter>();
        HostPrograms.located("perl").ifPresent(perl -> out.add(new Interpreter(perl)));
        // Bash makes process groups by itself: one exec less for each task.
        out.add(new Interpreter(HostPrograms.located("bash").orElse(Path.of("/bin/sh"))));
        return out;
    }

    /** One perl waits for all tasks; of a shell each task has its own. */
    boolean isShared() {
        return program.getFileName().toString().startsWith("perl");
    }

    /** Our script for it. */
    String script() {
        return isShared() ? "spawner.pl" : "spawner.sh";
    }

    /**
     * Writes down how to start a task, as our script reads it.
     *
     * @param setpriv where that program is: a shell cannot become another user
     */
    byte[] text(Launch launch, String setpriv) {
        var text = isShared() ? LaunchNote.of(launch) : LaunchScript.of(launch, setpriv);
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
