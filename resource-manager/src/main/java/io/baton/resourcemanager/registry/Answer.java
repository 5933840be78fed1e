package io.baton.resourcemanager.registry;

import io.baton.resourcemanager.registry.record.Result;
import java.time.Duration;

/** What a proposer hears, within {@link Replica#DEADLINE}: always one of these, never nothing. */
public sealed interface Answer {
    /**
     * A majority has it on disk, and this master's copy shows it; or it was refused before.
     *
     * @param index of its log entry; 0 if there is none, since it was refused before
     * @param result what the command was answered: done, granted, conflict or refused
     */
    record Committed(long index, Result result) implements Answer {}

    /**
     * It may have been done, or may be done later. To repeat it is safe for all commands but conditional ones without a
     * request id: those read first.
     */
    record Unknown(String why) implements Answer {}

    /**
     * It has not been done, and will not be.
     *
     * @param retryAfter when to try again
     */
    record Unavailable(String why, Duration retryAfter) implements Answer {}
}
