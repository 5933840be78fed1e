package io.baton.core.membership;

/** How many masters a cluster has. */
public final class MasterCount {
    /** As many survive the loss of two; more would only make each change wait for more disks. */
    public static final int MOST = 5;

    private MasterCount() {}
}
