package io.baton.sdk.error;

/** The changes asked for are not kept any more. List the values, and watch from the listing's version. */
public final class ChangesExpiredException extends FrameworkException {
    private static final long serialVersionUID = 1L;

    /** @param message the master's words */
    public ChangesExpiredException(String message) {
        super(message, null);
    }
}
