package io.baton.core.protocol;

/**
 * Which registration of an agent. Of two the higher one is the later: epochs come from the registry, one for each owner
 * of the agent, and an owner counts its registrations.
 *
 * @param epoch 0 before the first one
 * @param number ascending within an epoch, not always by one
 */
public record Term(long epoch, long number) {
    /** Before the first registration. */
    public static final Term NONE = new Term(0, 0);

    /** {@code <epoch>.<number>}, as in offer ids. */
    @Override
    public String toString() {
        return epoch + "." + number;
    }
}
