package io.baton.executor.agent;

import static io.baton.executor.Samples.FRAMEWORK;
import static io.baton.executor.Samples.task;
import static io.baton.executor.agent.BooksProbe.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.baton.executor.check.Outcome;
import io.baton.v1.CheckInfo;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CheckNewsTest {
    private final BooksProbe probe = new BooksProbe();
    private String container = "";

    @BeforeEach
    void start() {
        var checked = task("t", "sleep 100")
                .setCheck(CheckInfo.newBuilder()
                        .setType(CheckInfo.Type.TCP)
                        .setTcp(CheckInfo.Tcp.newBuilder().setPort(80))
                        .setDelaySeconds(0)
                        .setIntervalSeconds(1));
        probe.take(probe.books.run(FRAMEWORK, checked.build(), true, NOW));
        container = probe.container("t");
        probe.runs(container);
    }

    private String probed(boolean connects, int second) {
        Instant at = NOW.plusSeconds(second);
        var asked = probe.books.tick(at).stream()
                .filter(Effect.Probe.class::isInstance)
                .map(effect -> ((Effect.Probe) effect).probe())
                .findFirst()
                .orElseThrow();
        var outcome = connects ? new Outcome.Connected() : new Outcome.Failed("refused");
        return probe.take(probe.books.probed(container, asked.kind(), asked.number(), outcome, at));
    }

    /** What is left of the journal is for the ends of tasks. */
    @Test
    void isLeftOutOnAFullDisk() {
        probe.books.room(false);
        assertThat(probed(false, 1)).isEmpty();
        assertThat(probed(true, 3)).isEmpty();

        probe.books.room(true);
        assertThat(probed(true, 5)).isEqualTo("t RUNNING");
        assertThat(probe.latest("t").getCheckStatus().getTcp().getSucceeded()).isTrue();
    }
}
