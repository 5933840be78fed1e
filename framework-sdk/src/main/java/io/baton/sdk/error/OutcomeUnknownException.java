package io.baton.sdk.error;

/** A conditional write was not answered: it may have been done, or may still be. Read the value to find out. */
public final class OutcomeUnknownException extends FrameworkException {
    private static final long serialVersionUID = 1L;

    /** @param message what was tried and what came of it */
    public OutcomeUnknownException(String message, Throwable cause) {
        super(message, cause);
    }
}
