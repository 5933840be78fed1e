package io.baton.sdk.session;

import io.baton.v1.scheduler.Call;
import java.net.URI;
import java.util.List;

/**
 * What a session is for.
 *
 * @param masters endpoints of the scheduler API ({@code http://host:5050/api/v1/scheduler}), at least one, tried in
 *     this order
 * @param subscribe the framework as it wants to be known; its id may be unset, then the master picks one
 * @param acknowledgesItself true if the scheduler acknowledges updates by hand
 * @param limits the bounds of its queues
 * @param timing its waits
 */
public record SessionSettings(
        List<URI> masters, Call.Subscribe subscribe, boolean acknowledgesItself, Limits limits, Timing timing) {

    /** @throws IllegalArgumentException if there is no master */
    public SessionSettings {
        masters = List.copyOf(masters);
        if (masters.isEmpty()) {
            throw new IllegalArgumentException("no master: name at least one URL, such as http://localhost:5050");
        }
    }
}
