package io.baton.core.security;

/**
 * Which executor shows its token: the claims {@code fid}, {@code eid} and {@code cid} of Mesos.
 *
 * @param container in which it runs: a token is of no use to another run of the same executor
 */
public record ExecutorIdentity(String framework, String executor, String container) {
    /** As Mesos names such a principal. */
    @Override
    public String toString() {
        return "{cid: " + container + ", eid: " + executor + ", fid: " + framework + "}";
    }
}
