package io.baton.executor.checkpoint;

import java.io.IOException;
import java.nio.file.Path;

/** A journal is damaged where it was whole before: starting with less would lose tasks in silence. */
public final class CorruptJournalException extends IOException {
    private static final long serialVersionUID = 1L;

    CorruptJournalException(Path file, long offset, String what) {
        super("the journal " + file + " is damaged at byte " + offset + ": " + what
                + ". Tasks may be running that it no longer tells of. Restore the file, or start once with"
                + " --recover=cleanup, which sets it aside and forgets all tasks of this agent");
    }
}
