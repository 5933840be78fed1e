package io.baton.sdk.error;

/** A master refused the subscription: the settings must change, so the framework has stopped. */
public final class SubscriptionRefusedException extends FrameworkException {
    private static final long serialVersionUID = 1L;

    /** @param message the master's words and what to change */
    public SubscriptionRefusedException(String message) {
        super(message, null);
    }
}
