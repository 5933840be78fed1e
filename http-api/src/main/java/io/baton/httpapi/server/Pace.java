package io.baton.httpapi.server;

/**
 * How fast something may go on the whole: a bucket that is filled at a steady rate. Whoever finds it empty waits until it
 * is half full again, so that waiting takes few timers. Safe for threads.
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
     * Takes as much as is wanted, though that may be more than there is, unless there is nothing.
     *
     * @return 0 if it was taken, else after how many nanoseconds to ask again
     */
    synchronized long take(long wanted, long now) {
        left = Math.min(most, left + (now - filledAt) * perNano);
        filledAt = now;
        if (left <= 0) {
            return (long) Math.ceil((most / 2 - left) / perNano);
        }
        left -= wanted;
        return 0;
    }
}
