package io.baton.resourcemanager.ownership;

/** A claim that the registry did not grant, or not in time. The message says why; the claim may be made again. */
public final class NotGrantedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotGrantedException(String why) {
        super(why);
    }
}
