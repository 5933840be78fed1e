package io.baton.sdk.error;

/** The framework was closed: the call had no effect. */
public final class FrameworkClosedException extends FrameworkException {
    private static final long serialVersionUID = 1L;

    /** @param message which call, and how the framework came to be closed */
    public FrameworkClosedException(String message) {
        super(message, null);
    }
}
