package io.baton.systemtests.simulation;

/** A core on a master, driven as its actor drives it. */
interface Entity {
    /** A second has passed. */
    void tick();

    /** It has been taken from this master. */
    default void stopped() {}
}
