package io.baton.sdk.session;

/** Counts what a session does. */
final class Tally {
    long subscriptions;
    long updates;
    long duplicates;
    long acknowledgementsDropped;
    private long callsSent;
    private long retries;

    void sent(Pending call) {
        callsSent++;
        if (call.attempts > 0) {
            retries++;
        }
    }

    Figures figures(Outbox outbox, Reconciliation reconciliation) {
        return new Figures(
                subscriptions,
                updates,
                duplicates,
                callsSent,
                retries,
                acknowledgementsDropped,
                outbox.waitingCalls(),
                outbox.waitingAcknowledgements(),
                reconciliation.tracked(),
                reconciliation.unanswered());
    }
}
