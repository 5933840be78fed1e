package io.baton.httpapi.server;

/**
 * How fast something may go on the whole: a bucket that is filled at a steady rate. Whoever finds too little in it has its
 * turn when there will be enough, after all who asked before; so turns come evenly, each of them once. Safe for threads.
 */
final class Pace {
    private static final double NANOS_PER_SECOND = 1e9;

    private final double perNano;
    private final double most;
    private double left;
    private long filledAt;

    /**
     * @param perSecond in the long run
     * @param most at once after a pause
     * @param now nanoseconds of a clock that only goes forward
     */
    Pace(long perSecond, long most, long now) {
        this.perNano = perSecond / NANOS_PER_SECOND;
        this.most = most;
        this.left = most;
        this.filledAt = now;
    }

    /**
     * Takes as much as is wanted, though it may not be there yet.
     *
     * @return in how many nanoseconds it will be, 0 if it is
     */
    synchronized long take(long wanted, long now) {
        left = Math.min(most, left + (now - filledAt) * perNano) - wanted;
        filledAt = now;
        return left >= 0 ? 0 : (long) Math.ceil(-left / perNano);
    }
}
