package io.baton.resourcemanager.registry;

/** What a replica tells the process it lives in. Called by threads of the log: do not block. */
public interface ReplicaEvents {
    /**
     * The replica cannot go on: the disk failed, the log is damaged, a newer version wrote it. The process must end.
     *
     * @param why for the operator: what is wrong, and what to do
     */
    void broken(String why);

    /** There has been no leader for ten seconds: nothing can be changed, what is read may be old. */
    void leaderless();

    /**
     * There is a leader.
     *
     * @param voterId who leads
     */
    void led(String voterId);
}
