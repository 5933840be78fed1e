package io.baton.sdk.session;

import com.google.protobuf.ByteString;
import java.util.LinkedHashMap;
import java.util.Map;

/** Which updates came already. An agent sends an update again until it is acknowledged, under the same uuid. */
final class UpdateLedger {
    /** What is known of an update. */
    enum Seen {
        NEW,
        /** Handed to the scheduler, which has not finished with it. */
        WAITING,
        ACKNOWLEDGED
    }

    private final Map<ByteString, Seen> updates;

    /** @param limit most updates remembered; the oldest are forgotten first */
    UpdateLedger(int limit) {
        updates = new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<ByteString, Seen> eldest) {
                return size() > limit;
            }
        };
    }

    /** @return what was known of it before now; from now on it is at least waiting */
    Seen seen(ByteString uuid) {
        var before = updates.putIfAbsent(uuid, Seen.WAITING);
        return before == null ? Seen.NEW : before;
    }

    void acknowledged(ByteString uuid) {
        updates.put(uuid, Seen.ACKNOWLEDGED);
    }

    /** The scheduler failed at it: when it comes again it is new. */
    void forget(ByteString uuid) {
        updates.remove(uuid);
    }
}
