package io.baton.sdk.error;

/** The event stream ended. The framework reconnects by itself; this is what {@code disconnected} is told. */
public final class StreamBrokenException extends FrameworkException {
    private static final long serialVersionUID = 1L;

    /** @param message which master, and what ended the stream */
    public StreamBrokenException(String message) {
        super(message, null);
    }
}
