package io.baton.sdk.error;

/** Another scheduler subscribed with this framework's id and took it over, so this one has stopped. */
public final class FailedOverException extends FrameworkException {
    private static final long serialVersionUID = 1L;

    /** @param frameworkId the id that was taken over */
    public FailedOverException(String frameworkId) {
        super(
                "another scheduler subscribed as framework " + frameworkId
                        + " and took it over; this one has stopped. Run one scheduler at a time under an id,"
                        + " or leave the id out to get a new one",
                null);
    }
}
