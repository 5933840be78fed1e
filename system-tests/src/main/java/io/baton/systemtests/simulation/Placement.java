package io.baton.systemtests.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where each entity is, as the majority of masters has it, and when each master learns of a change: an old owner may
 * live on for long and not know.
 */
final class Placement {
    static final String ALLOCATOR = "allocator";
    private static final long WATCH_MILLIS = 1_000;
    private static final long MOST_LINGERING_MILLIS = 30_000;
    private static final long MOST_LEARNING_MILLIS = 1_500;

    private final World world;
    private final Map<String, Master> owners = new TreeMap<>();
    private final Map<String, Long> versions = new TreeMap<>();
    private final Map<Master, Long> troubleSince = new java.util.HashMap<>();
    private long moves;

    Placement(World world) {
        this.world = world;
    }

    static String agent(Object id) {
        return "agent " + id;
    }

    static String framework(Object id) {
        return "framework " + id;
    }

    Master owner(String key) {
        var owner = owners.get(key);
        if (owner == null) {
            var able = able();
            owner = world.chance().of(able.isEmpty() ? world.masters() : able);
            owners.put(key, owner);
        }
        return owner;
    }

    /** Counts the changes: an owner that starts again is another one. */
    long version(String key) {
        return versions.getOrDefault(key, 0L);
    }

    /** A master is back before its entities were given away: they begin anew. */
    void restarted(Master master) {
        owners.forEach((key, owner) -> {
            if (owner == master) {
                announce(key, master, 0);
            }
        });
    }

    List<String> keys() {
        return List.copyOf(owners.keySet());
    }

    long moves() {
        return moves;
    }

    /** Masters that are up and reach a majority, themselves included. */
    private List<Master> able() {
        return world.masters().stream().filter(m -> m.isUp() && !isolated(m)).toList();
    }

    boolean isolated(Master master) {
        return isMinority(world.masters().stream()
                .filter(m -> m == master || m.isUp() && connected(m, master))
                .count());
    }

    private boolean connected(Master one, Master other) {
        return world.network().reaches(one, other) && world.network().reaches(other, one);
    }

    private boolean isMinority(long masters) {
        return masters * 2 <= world.masters().size();
    }

    void start() {
        world.agenda().in(WATCH_MILLIS, this::watch);
    }

    /** Masters that are away for long lose their entities; one that is cut off for longer ends itself. */
    private void watch() {
        world.agenda().in(WATCH_MILLIS, this::watch);
        for (var master : world.masters()) {
            boolean trouble = !master.isUp() || isolated(master);
            if (!trouble) {
                troubleSince.remove(master);
                continue;
            }
            long since = world.agenda().now()
                    - troubleSince.computeIfAbsent(master, m -> world.agenda().now());
            if (since >= world.scenario().failoverMillis()) {
                abandon(master);
            }
            if (master.isUp() && since >= world.scenario().downingMillis()) {
                master.crash(false);
                restart(master);
            }
        }
    }

    private void abandon(Master master) {
        var others = able();
        if (!others.isEmpty()) {
            new ArrayList<>(owners.keySet())
                    .stream()
                            .filter(key -> owners.get(key) == master)
                            .forEach(key -> move(key, world.chance().of(others), true));
        }
    }

    /** It starts again once it can join. */
    private void restart(Master master) {
        world.agenda().in(WATCH_MILLIS + world.chance().between(0, 3_000), () -> {
            if (master.isUp()) {
                return;
            }
            long others =
                    world.masters().stream().filter(m -> connected(m, master)).count();
            if (isMinority(others)) {
                restart(master);
            } else {
                master.start();
            }
        });
    }

    /**
     * Gives an entity another owner.
     *
     * @param abruptly the old one is not told first
     */
    void move(String key, Master to, boolean abruptly) {
        var from = owners.get(key);
        if (from == to) {
            return;
        }
        moves++;
        owners.put(key, to);
        world.history()
                .note(() ->
                        key + " moves from " + from + " to " + to + (abruptly ? ", and " + from + " is not told" : ""));
        announce(key, from, abruptly ? world.chance().between(0, MOST_LINGERING_MILLIS) : 0);
    }

    private void announce(String key, Master from, long lingeringMillis) {
        versions.merge(key, 1L, Long::sum);
        for (var master : world.masters()) {
            long learns = world.chance().between(0, MOST_LEARNING_MILLIS);
            learn(master, key, master == from ? lingeringMillis : learns);
        }
    }

    private void learn(Master master, String key, long millis) {
        world.agenda().in(millis, () -> {
            if (master.isUp() && isolated(master)) {
                learn(master, key, WATCH_MILLIS);
            } else {
                master.run(master.incarnation(), () -> master.learn(key));
            }
        });
    }
}
