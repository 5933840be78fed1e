package io.baton.resourcemanager.framework;

import java.util.LinkedHashSet;

/**
 * The streams that have subscribed lately. A stream that hears nothing asks again, and the second call may come when a
 * newer stream has taken over: it must not take over in turn.
 *
 * <p>Pure. Mutable; one owner.
 */
final class KnownStreams {
    /** Most that are remembered; the oldest is forgotten first. */
    static final int MOST = 16;

    private final LinkedHashSet<String> ids = new LinkedHashSet<>();

    /** Whether this is its first call; from now on it is not. */
    boolean isNew(String streamId) {
        boolean added = ids.add(streamId);
        if (ids.size() > MOST) {
            ids.remove(ids.iterator().next());
        }
        return added;
    }

    /** Its call came to nothing: the next one counts. */
    void forget(String streamId) {
        ids.remove(streamId);
    }
}
