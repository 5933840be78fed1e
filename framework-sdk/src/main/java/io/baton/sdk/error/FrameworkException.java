package io.baton.sdk.error;

/**
 * Something went wrong between a scheduler and its masters.
 *
 * <p>The message says what is wrong and what to do about it; the subtype says which of the few reactions
 * fits. Futures fail with one of these, {@code Scheduler.error} is told one before the framework stops.
 */
public abstract class FrameworkException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    FrameworkException(String message, Throwable cause) {
        super(message, cause);
    }
}
