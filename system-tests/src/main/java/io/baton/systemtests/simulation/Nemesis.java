package io.baton.systemtests.simulation;

import java.util.ArrayList;
import java.util.List;

/** Makes trouble: which kinds, and how often, is drawn from the seed. */
final class Nemesis {
    private static final long ROUND_MILLIS = 1_000;

    private record Trouble(String name, int perMille, Runnable act) {}

    private final World world;
    private final List<Trouble> troubles = new ArrayList<>();
    private int newsLost;
    private long slowDisk;
    private boolean over;

    Nemesis(World world) {
        this.world = world;
    }

    void start() {
        var chance = world.chance();
        newsLost = chance.half() ? chance.below(20) : 0;
        slowDisk = chance.half() ? chance.between(5, 3_000) : 5;
        world.network()
                .weather(new Network.Weather(
                        chance.half() ? chance.below(60) : 0,
                        0,
                        false,
                        chance.half() ? chance.below(100) : 0,
                        chance.between(10, 5_000)));
        add("master crashes", 12, this::crashMaster);
        add("masters frozen", 12, () -> chance.of(world.masters()).freeze(chance.between(500, 30_000)));
        add("agent crashes", 20, this::crashAgent);
        add("agents frozen", 10, () -> chance.of(world.agents()).freeze(chance.between(500, 30_000)));
        add("reboots", 4, this::reboot);
        add("supervisors lost", 10, () -> chance.of(world.agents()).host().loseSomeProcess());
        add("framework crashes", 12, () -> chance.of(world.frameworks()).crash(chance.between(0, 30_000)));
        add("framework failovers", 8, () -> chance.of(world.frameworks()).failOver());
        add("moves", 30, this::move);
        add("links broken", 30, this::tear);
        add("cuts", 20, this::cut);
        add("isolations", 8, this::isolate);
        round();
    }

    private void add(String name, int most, Runnable act) {
        if (world.chance().half()) {
            troubles.add(new Trouble(name, 1 + world.chance().below(most), act));
        }
    }

    private void round() {
        world.agenda().in(ROUND_MILLIS, () -> {
            if (!over) {
                for (var trouble : troubles) {
                    if (world.chance().perMille(trouble.perMille)) {
                        world.judge().count("fault: " + trouble.name);
                        trouble.act.run();
                    }
                }
                round();
            }
        });
    }

    /** All that was done is undone. */
    void stop() {
        over = true;
        world.history().note(() -> "the faults are over");
        world.network().weather(Network.Weather.FAIR);
        world.network().mendAll();
        newsLost = 0;
        slowDisk = 5;
        world.masters().stream().filter(Node::isUp).forEach(Node::thawNow);
        world.agents().stream().filter(Node::isUp).forEach(Node::thawNow);
    }

    boolean losesNews() {
        return world.chance().perMille(newsLost);
    }

    long diskMillis() {
        return world.chance().between(1, slowDisk);
    }

    private boolean silently() {
        return world.chance().perMille(300);
    }

    private void crashMaster() {
        restart(world.chance().of(world.masters()), world.chance().between(500, 30_000));
    }

    private void crashAgent() {
        restart(world.chance().of(world.agents()), world.chance().between(100, 20_000));
    }

    private void restart(Node node, long awayMillis) {
        if (node.isUp()) {
            node.crash(silently());
            world.agenda().in(awayMillis, () -> {
                if (!node.isUp()) {
                    node.start();
                }
            });
        }
    }

    private void reboot() {
        var agent = world.chance().of(world.agents());
        if (agent.isUp()) {
            agent.host().reboot();
            restart(agent, world.chance().between(1_000, 30_000));
        }
    }

    private void move() {
        var keys = world.placement().keys();
        var up = world.masters().stream()
                .filter(m -> m.isUp() && !world.placement().isolated(m))
                .toList();
        if (!keys.isEmpty() && !up.isEmpty()) {
            world.placement()
                    .move(
                            world.chance().of(keys),
                            world.chance().of(up),
                            world.chance().half());
        }
    }

    private void tear() {
        List<Node> ends = new ArrayList<>(world.agents());
        world.frameworks().forEach(f -> ends.addAll(f.processes()));
        world.chance().of(ends).tearLinks();
    }

    /** Two nodes, one way or both. */
    private void cut() {
        var nodes = world.nodes();
        var one = world.chance().of(nodes);
        var other = world.chance().of(nodes);
        boolean both = world.chance().half();
        world.history().note(() -> one + " is cut off from " + other + (both ? "" : ", one way"));
        world.network().cut(one, other);
        if (both) {
            world.network().cut(other, one);
        }
        world.agenda().in(world.chance().between(500, 60_000), () -> {
            world.network().mend(one, other);
            world.network().mend(other, one);
        });
    }

    /** A master from the other masters; agents and schedulers may still reach it. */
    private void isolate() {
        var victim = world.chance().of(world.masters());
        boolean all = world.chance().half();
        var others = all ? world.nodes() : new ArrayList<Node>(world.masters());
        world.history().note(() -> victim + " is cut off from all" + (all ? "" : " other masters"));
        others.forEach(other -> {
            world.network().cut(victim, other);
            world.network().cut(other, victim);
        });
        world.agenda()
                .in(
                        world.chance().between(1_000, 60_000),
                        () -> others.forEach(other -> {
                            world.network().mend(victim, other);
                            world.network().mend(other, victim);
                        }));
    }
}
