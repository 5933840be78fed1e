package io.baton.resourcemanager.framework;

import com.google.protobuf.ByteString;
import io.baton.core.id.TaskId;
import io.baton.v1.scheduler.Event;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How many updates a scheduler's stream is given at once. A stream that is given more than it keeps for a slow reader is
 * cut off; with all that was never acknowledged, or with the answers about all tasks, a large framework would be cut off
 * each time it subscribes. The stream says when there is room again; one that never says so gets as many with each tick.
 *
 * <p>Updates wait in their order; each of a task and each answer about a task once, however often it is told: no more wait
 * than twice the tasks there are. All other events pass.
 *
 * <p>Pure and mutable; the entity owns it. Constant time for each update. See ADR 27.
 */
final class UpdateFlow {
    /** Before a stream has said how much room it has. */
    static final int FIRST = 1_000;

    private record Key(TaskId task, ByteString uuid) {}

    private final Map<Key, Event> waiting = new LinkedHashMap<>();
    private int room;
    private int given;
    private boolean heard;

    UpdateFlow() {
        begin();
    }

    /** There is another stream: what waited for the one before is forgotten. */
    void begin() {
        waiting.clear();
        room = FIRST;
        given = 0;
        heard = false;
    }

    /** @return what is to go out now */
    List<Event> tell(Event event) {
        if (event.getType() != Event.Type.UPDATE) {
            return List.of(event);
        }
        if (waiting.isEmpty() && given < room) {
            given++;
            return List.of(event);
        }
        var status = event.getUpdate().getStatus();
        waiting.put(new Key(TaskId.fromProto(status.getTaskId()), status.getUuid()), event);
        return List.of();
    }

    /** The stream has written what it was given, and takes so many more at once. @return what is to go out now */
    List<Event> hasRoom(int more) {
        heard = true;
        room = Math.max(1, more);
        return next();
    }

    /** Time has passed. @return what is to go out now */
    List<Event> tick() {
        return heard ? List.of() : next();
    }

    private List<Event> next() {
        given = 0;
        var out = new ArrayList<Event>();
        for (Iterator<Event> next = waiting.values().iterator(); next.hasNext() && given < room; given++) {
            out.add(next.next());
            next.remove();
        }
        return out;
    }
}
