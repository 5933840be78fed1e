package io.baton.resourcemanager.framework;

/**
 * The sessions of one process whose ids nobody has, as far as is known: they are only there because somebody has asked.
 * Whoever makes up ids must not be able to fill the master with them.
 *
 * <p>Safe for threads.
 */
final class Strangers {
    /** So many may be there at once that have been asked in vain; one more goes as soon as it has answered. */
    static final int MOST = 10_000;

    /** After so many ticks one goes. Something may be under way to it: a subscription, tasks that an agent runs. */
    static final int TICKS = 60;

    /** The same of one that had to say that there is no such framework. */
    static final int TICKS_IN_VAIN = 2;

    private final int most;
    private int inVain;

    Strangers() {
        this(MOST);
    }

    Strangers(int most) {
        this.most = most;
    }

    /** One more session. */
    Stranger stranger() {
        return new Stranger();
    }

    /** How many have been asked in vain and are there still. */
    synchronized int inVain() {
        return inVain;
    }

    private synchronized int count(int more) {
        inVain += more;
        return inVain;
    }

    /** One session, as long as nobody has its id. Mutable; one owner. */
    final class Stranger {
        private int ticks;
        private boolean counts;

        private Stranger() {}

        /**
         * It has said that there is no such framework.
         *
         * @return whether it is to go at once
         */
        boolean askedInVain() {
            if (!counts) {
                counts = true;
                return count(1) > most;
            }
            return false;
        }

        /** Time has passed, and still nobody has its id. */
        void ticked() {
            ticks++;
        }

        /** Whether it has been there for long enough. */
        boolean isOver() {
            return ticks >= (counts ? TICKS_IN_VAIN : TICKS);
        }

        /** Somebody comes who may have the id, or the session ends: it counts no more. */
        void known() {
            if (counts) {
                counts = false;
                count(-1);
            }
        }
    }
}
