package io.baton.resourcemanager.framework;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.v1.scheduler.Event;
import java.util.List;
import org.junit.jupiter.api.Test;

class HandoverTest {
    private static final List<Event> ONE = List.of(Events.error("1"));
    private static final List<Event> TWO = List.of(Events.error("2"));

    private final Handover handover = new Handover();

    @Test
    void whatIsToldWaitsForTheOldStreamAndNoOther() {
        assertThat(handover.tell(ONE)).isEqualTo(ONE);
        assertThat(handover.from("a")).isEmpty();
        assertThat(handover.tell(ONE)).isEmpty();
        assertThat(handover.ended("b")).isEmpty();
        assertThat(handover.tell(TWO)).isEmpty();

        assertThat(handover.ended("a")).containsExactly(ONE.get(0), TWO.get(0));
        assertThat(handover.ended("a")).isEmpty();
        assertThat(handover.tell(TWO)).isEqualTo(TWO);
    }

    @Test
    void whoIsReplacedWhileItWaitsIsToldAllThatItWaitedForAndTheThirdWaitsForBoth() {
        handover.from("a");
        handover.tell(ONE);
        assertThat(handover.from("b")).isEqualTo(ONE);
        handover.tell(TWO);

        assertThat(handover.ended("b")).isEmpty();
        assertThat(handover.ended("a")).isEqualTo(TWO);
    }
}
