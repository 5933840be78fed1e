package io.baton.systemtests.simulation;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/** One run: a cluster with faults for some minutes, then without, until all is settled. */
public final class Simulation {
    /** By then everything is settled after the faults are over, or something is stuck. Updates wait up to 10 minutes. */
    private static final long SETTLE_MILLIS = 20 * 60_000;

    private static final long LOOK_MILLIS = 5_000;
    private static final int PROBES_PER_AGENT = 3;

    /** Lines of history that a failing run is printed with. */
    public static final int HISTORY_LINES = 400;

    /**
     * What came of a run.
     *
     * @param violation what must not be and was; empty if all went well
     * @param millis simulated
     * @param steps events
     * @param checks of what must always be so
     * @param counts of what happened, faults among them
     * @param history the last lines, if they were asked for
     */
    public record Outcome(
            long seed,
            Optional<String> violation,
            long millis,
            long steps,
            long checks,
            SortedMap<String, Long> counts,
            List<String> history) {}

    private Simulation() {}

    /** A run with all rules; if it fails it is run again for its history. */
    public static Outcome run(long seed) {
        var outcome = run(seed, Set.of(), 0);
        return outcome.violation().isPresent() ? run(seed, Set.of(), HISTORY_LINES) : outcome;
    }

    /**
     * A run without some of the rules.
     *
     * @param historyLines most lines of history kept; without any a run is faster
     */
    public static Outcome run(long seed, Set<Rule> leftOut, int historyLines) {
        var world = new World(seed, leftOut, historyLines);
        Optional<String> violation = Optional.empty();
        try {
            world.start();
            until(world, world.scenario().faultMillis());
            world.nemesis().stop();
            world.frameworks()
                    .forEach(f -> f.probe(PROBES_PER_AGENT * world.agents().size()));
            settle(world);
        } catch (RuntimeException | AssertionError broken) {
            var text = broken instanceof ViolationException ? broken.getMessage() : broken + " at " + where(broken);
            violation = Optional.of(text);
            world.history().note(() -> text);
        }
        world.judge().counts().put("messages lost", world.network().count("lost", 0));
        world.judge().counts().put("entities moved", world.placement().moves());
        return new Outcome(
                seed,
                violation,
                world.agenda().now(),
                world.agenda().steps(),
                world.judge().checks(),
                world.judge().counts(),
                world.history().lines());
    }

    private static String where(Throwable broken) {
        return broken.getStackTrace().length == 0 ? "nowhere" : broken.getStackTrace()[0].toString();
    }

    private static void settle(World world) {
        long end = world.agenda().now() + SETTLE_MILLIS;
        List<String> unsettled;
        do {
            until(world, world.agenda().now() + LOOK_MILLIS);
            unsettled = world.judge().unsettled();
        } while (!unsettled.isEmpty() && world.agenda().now() < end);
        if (!unsettled.isEmpty()) {
            throw new ViolationException(
                    "not settled " + SETTLE_MILLIS / 60_000 + " minutes after the faults: " + unsettled);
        }
    }

    private static void until(World world, long limit) {
        while (world.agenda().step(limit)) {
            // Each step is checked where it is done.
        }
    }
}
