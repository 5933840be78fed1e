package io.baton.resourcemanager.registry;

import java.util.UUID;

/**
 * One voice in the group of masters that hold the log.
 *
 * @param id the master's name, a hyphen, and eight digits that its data directory keeps: an emptied directory is
 *     another voter. Raft relies on a voter that never forgets; one that did must not come back under its old id
 * @param address {@code host:port} of its port for the other voters
 */
public record Voter(String id, String address) {
    private static final int DIGITS = 8;

    /** A voter that has never voted. */
    public static Voter fresh(String master, String address) {
        return new Voter(master + "-" + UUID.randomUUID().toString().substring(0, DIGITS), address);
    }

    /** The name of its master. */
    public String master() {
        return id.length() > DIGITS ? id.substring(0, id.length() - DIGITS - 1) : id;
    }
}
