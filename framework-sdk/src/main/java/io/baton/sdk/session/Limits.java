package io.baton.sdk.session;

/**
 * The most that may pile up anywhere in a session, and what happens then.
 *
 * @param connections calls in flight at a time, each on its own connection; further ones queue
 * @param queuedCalls calls waiting to be sent; a further one fails with {@code OverloadedException}
 * @param queuedAcknowledgements acknowledgements waiting to be sent; a further one is dropped, and made when the agent
 *     sends that update again
 * @param queuedEvents events waiting for the scheduler's callbacks; then the stream is read no further until there is
 *     room
 * @param trackedTasks live tasks the session knows for reconciliation; later ones are only asked for all together
 * @param rememberedUpdates updates remembered to recognise them when they come twice; the oldest are forgotten first
 * @param recordBytes the largest event; a larger one breaks the stream
 */
public record Limits(
        int connections,
        int queuedCalls,
        int queuedAcknowledgements,
        int queuedEvents,
        int trackedTasks,
        int rememberedUpdates,
        int recordBytes) {

    /** What fits a scheduler with up to some hundred thousand tasks. */
    public static final Limits DEFAULTS = new Limits(8, 10_000, 50_000, 10_000, 500_000, 65_536, 64 << 20);

    /** @throws IllegalArgumentException naming the first limit that is not positive */
    public Limits {
        atLeastOne("connections", connections);
        atLeastOne("queuedCalls", queuedCalls);
        atLeastOne("queuedAcknowledgements", queuedAcknowledgements);
        atLeastOne("queuedEvents", queuedEvents);
        atLeastOne("trackedTasks", trackedTasks);
        atLeastOne("rememberedUpdates", rememberedUpdates);
        atLeastOne("recordBytes", recordBytes);
    }

    private static void atLeastOne(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException("limit " + name + " must be at least 1, is " + value);
        }
    }
}
