package io.baton.sdk.error;

/** A queue reached its limit: the call had no effect. Wait for earlier calls to complete before making more. */
public final class OverloadedException extends FrameworkException {
    private static final long serialVersionUID = 1L;

    /** @param message which queue, its limit and the setting that changes it */
    public OverloadedException(String message) {
        super(message, null);
    }
}
