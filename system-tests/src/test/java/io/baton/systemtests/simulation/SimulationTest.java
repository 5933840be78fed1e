package io.baton.systemtests.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SimulationTest {
    private static final int RUNS = 40;

    @Test
    void nothingIsLostStartedTwiceOrOvercommittedWhateverFails() {
        for (long seed = 1; seed <= RUNS; seed++) {
            holds(Simulation.run(seed));
        }
    }

    /**
     * What these found: a registration or its answer lost for ever (42, 49), launches and acceptances lost between masters
     * (10, 18), a silent launch given up and started later (34), a proposal lost for ever (51), an answer older than the
     * launch (39), an acceptance of an older session that came after its task was called gone (37, 43), a SUPPRESS that
     * came after the REVIVE made later (100016), an agent whose first answer was lost and left a ghost (200009), a
     * registration that came after a newer one (300174), an owner that was replaced, not told of it, and asked about what
     * its successor had launched (500205), an allocator that claimed anew and sent proposals again (502497), an answer to
     * an earlier registration that was taken for that to the last (505526), also while the agent still registered (600768)
     * or repeated its registration (526838), a session that came back to an old memory of an agent's tasks, and missed
     * one of now (556), an update that an old owner passed on when its task's end was acknowledged (572580), a new owner that
     * heard of an older registration first (580320), a copy of an update that came to a moved session after the next one
     * (1011861), an acceptance that stood still with its master until its task had been called gone (20261231), an
     * answer to the session before this one, which then launched the task all the same (20263269).
     */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(
            longs = {
                42,
                43,
                49,
                51,
                556,
                100_016,
                200_009,
                300_174,
                500_205,
                502_497,
                505_526,
                526_838,
                572_580,
                580_320,
                600_768,
                20_261_231,
                20_263_269
            })
    void whatFailedOnceFailsNoMore(long seed) {
        holds(Simulation.run(seed));
    }

    /**
     * A rule that is left out must show, or the simulation proves nothing. Where that takes many seeds, the one of them
     * that last showed it is tried first.
     */
    @ParameterizedTest(name = "{0}, within {1} seeds")
    @CsvSource({
        "AGENT_CHECKS_EPOCH, 80, 1",
        "AGENT_KNOWS_DUPLICATES, 10, 1",
        "CHECKPOINT_BEFORE_START, 20, 3",
        "CHECKPOINT_BEFORE_UPDATE, 10, 1",
        "ANSWERS_AFTER_AGENT, 10, 3",
        "OFFERS_AFTER_AGENT, 40, 34",
        "PROPOSALS_ONCE, 10, 1",
        "LEASES_END_WITH_EPOCH, 140, 30",
        "SESSIONS_HEAR_OF_TASKS, 140, 104",
        "SCHEDULERS_ACKNOWLEDGE, 10, 1",
        "UPDATES_AGAIN, 10, 1"
    })
    void aRuleThatIsLeftOutIsMissed(Rule rule, int seeds, long known) {
        assertThat(LongStream.concat(LongStream.of(known), LongStream.rangeClosed(1, seeds)))
                .anyMatch(seed ->
                        Simulation.run(seed, Set.of(rule), 0).violation().isPresent());
    }

    /** One seed in two thousand meets this; each of these did. */
    @Test
    void anAnswerOfAnOwnerThatWasReplacedIsMissed() {
        assertThat(LongStream.of(505_603, 506_609))
                .anyMatch(seed -> Simulation.run(seed, Set.of(Rule.ANSWERS_OF_OWNER), 0)
                        .violation()
                        .isPresent());
    }

    @Test
    void theSameSeedGivesTheSameHistory() {
        var once = Simulation.run(7, Set.of(), 500);

        assertThat(Simulation.run(7, Set.of(), 500)).isEqualTo(once);
        assertThat(once.history()).isNotEmpty();
    }

    private static void holds(Simulation.Outcome outcome) {
        assertThat(outcome.violation())
                .as(
                        "seed %d; replay with ./baton simulate --seed %d%n%s",
                        outcome.seed(), outcome.seed(), String.join(System.lineSeparator(), outcome.history()))
                .isEmpty();
    }
}
