package io.baton.systemtests.simulation;

import io.baton.core.resource.Resources;
import io.baton.v1.FrameworkID;
import io.baton.v1.FrameworkInfo;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A framework: its store, and the one or two scheduler processes that believe to be it. */
final class Framework {
    /** A task that is to be killed does not end by itself: a kill that never comes to it must show. */
    private static final long UNTIL_KILLED_MILLIS = Duration.ofDays(365).toMillis();

    private static final long WATCH_MILLIS = 3_000;

    /** More tasks than that are not waited for: it is no test of patience. */
    private static final int MOST_OPEN_PER_AGENT = 8;

    final String id;
    private final World world;
    private final Store store = new Store();
    private final List<SchedulerProcess> processes;
    private boolean arriving = true;
    private long freeWillAt;

    Framework(String id, World world) {
        this.id = id;
        this.world = world;
        this.processes =
                List.of(new SchedulerProcess(id + "-a", this, world), new SchedulerProcess(id + "-b", this, world));
    }

    Store store() {
        return store;
    }

    List<SchedulerProcess> processes() {
        return processes;
    }

    FrameworkInfo info() {
        return FrameworkInfo.newBuilder()
                .setId(FrameworkID.newBuilder().setValue(id))
                .setUser("root")
                .setName(id)
                .setFailoverTimeout(604_800)
                .setCheckpoint(true)
                .addRoles("role-of-" + id)
                .addCapabilities(capability(FrameworkInfo.Capability.Type.MULTI_ROLE))
                .addCapabilities(capability(FrameworkInfo.Capability.Type.PARTITION_AWARE))
                .addCapabilities(capability(FrameworkInfo.Capability.Type.TASK_KILLING_STATE))
                .build();
    }

    private static FrameworkInfo.Capability capability(FrameworkInfo.Capability.Type type) {
        return FrameworkInfo.Capability.newBuilder().setType(type).build();
    }

    void start() {
        processes.get(0).start();
        watch();
        arrive();
    }

    /** Somebody starts a scheduler when there is none. */
    private void watch() {
        world.agenda().in(WATCH_MILLIS, () -> {
            boolean none = processes.stream().noneMatch(Node::isUp);
            if (none && world.agenda().now() >= freeWillAt) {
                world.chance().of(processes).start();
            }
            watch();
        });
    }

    /** All schedulers end, and come back no sooner than that. */
    void crash(long awayMillis) {
        freeWillAt = world.agenda().now() + awayMillis;
        processes.stream()
                .filter(Node::isUp)
                .forEach(p -> p.crash(world.chance().half()));
    }

    /** Another scheduler takes over; the old one does not know. */
    void failOver() {
        processes.stream().filter(p -> !p.isUp()).findFirst().ifPresent(Node::start);
    }

    private void arrive() {
        long mean = world.scenario().taskMillis();
        world.agenda().in(world.chance().between(mean / 2, mean * 3 / 2), () -> {
            if (arriving) {
                if (store.open() < MOST_OPEN_PER_AGENT * world.agents().size()) {
                    add("t", world.scenario().workMillis());
                }
                arrive();
            }
        });
    }

    private void add(String prefix, long mostMillis) {
        var chance = world.chance();
        var resources = Resources.scalars(
                Map.of("cpus", chance.between(1, 20) / 10.0, "mem", (double) chance.between(32, 1_024)));
        long millis = chance.between(10, mostMillis);
        boolean stubborn = chance.perMille(50);
        boolean killed = chance.perMille(world.scenario().killed());
        var wish = store.add(prefix, resources, new Work(killed ? UNTIL_KILLED_MILLIS : millis, stubborn));
        if (killed) {
            wish.killAt = world.agenda().now() + chance.between(0, 2 * mostMillis);
        }
    }

    /** No more tasks but these few, which show that work goes on. */
    void probe(int tasks) {
        arriving = false;
        for (int i = 0; i < tasks; i++) {
            add("probe", 1_000);
        }
    }
}
