package io.baton.resourcemanager.framework;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.resourcemanager.registry.record.Command;
import io.baton.resourcemanager.registry.record.FrameworkEntry;
import io.baton.v1.FrameworkInfo;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class AwayTimeTest {
    private static final long AT = 1_767_225_600_000L;
    private static final long HOUR = Duration.ofHours(1).toMillis();
    private static final FrameworkEntry CONNECTED = FrameworkEntry.newBuilder()
            .setInfo(FrameworkInfo.newBuilder().setUser("u").setName("n"))
            .setEpoch(7)
            .setChanged(7)
            .build();

    private final AwayTime time = new AwayTime();

    private Duration ahead = Duration.ZERO;

    private long read(long written) {
        var entry = CONNECTED.toBuilder().setDisconnectedSince(written).build();
        return time.read(entry, this::fromHost).getDisconnectedSince();
    }

    private Instant fromHost(Instant shown) {
        return shown.minus(ahead);
    }

    private long write(long meant) {
        return time.write(Command.newBuilder().setAt(meant), steady -> steady.plus(ahead))
                .getAt();
    }

    @Test
    void isWrittenByTheHostsClockAndReadBackAsItWasMeant() {
        ahead = Duration.ofHours(1);

        assertThat(write(AT)).isEqualTo(AT + HOUR);
        ahead = Duration.ZERO;
        assertThat(read(AT + HOUR)).isEqualTo(AT);
    }

    @Test
    void isReadByTheHostsClockOnce() {
        assertThat(read(AT)).isEqualTo(AT);
        ahead = Duration.ofHours(1);
        assertThat(read(AT)).as("the host's clock was set meanwhile").isEqualTo(AT);
        assertThat(read(AT + 1)).as("somebody wrote another one").isEqualTo(AT + 1 - HOUR);
    }

    @Test
    void changesNothingElse() {
        assertThat(time.read(CONNECTED, this::fromHost)).isEqualTo(CONNECTED);
        assertThat(time.write(Command.newBuilder(), this::fromHost).hasAt()).isFalse();
    }
}
