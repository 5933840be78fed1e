package io.baton.executor.agent;

import io.baton.core.resource.Resources;
import io.baton.executor.task.TaskKey;
import io.baton.v1.Resource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Who holds resources of this host, whoever they are reserved for: tasks, and executors once each.
 *
 * <p>Pure. Mutable; the books own it.
 */
final class Occupancy {
    private final Map<TaskKey, Resources> held = new HashMap<>();
    private Resources used = Resources.EMPTY;

    void hold(TaskKey who, List<Resource> resources) {
        var flat = Admission.flat(resources);
        held.put(who, flat);
        used = used.plus(flat);
    }

    /** Who holds nothing gives nothing back. */
    void release(TaskKey who) {
        var had = held.remove(who);
        if (had != null) {
            used = used.minus(had);
        }
    }

    boolean holds(TaskKey who) {
        return held.containsKey(who);
    }

    int count() {
        return held.size();
    }

    Resources used() {
        return used;
    }
}
