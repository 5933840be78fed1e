package io.baton.sdk.error;

/** No master could be reached, or none answered in time. The call had no effect; trying later may help. */
public final class MasterUnreachableException extends FrameworkException {
    private static final long serialVersionUID = 1L;

    /** @param message what was tried, what came of it, what to do */
    public MasterUnreachableException(String message) {
        super(message, null);
    }
}
