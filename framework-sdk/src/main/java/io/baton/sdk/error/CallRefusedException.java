package io.baton.sdk.error;

/** A master understood a call and refused it. The same call will be refused again. */
public final class CallRefusedException extends FrameworkException {
    private static final long serialVersionUID = 1L;

    private final int status;

    /**
     * @param status the HTTP status
     * @param message which call, and the master's words
     */
    public CallRefusedException(int status, String message) {
        super(message, null);
        this.status = status;
    }

    /** The HTTP status of the refusal, 400 to 599. */
    public int status() {
        return status;
    }
}
