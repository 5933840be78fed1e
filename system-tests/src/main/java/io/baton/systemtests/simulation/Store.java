package io.baton.systemtests.simulation;

import io.baton.core.resource.Resources;
import io.baton.v1.AgentID;
import io.baton.v1.TaskID;
import io.baton.v1.TaskInfo;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a framework remembers over all its crashes: its tasks, written down before they are launched. */
final class Store {
    /** Where a task stands, as far as its framework knows. */
    enum Phase {
        PENDING,
        LAUNCHED,
        DONE
    }

    /** One task, to be run once: it is launched again under another id, as long as no agent has ever spoken of it. */
    static final class Wish {
        final String id;
        final Resources resources;
        final Work work;
        Phase phase = Phase.PENDING;
        AgentID agent = AgentID.getDefaultInstance();
        /** An agent has sent an update of it. */
        boolean seen;

        long launchedAt;
        private int attempt;
        long killAt = Long.MAX_VALUE;
        /** Since when masters say that nobody knows it. */
        long doubtedSince = Long.MAX_VALUE;

        Wish(String id, Resources resources, Work work) {
            this.id = id;
            this.resources = resources;
            this.work = work;
        }

        /** The id of its last launch. */
        String taskId() {
            return id + "." + attempt;
        }

        void launched(AgentID on, long at) {
            attempt++;
            agent = on;
            phase = Phase.LAUNCHED;
            launchedAt = at;
            doubtedSince = Long.MAX_VALUE;
        }

        TaskInfo toProto() {
            return TaskInfo.newBuilder()
                    .setName("work")
                    .setTaskId(TaskID.newBuilder().setValue(taskId()))
                    .setAgentId(agent)
                    .addAllResources(resources.toProto(""))
                    .setCommand(work.command())
                    .build();
        }
    }

    private final Map<String, Wish> live = new LinkedHashMap<>();
    private long created;
    private long done;

    Wish add(String prefix, Resources resources, Work work) {
        created++;
        var wish = new Wish(prefix + created, resources, work);
        live.put(wish.id, wish);
        return wish;
    }

    /** Null if it is done, or was launched again under another id. */
    Wish find(String taskId) {
        var wish = live.get(taskId.substring(0, taskId.lastIndexOf('.')));
        return wish != null && wish.taskId().equals(taskId) ? wish : null;
    }

    void done(Wish wish) {
        wish.phase = Phase.DONE;
        live.remove(wish.id);
        done++;
    }

    List<Wish> in(Phase phase) {
        var out = new ArrayList<Wish>();
        for (var wish : live.values()) {
            if (wish.phase == phase) {
                out.add(wish);
            }
        }
        return out;
    }

    boolean hasPending() {
        return live.values().stream().anyMatch(w -> w.phase == Phase.PENDING);
    }

    int open() {
        return live.size();
    }

    long done() {
        return done;
    }
}
