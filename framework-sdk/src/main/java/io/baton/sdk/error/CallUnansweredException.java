package io.baton.sdk.error;

/**
 * A call was sent and no answer came: the master may or may not have taken it.
 *
 * <p>Only calls that must not be sent twice fail like this (ACCEPT, MESSAGE); the others are sent again. After
 * an ACCEPT the framework asks the master about the tasks by itself, so wait for their updates.
 */
public final class CallUnansweredException extends FrameworkException {
    private static final long serialVersionUID = 1L;

    /** @param message which call, and what broke */
    public CallUnansweredException(String message) {
        super(message, null);
    }
}
