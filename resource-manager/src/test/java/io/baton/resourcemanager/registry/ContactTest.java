package io.baton.resourcemanager.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.OptionalLong;
import org.apache.ratis.proto.RaftProtos.CandidateInfoProto;
import org.apache.ratis.proto.RaftProtos.FollowerInfoProto;
import org.apache.ratis.proto.RaftProtos.LeaderInfoProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerProto;
import org.apache.ratis.proto.RaftProtos.RoleInfoProto;
import org.apache.ratis.proto.RaftProtos.ServerRpcProto;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContactTest {
    private long nanos = -1_000_000_000_000L;

    private static ServerRpcProto heard(String peer, long millis) {
        return ServerRpcProto.newBuilder()
                .setId(RaftPeerProto.newBuilder().setId(ByteString.copyFromUtf8(peer)))
                .setLastRpcElapsedTimeMs(millis)
                .build();
    }

    static RoleInfoProto leader(Long... followers) {
        var info = LeaderInfoProto.newBuilder();
        Arrays.stream(followers).forEach(f -> info.addFollowerInfo(heard("f", f)));
        return RoleInfoProto.newBuilder().setLeaderInfo(info).build();
    }

    static RoleInfoProto follower(String leader, long millis) {
        return RoleInfoProto.newBuilder()
                .setFollowerInfo(FollowerInfoProto.newBuilder().setLeaderInfo(heard(leader, millis)))
                .build();
    }

    static RoleInfoProto candidate() {
        return RoleInfoProto.newBuilder()
                .setCandidateInfo(CandidateInfoProto.getDefaultInstance())
                .build();
    }

    @ParameterizedTest(name = "followers heard {0} ms ago")
    @CsvSource(delimiter = '|', textBlock = """
            ''              | 0
            700             | 700
            100 9000        | 100
            9000 8000       | 8000
            1 2 3 4         | 2
            9 9000 8 9000   | 9
            """)
    void aLeaderIsWithAMajorityOfItselfAndThoseWhoAnswer(String followers, long silence) {
        var heard = Arrays.stream(followers.split(" "))
                .filter(text -> !text.isEmpty())
                .map(Long::valueOf)
                .toArray(Long[]::new);

        assertThat(Contact.silenceMillis(leader(heard))).hasValue(silence);
    }

    @Test
    void othersHaveTheirLeadersWordOrNone() {
        assertThat(Contact.silenceMillis(follower("l", 300))).hasValue(300);
        assertThat(Contact.silenceMillis(follower("", 300))).isEqualTo(OptionalLong.empty());
        assertThat(Contact.silenceMillis(candidate())).isEqualTo(OptionalLong.empty());
    }

    @Test
    void anElectionIsNoLossButSilenceIs() {
        var contact = new Contact(() -> nanos);
        assertThat(contact.isLost()).as("never heard of anyone").isTrue();
        contact.look(follower("l", 100));
        assertThat(contact.isLost()).isFalse();

        passed(2_000);
        contact.look(candidate());
        assertThat(contact.isLost()).isFalse();

        passed(1_899);
        assertThat(contact.isLost()).isFalse();
        passed(1);
        assertThat(contact.isLost()).isTrue();

        contact.look(follower("other", 0));
        assertThat(contact.isLost()).isFalse();
    }

    @Test
    void oldNewsDoNotCountAsNew() {
        var contact = new Contact(() -> nanos);
        contact.look(leader(0L, 9_000L));
        passed(3_999);
        contact.look(leader(9_000L, 9_000L));
        assertThat(contact.isLost()).isFalse();
        passed(1);
        assertThat(contact.isLost()).isTrue();
    }

    private void passed(long millis) {
        nanos += millis * 1_000_000;
    }
}
