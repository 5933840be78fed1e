package io.baton.sdk.session;

/**
 * What a session did and holds, for metrics and tests.
 *
 * @param subscriptions SUBSCRIBED events so far
 * @param updates updates handed to the scheduler
 * @param duplicates updates recognised as such and not handed over
 * @param callsSent calls sent, every attempt counted
 * @param retries attempts after the first
 * @param acknowledgementsDropped acknowledgements that found their queue full
 * @param waitingCalls calls that wait to be sent
 * @param waitingAcknowledgements acknowledgements that wait to be sent
 * @param trackedTasks live tasks known
 * @param unansweredTasks tasks the master was asked about and has not answered for
 */
public record Figures(
        long subscriptions,
        long updates,
        long duplicates,
        long callsSent,
        long retries,
        long acknowledgementsDropped,
        int waitingCalls,
        int waitingAcknowledgements,
        int trackedTasks,
        int unansweredTasks) {}
