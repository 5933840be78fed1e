package io.baton.protocol.recordio;

import java.io.IOException;

/**
 * A stream is no sequence of records, or holds one over the limit. Where the next record begins
 * cannot be known any more, so the stream has to be closed.
 */
public final class RecordIoException extends IOException {
    private static final long serialVersionUID = 1L;

    RecordIoException(String message) {
        super(message);
    }

    /** A second copy for a second throw: a stack trace belongs to one call. */
    RecordIoException again() {
        return new RecordIoException(getMessage());
    }
}
