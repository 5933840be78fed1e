package io.baton.resourcemanager.registry;

import org.apache.ratis.protocol.RaftPeer;

/** Voters as Ratis has them. */
final class RaftPeers {
    private RaftPeers() {}

    static RaftPeer peer(Voter voter) {
        return RaftPeer.newBuilder()
                .setId(voter.id())
                .setAddress(voter.address())
                .build();
    }

    static Voter voter(RaftPeer peer) {
        return new Voter(peer.getId().toString(), peer.getAddress());
    }
}
