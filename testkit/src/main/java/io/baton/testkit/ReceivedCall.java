package io.baton.testkit;

import io.baton.v1.scheduler.Call;
import java.util.SortedMap;

/**
 * A call as it came.
 *
 * @param call the call
 * @param headers of its request, by name in lower case
 * @param status what it was answered with; 0 if it was not
 * @param text why it was refused; empty if it was not
 */
public record ReceivedCall(Call call, SortedMap<String, String> headers, int status, String text) {
    /** The stream id it named; empty if it did not. */
    public String streamId() {
        return headers.getOrDefault("mesos-stream-id", "");
    }
}
