package io.baton.httpapi.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.httpapi.server.Admission.Verdict;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AdmissionTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String FAR = "192.0.2.1";
    private static final String NEAR = "127.0.0.1";

    private final List<Connection> told = new ArrayList<>();

    private Connection connection(String address) throws Exception {
        var connection = new Connection(InetAddress.getByName(address));
        connection.onAbort(() -> {}, () -> {}, () -> told.add(connection));
        return connection;
    }

    private static Admission limits(int all, int ofAddress, int near) {
        return new Admission(new HttpConfig.Limits(all, ofAddress, near, 0, 0, 0), PATIENCE);
    }

    private static long in(Duration time) {
        return System.nanoTime() + time.toNanos();
    }

    private Connection admitted(Admission admission, String address) throws Exception {
        var connection = connection(address);
        assertThat(admission.admit(connection, in(Duration.ZERO))).isEqualTo(Verdict.ADMITTED);
        return connection;
    }

    private Verdict asked(Admission admission, String address, Duration later) throws Exception {
        return admission.admit(connection(address), in(later));
    }

    @Test
    void admitsUpToTheLimits() throws Exception {
        var admission = limits(4, 2, 3);
        var first = admitted(admission, FAR);
        var second = admitted(admission, FAR);
        assertThat(asked(admission, FAR, Duration.ZERO)).isEqualTo(Verdict.ADDRESS_FULL);
        admitted(admission, NEAR);
        admitted(admission, NEAR);
        assertThat(asked(admission, NEAR, Duration.ZERO)).isEqualTo(Verdict.FULL);
        assertThat(admission.open()).isEqualTo(4);
        admission.release(first);
        admission.release(second);
        admitted(admission, NEAR);
        assertThat(asked(admission, NEAR, Duration.ZERO)).isEqualTo(Verdict.ADDRESS_FULL);
        admitted(admission, FAR);
        assertThat(told).isEmpty();
    }

    @Test
    void whoWasQuietLongestMakesRoomButFirstThoseThatNeverAsked() throws Exception {
        var admission = limits(100, 3, 3);
        var oldest = admitted(admission, FAR);
        oldest.begin(1);
        oldest.answer(false, true);
        var newer = admitted(admission, FAR);
        newer.begin(1);
        newer.answer(false, true);
        var unused = admitted(admission, FAR);

        assertThat(asked(admission, FAR, Duration.ofSeconds(59))).isEqualTo(Verdict.ADDRESS_FULL);
        var busy = connection(FAR);
        busy.begin(1);
        assertThat(admission.admit(busy, in(Duration.ofSeconds(61)))).isEqualTo(Verdict.ADMITTED);
        assertThat(told).containsExactly(unused);
        admission.release(unused);
        assertThat(asked(admission, FAR, Duration.ofSeconds(61))).isEqualTo(Verdict.ADMITTED);
        assertThat(told).containsExactly(unused, oldest);
    }

    @Test
    void whatIsInUseMakesNoRoom() throws Exception {
        var admission = limits(100, 3, 3);
        admitted(admission, FAR).begin(1);
        var stream = admitted(admission, FAR);
        stream.begin(1);
        stream.answer(true, true);
        var used = admitted(admission, FAR);
        used.begin(1);
        used.answer(false, true);
        used.begin(2);

        assertThat(asked(admission, FAR, Duration.ofHours(1))).isEqualTo(Verdict.ADDRESS_FULL);
        used.answer(false, true);
        stream.streamEnded();
        assertThat(asked(admission, FAR, Duration.ofHours(2))).isEqualTo(Verdict.ADMITTED);
        assertThat(told).hasSize(1);
    }

    @Test
    void eachNewOneTakesThePlaceOfOne() throws Exception {
        var admission = limits(1000, 200, 200);
        for (int i = 0; i < 200; i++) {
            admitted(admission, FAR);
        }
        for (int i = 1; i <= 200; i++) {
            assertThat(asked(admission, FAR, Duration.ofSeconds(61))).isEqualTo(Verdict.ADMITTED);
            assertThat(told).hasSize(i).doesNotHaveDuplicates();
        }
        told.forEach(admission::release);
        assertThat(admission.open()).isEqualTo(200);
    }

    @Test
    void aLookInVainIsNotTakenAgainAtOnce() throws Exception {
        var admission = limits(100, 1, 1);
        admitted(admission, FAR);
        long begin = in(Duration.ofSeconds(59));
        assertThat(admission.admit(connection(FAR), begin)).isEqualTo(Verdict.ADDRESS_FULL);
        long now = begin + Duration.ofMillis(99).toNanos();
        assertThat(admission.admit(connection(FAR), now)).isEqualTo(Verdict.ADDRESS_FULL);
        now += Duration.ofSeconds(2).toNanos();
        assertThat(admission.admit(connection(FAR), now)).isEqualTo(Verdict.ADMITTED);
    }

    /** An operator finds room while one client takes all that there is. */
    @Test
    void whoHasFewFindsRoomWhereOthersFindNone() throws Exception {
        var admission = limits(40, 100, 100);
        for (int i = 0; i < 38; i++) {
            admitted(admission, FAR);
        }
        assertThat(asked(admission, FAR, Duration.ZERO)).isEqualTo(Verdict.FULL);
        admitted(admission, "192.0.2.2");
        admitted(admission, "192.0.2.3");
        assertThat(asked(admission, "192.0.2.4", Duration.ZERO)).isEqualTo(Verdict.FULL);
    }

    @Test
    void anotherAddressOfTheSameSixtyFourIsNoOtherClient() throws Exception {
        var admission = limits(100, 1, 1);
        var first = admitted(admission, "2001:db8::1");
        assertThat(asked(admission, "2001:db8::2", Duration.ZERO)).isEqualTo(Verdict.ADDRESS_FULL);
        admitted(admission, "2001:db8:0:1::1");
        admission.release(first);
        admitted(admission, "2001:db8::2");
    }

    @Test
    void knowsTheAddressesOfWhoeverHasAsked() throws Exception {
        var admission = limits(10, 10, 10);
        var used = admitted(admission, FAR);
        var unused = admitted(admission, FAR);
        var stranger = admitted(admission, NEAR);
        admission.served(used);

        assertThat(admission.knows(unused)).isTrue();
        assertThat(admission.knows(stranger)).isFalse();
        admission.release(used);
        assertThat(admission.knows(unused)).isFalse();
        admission.served(used);
        assertThat(admission.knows(unused)).isFalse();
    }
}
