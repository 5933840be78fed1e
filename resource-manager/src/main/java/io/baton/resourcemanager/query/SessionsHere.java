package io.baton.resourcemanager.query;

import io.baton.core.id.FrameworkId;
import io.baton.core.id.TaskId;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Frameworks whose sessions are in this process, and of those that have begun of late the tasks that they have told of since.
 * What the session before said last may have been lost with its master: that a task is over, for one. A session that has had the time to hear of all
 * its tasks and does not tell of one does not have it.
 *
 * <p>Pure and mutable; one actor owns it.
 */
final class SessionsHere {
    /** Agents' owners say every few seconds, in short, what of a framework is there; a session asks for what it misses. */
    static final Duration LEARNING = Duration.ofSeconds(30);

    private record Learning(Instant until, Set<TaskId> told) {}

    private final Map<FrameworkId, Learning> learning = new HashMap<>();

    private final SortedSet<FrameworkId> here = new TreeSet<>();

    /** A framework's session says something. @param tasks that it speaks of */
    void speaks(FrameworkId framework, Collection<TaskId> tasks, Instant now) {
        if (here.add(framework)) {
            learning.put(framework, new Learning(now.plus(LEARNING), new HashSet<>()));
        }
        var session = learning.get(framework);
        if (session != null) {
            session.told.addAll(tasks);
        }
    }

    /** It is here no more. */
    void moved(FrameworkId framework) {
        here.remove(framework);
        learning.remove(framework);
    }

    /** All frameworks whose sessions are here. */
    SortedSet<FrameworkId> all() {
        return Collections.unmodifiableSortedSet(here);
    }

    /** Sessions that know all their tasks by now, and what they have told of; said once, in a fixed order. */
    Map<FrameworkId, Set<TaskId>> takeDue(Instant now) {
        var due = new TreeMap<FrameworkId, Set<TaskId>>();
        learning.forEach((framework, session) -> {
            if (!now.isBefore(session.until)) {
                due.put(framework, session.told);
            }
        });
        learning.keySet().removeAll(due.keySet());
        return due;
    }
}
