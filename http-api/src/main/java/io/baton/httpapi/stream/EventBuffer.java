package io.baton.httpapi.stream;

import java.util.ArrayDeque;
import org.apache.pekko.util.ByteString;

/** Events that wait for a client, up to a number and a size. One owner. */
final class EventBuffer {
    private record Waiting(ByteString bytes, int events) {}

    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private final int maxEvents;
    private final long maxBytes;
    private int events;
    private long bytes;

    EventBuffer(int maxEvents, long maxBytes) {
        this.maxEvents = maxEvents;
        this.maxBytes = maxBytes;
    }

    /**
     * @param count of events in these bytes
     * @return false if they do not fit: then they are not in. When nothing waits they always fit, however large, and what
     *     is larger than everything that may wait does not count: others fit after it.
     */
    boolean offer(ByteString more, int count) {
        boolean full = events + count > maxEvents || bytes + more.size() > maxBytes;
        if (full && !waiting.isEmpty()) {
            return false;
        }
        waiting.add(new Waiting(more, count));
        events += count;
        bytes += counted(more);
        return true;
    }

    private long counted(ByteString some) {
        return some.size() > maxBytes ? 0 : some.size();
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** The oldest; not to be called when empty. */
    ByteString poll() {
        var oldest = waiting.remove();
        events -= oldest.events();
        bytes -= counted(oldest.bytes());
        return oldest.bytes();
    }
}
