package io.baton.benchmarks.failover;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Faults of the cables between masters, on a site whose servers have hosts of their own. */
public final class Cables {
    private static final long QUIET_MILLIS = 3_000;
    private static final long LOOK_MILLIS = 200;

    /** What was under way when a master was cut off has arrived by then, or never does. */
    private static final long SETTLED_MILLIS = 1_000;

    /**
     * What came of a master that was cut off.
     *
     * @param gapSeconds how long offers stayed out at most
     * @param entries of the registry's log that it still took part in while it was cut off; there are to be none
     */
    public record Cut(double gapSeconds, int entries) {}

    /**
     * What came of lost packets.
     *
     * @param gapSeconds how long offers stayed out at most
     * @param perSecond tasks that ended meanwhile
     */
    public record Lossy(double gapSeconds, double perSecond) {}

    /** From one master to another, not back. */
    private record Way(int from, int to) {}

    private final Site site;
    private final int masters;
    private final Gaps gaps;

    Cables(Site site, int masters, Gaps gaps) {
        this.site = site;
        this.masters = masters;
        this.gaps = gaps;
    }

    private void settle() throws InterruptedException {
        site.awaitReady();
        Site.pause(QUIET_MILLIS);
    }

    /**
     * Cuts a master off from the other masters; agents and schedulers go on reaching it. Afterwards its cables are
     * mended, and all are waited for.
     */
    public Cut cutOffMaster(int i, Duration time) throws IOException, InterruptedException {
        var entries = new int[1];
        double gap = gaps.around(() -> {
            cut(i, true);
            entries[0] = entriesAt(i, time);
            cut(i, false);
        });
        settle();
        return new Cut(gap, entries[0]);
    }

    /** Lets time pass. @return how many entries this master's copy of the log goes on by meanwhile, until it ends */
    private int entriesAt(int master, Duration time) throws InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        Site.pause(SETTLED_MILLIS);
        int first = -1;
        int newest = -1;
        while (System.nanoTime() < end) {
            newest = Math.max(newest, site.appliedIndex(master));
            first = first < 0 ? newest : first;
            Site.pause(LOOK_MILLIS);
        }
        return newest - first;
    }

    private void cut(int i, boolean off) throws IOException {
        for (int other = 0; other < masters; other++) {
            if (other != i) {
                cutLink(i, other, off);
            }
        }
    }

    private void cutLink(int one, int other, boolean off) throws IOException {
        if (off) {
            site.network().cut(one, other);
        } else {
            site.network().mend(one, other);
        }
    }

    /** Cuts two masters off from each other, while both reach the third. */
    public double breakLink(int one, int other, Duration time) throws IOException, InterruptedException {
        double gap = gaps.around(() -> {
            cutLink(one, other, true);
            Site.pause(time.toMillis());
            cutLink(one, other, false);
        });
        settle();
        return gap;
    }

    /**
     * Holds what a master says to other masters and to agents; after a while it all comes, when others have taken its
     * place.
     */
    public double holdMessages(int i, Duration time) throws IOException, InterruptedException {
        double gap;
        try (var master = site.holdable(i)) {
            site.killMaster(i);
            site.startMaster(i);
            settle();
            gap = gaps.around(() -> {
                master.hold(true);
                Site.pause(time.toMillis());
                master.hold(false);
            });
            site.awaitReady();
        }
        Site.pause(QUIET_MILLIS);
        site.awaitReady();
        return gap;
    }

    /** Loses some of the packets between all masters, in both directions. */
    public Lossy loseBetweenAll(int percent, Duration time) throws IOException, InterruptedException {
        var ways = new ArrayList<Way>();
        for (int from = 0; from < masters; from++) {
            for (int to = 0; to < masters; to++) {
                if (from != to) {
                    ways.add(new Way(from, to));
                }
            }
        }
        return lose(ways, percent, time);
    }

    /** Loses some of what a master says to all others, and nothing of what they say. */
    public Lossy loseFrom(int master, int percent, Duration time) throws IOException, InterruptedException {
        var ways = new ArrayList<Way>();
        for (int to = 0; to < masters; to++) {
            if (to != master) {
                ways.add(new Way(master, to));
            }
        }
        return lose(ways, percent, time);
    }

    /** Loses some, or all, of what a master says to one other. */
    public Lossy loseFrom(int master, int to, int percent, Duration time) throws IOException, InterruptedException {
        return lose(List.of(new Way(master, to)), percent, time);
    }

    private Lossy lose(List<Way> ways, int percent, Duration time) throws IOException, InterruptedException {
        var perSecond = new double[1];
        double gap = gaps.around(() -> {
            for (var way : ways) {
                site.network().lose(way.from, way.to, percent, true);
            }
            perSecond[0] = gaps.ends(() -> Site.pause(time.toMillis()));
            for (var way : ways) {
                site.network().lose(way.from, way.to, percent, false);
            }
        });
        settle();
        return new Lossy(gap, perSecond[0]);
    }
}
