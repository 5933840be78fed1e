package io.baton.httpapi.server;

/** A connection was ended by us. Without a stack trace: it is no failure of the program. */
final class StreamAbortedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StreamAbortedException(String reason) {
        super(reason, null, false, false);
    }
}
