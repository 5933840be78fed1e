package io.baton.core.store;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What the store says: always one of these, within five seconds, or within the wait of a watch. */
public sealed interface StoreAnswer {
    /** Done, and kept by a majority of the masters. */
    record Written(long version) implements StoreAnswer {}

    /**
     * The condition does not hold; nothing was done.
     *
     * @param version the present one; 0 if there is no value
     */
    record Conflict(long version) implements StoreAnswer {}

    /** There is no such value; nothing was done. */
    record Missing(String why) implements StoreAnswer {}

    /**
     * It cannot be done at all.
     *
     * @param limit whether a limit was reached, rather than a name being wrong
     * @param why the limit, or what is wrong with the name
     */
    record Refused(boolean limit, String why) implements StoreAnswer {}

    /**
     * Values by key.
     *
     * @param version everything up to here is in it: a watch goes on from there
     * @param next the key after which the next page begins; empty for none
     */
    record Page(List<StoredValue> values, long version, Optional<String> next) implements StoreAnswer {}

    /**
     * What has changed, each key once with its latest state, oldest change first.
     *
     * @param changes none if the wait was over
     * @param version everything up to here is in it: the next watch goes on from there
     */
    record Changed(List<ValueChange> changes, long version) implements StoreAnswer {}

    /** So far back the changes are not kept: list the values again. */
    record Expired(String why) implements StoreAnswer {}

    /** Not done, and will not be. */
    record Unavailable(String why, Duration retryAfter) implements StoreAnswer {}

    /** A write that may have been done, or may be done later. */
    record Unknown(String why) implements StoreAnswer {}
}
