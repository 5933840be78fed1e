package io.baton.sdk.error;

/**
 * The call was for offers of a subscription that has ended: it had no effect. Offers go with their subscription;
 * new ones come with the next.
 */
public final class NotSubscribedException extends FrameworkException {
    private static final long serialVersionUID = 1L;

    /** @param message which call, and why there is no subscription */
    public NotSubscribedException(String message) {
        super(message, null);
    }
}
