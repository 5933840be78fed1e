package io.baton.resourcemanager.framework;

import io.baton.v1.scheduler.Event;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Between two schedulers of a framework: the new one hears nothing until the edge of the old one answers no more calls, so
 * that from SUBSCRIBED on every call of the old one is refused. What is told meanwhile waits in its order, for no longer than
 * {@link SchedulerStreams#HANDOVER}.
 *
 * <p>Pure. Mutable; one owner.
 */
final class Handover {
    private final Set<String> ending = new HashSet<>();
    private List<Event> waiting = new ArrayList<>();

    /** This stream is told to end. @return what it is to be told before */
    List<Event> from(String streamId) {
        ending.add(streamId);
        return taken();
    }

    /** @return what the newest stream is to be told now */
    List<Event> tell(List<Event> events) {
        if (ending.isEmpty()) {
            return events;
        }
        waiting.addAll(events);
        return List.of();
    }

    /** This stream takes no more calls, or has had its time. @return what the newest stream is to be told now */
    List<Event> ended(String streamId) {
        return ending.remove(streamId) && ending.isEmpty() ? taken() : List.of();
    }

    private List<Event> taken() {
        var out = waiting;
        waiting = new ArrayList<>();
        return out;
    }
}
