package io.baton.resourcemanager.registry;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.apache.ratis.proto.RaftProtos.RoleInfoProto;
import org.apache.ratis.proto.RaftProtos.ServerRpcProto;

/**
 * How long a replica has been without word from a majority. It is to be shown the replica's role often, and remembers:
 * an election is a moment without a leader, not a loss.
 */
final class Contact {
    /** Beyond it the others may have given this master up: what it owned may be another's. */
    static final Duration LOST = Duration.ofSeconds(4);

    private static final long MILLION = 1_000_000;

    private final LongSupplier nanos;
    private long lastNanos;

    /** @param nanos a clock that only goes forward, also while the process is stopped */
    Contact(LongSupplier nanos) {
        this.nanos = nanos;
        this.lastNanos = nanos.getAsLong() - LOST.toNanos();
    }

    synchronized void look(RoleInfoProto role) {
        var silence = silenceMillis(role);
        if (silence.isPresent()) {
            long heard = nanos.getAsLong() - silence.getAsLong() * MILLION;
            if (heard - lastNanos > 0) {
                lastNanos = heard;
            }
        }
    }

    synchronized boolean isLost() {
        return nanos.getAsLong() - lastNanos >= LOST.toNanos();
    }

    /** Of a majority: a leader counts who answers it, a follower has its leader's word. Empty if there is none now. */
    static OptionalLong silenceMillis(RoleInfoProto role) {
        return switch (role.getPeerInfoCase()) {
            case LEADERINFO -> OptionalLong.of(leader(role));
            case FOLLOWERINFO -> follower(role.getFollowerInfo().getLeaderInfo());
            case CANDIDATEINFO, PEERINFO_NOT_SET -> OptionalLong.empty();
        };
    }

    /** How long ago a leader heard of each follower, by voter id; empty in another role. */
    static SortedMap<String, Duration> silence(RoleInfoProto role) {
        var silence = new TreeMap<String, Duration>();
        role.getLeaderInfo()
                .getFollowerInfoList()
                .forEach(follower -> silence.put(
                        follower.getId().getId().toStringUtf8(),
                        Duration.ofMillis(follower.getLastRpcElapsedTimeMs())));
        return silence;
    }

    private static OptionalLong follower(ServerRpcProto leader) {
        return leader.getId().getId().isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(leader.getLastRpcElapsedTimeMs());
    }

    /** With the leader itself, half of the followers are a majority. */
    private static long leader(RoleInfoProto role) {
        var followers = role.getLeaderInfo().getFollowerInfoList();
        int needed = (followers.size() + 1) / 2;
        return needed == 0
                ? 0
                : followers.stream()
                        .mapToLong(ServerRpcProto::getLastRpcElapsedTimeMs)
                        .sorted()
                        .skip(needed - 1L)
                        .findFirst()
                        .orElseThrow();
    }
}
