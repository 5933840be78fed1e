package io.baton.sdk.error;

/** The condition of a write did not hold: somebody else was first. Nothing was written. */
public final class VersionConflictException extends FrameworkException {
    private static final long serialVersionUID = 1L;

    private final long version;

    /**
     * @param key of the value
     * @param version the present one; 0 if there is no value
     */
    public VersionConflictException(String key, long version) {
        super(
                version == 0
                        ? "there is no value under '" + key + "': read it again"
                        : "the value under '" + key + "' has version " + version + " by now: read it again",
                null);
        this.version = version;
    }

    /** The version that the value has instead; 0 if there is no value. */
    public long version() {
        return version;
    }
}
