package io.baton.systemtests.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** {@code baton simulate [--seed N] [--hours H]}. */
public final class Main {
    private static final String USAGE = "usage: baton simulate [--seed N] [--hours H]\n"
            + "  --seed N   the first seed, 1 if not given; each run takes the next\n"
            + "  --hours H  go on until so many hours are simulated; without it one run, with its history if it fails";
    private static final int WRONG_USAGE = 2;
    private static final double MILLIS_PER_HOUR = 3_600_000.0;
    private static final long PROGRESS_NANOS = 10_000_000_000L;

    private Main() {}

    /** Exits with 0 if all runs went well, with 1 and the seed if one did not, with 2 for wrong usage. */
    public static void main(String[] args) {
        var words = new ArrayList<>(List.of(args));
        words.remove("simulate");
        long seed;
        double hours;
        try {
            seed = Long.parseLong(option(words, "--seed", "1"));
            hours = Double.parseDouble(option(words, "--hours", "0"));
            if (!words.isEmpty() || !(hours >= 0)) {
                throw new IllegalArgumentException("unknown words " + words);
            }
        } catch (IllegalArgumentException wrong) {
            System.err.println("baton simulate: " + wrong.getMessage() + "\n" + USAGE);
            System.exit(WRONG_USAGE);
            return;
        }
        System.exit(simulate(seed, hours) ? 0 : 1);
    }

    private static String option(List<String> words, String name, String otherwise) {
        int at = words.indexOf(name);
        if (at < 0) {
            return otherwise;
        }
        if (at + 1 >= words.size()) {
            throw new IllegalArgumentException(name + " needs a number");
        }
        var value = words.get(at + 1);
        words.subList(at, at + 2).clear();
        return value;
    }

    private static boolean simulate(long first, double hours) {
        var sums = new TreeMap<String, Long>();
        long begun = System.nanoTime();
        long shownAt = begun;
        long seed = first;
        do {
            var outcome = Simulation.run(seed);
            add(sums, outcome);
            if (outcome.violation().isPresent()) {
                outcome.history().forEach(System.out::println);
                show(sums, first, seed, begun);
                System.out.println("result           FAILED with seed " + seed + ": "
                        + outcome.violation().get());
                System.out.println("replay           ./baton simulate --seed " + seed);
                return false;
            }
            if (System.nanoTime() - shownAt > PROGRESS_NANOS) {
                shownAt = System.nanoTime();
                System.err.printf("%.1f hours simulated, seed %d%n", sums.get("millis") / MILLIS_PER_HOUR, seed);
            }
            seed++;
        } while (sums.get("millis") < hours * MILLIS_PER_HOUR);
        show(sums, first, seed - 1, begun);
        System.out.println("result           ok");
        return true;
    }

    private static void add(SortedMap<String, Long> sums, Simulation.Outcome outcome) {
        sums.merge("millis", outcome.millis(), Long::sum);
        sums.merge("steps", outcome.steps(), Long::sum);
        sums.merge("checks", outcome.checks(), Long::sum);
        outcome.counts().forEach((name, count) -> sums.merge("# " + name, count, Long::sum));
    }

    private static void show(SortedMap<String, Long> sums, long first, long last, long begun) {
        double seconds = (System.nanoTime() - begun) / 1e9;
        System.out.printf("seeds            %d to %d%n", first, last);
        System.out.printf("simulated        %.2f h in %.1f s%n", sums.get("millis") / MILLIS_PER_HOUR, seconds);
        System.out.printf("events           %d, %.0f a second%n", sums.get("steps"), sums.get("steps") / seconds);
        System.out.printf("checks           %d%n", sums.get("checks"));
        sums.forEach((name, count) -> {
            if (name.startsWith("# ")) {
                System.out.printf("  %-28s %d%n", name.substring(2), count);
            }
        });
    }
}
