package io.baton.resourcemanager.registry;

import java.io.IOException;
import java.time.Duration;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.RoleInfoProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.rpc.CallId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.util.ProtoUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An election that does not wait until followers lose their patience with a leader that is known to be gone. A leader that
 * stops tells one follower to stand at once; here a follower tells itself so, in the dead one's name.
 */
final class Candidacy {
    /** A leader that lives is heard of each {@link RaftSettings#HEARTBEAT}. */
    static final Duration QUIET = RaftSettings.HEARTBEAT.plusMillis(50);

    private static final Logger LOG = LoggerFactory.getLogger(Candidacy.class);

    private final RaftServer server;
    private final RaftGroupId group;

    Candidacy(RaftServer server, RaftGroupId group) {
        this.server = server;
        this.group = group;
    }

    /**
     * Stands, if this voter follows that leader and has heard nothing of it for {@link #QUIET}. One that follows it still
     * after {@link RaftSettings#MOST_PATIENCE} was stopped itself: others may have elected long since.
     */
    void standFor(String leader) {
        try {
            if (isDue(server.getDivision(group).getInfo().getRoleInfoProto(), leader)) {
                stand(leader);
            }
        } catch (IOException | RuntimeException e) {
            LOG.info("this master does not stand for election at once: the others elect", e);
        }
    }

    static boolean isDue(RoleInfoProto role, String leader) {
        var heard = role.getFollowerInfo().getLeaderInfo();
        return role.hasFollowerInfo()
                && heard.getId().getId().toStringUtf8().equals(leader)
                && heard.getLastRpcElapsedTimeMs() >= QUIET.toMillis()
                && heard.getLastRpcElapsedTimeMs() < RaftSettings.MOST_PATIENCE.toMillis();
    }

    /** Ratis refuses it if this voter has another leader, or nothing of this one's term. */
    void stand(String leader) throws IOException {
        var last = server.getDivision(group).getRaftLog().getLastEntryTermIndex();
        if (last == null) {
            return;
        }
        var from = RaftRpcRequestProto.newBuilder()
                .setRequestorId(RaftPeerId.valueOf(leader).toByteString())
                .setReplyId(server.getId().toByteString())
                .setRaftGroupId(ProtoUtils.toRaftGroupIdProtoBuilder(group))
                .setCallId(CallId.getAndIncrement());
        server.startLeaderElection(StartLeaderElectionRequestProto.newBuilder()
                .setServerRequest(from)
                .setLeaderLastEntry(last.toProto())
                .build());
    }
}
