package io.baton.executor.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.core.id.AgentId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegistrationTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final AgentId ID = new AgentId("a");

    private static Registration fresh() {
        var registration = new Registration(Optional.empty(), "", 0, 1);
        registration.masters(List.of("m1:1", "m2:1"), 0);
        return registration;
    }

    private static Registration.Adoption adoption(long epoch) {
        return new Registration.Adoption(ID, epoch, "c", 0);
    }

    @Test
    void numbersItsRegistrationsOverAllItsStarts() {
        var registration = in("REGISTERING");
        long first = registration.number();
        registration.linkLost(1, NOW, 0);
        registration.tick(NOW.plusSeconds(9), 0);
        registration.linkUp(2, NOW.plusSeconds(9));
        assertThat(registration.number()).isGreaterThan(first);

        var next = new Registration(Optional.of(ID), "c", 9, 2);
        assertThat(next.number()).isGreaterThan(registration.number());
    }

    @Test
    void aHostThatWasSetBackToAnOlderCopyNumbersItsStartsOn() {
        long minute = NOW.getEpochSecond() / 60;
        assertThat(Registration.nextStart(0, NOW)).isEqualTo(minute);
        assertThat(Registration.nextStart(minute, NOW)).as("twice in a minute").isEqualTo(minute + 1);
        assertThat(Registration.nextStart(minute + 9, NOW))
                .as("the clock was set back")
                .isEqualTo(minute + 10);
        assertThat(Registration.nextStart(minute, NOW.plusSeconds(600)))
                .as("an older copy, of which the starts since are gone")
                .isEqualTo(minute + 10);
        assertThat(new Registration(Optional.of(ID), "c", 9, minute).number()).isPositive();
    }

    @Test
    void anAgentThatIsGoneEndsAfterItsTasksOrAfterAWhile() {
        var idle = in("REGISTERED");
        assertThat(shown(idle.gone(1, "gone", NOW))).isEqualTo("Disconnect");
        assertThat(idle.tickOfEnd(false, NOW)).isEmpty();
        assertThat(shown(idle.tickOfEnd(true, NOW))).isEqualTo("End");
        assertThat(idle.tickOfEnd(true, NOW)).as("once").isEmpty();

        var busy = in("REGISTERING");
        busy.gone(1, "gone", NOW);
        assertThat(busy.tickOfEnd(false, NOW.plus(Registration.END_PATIENCE).minusMillis(1)))
                .isEmpty();
        assertThat(shown(busy.tickOfEnd(false, NOW.plus(Registration.END_PATIENCE))))
                .isEqualTo("End");

        var other = in("REGISTERED");
        assertThat(other.gone(0, "an older link", NOW)).isEmpty();
        assertThat(other.tickOfEnd(true, NOW)).isEmpty();
    }

    private static Registration in(String phase) {
        var registration = fresh();
        if (phase.equals("WAITING")) {
            return registration;
        }
        registration.tick(NOW, 0);
        if (phase.equals("CONNECTING")) {
            return registration;
        }
        registration.linkUp(1, NOW);
        if (phase.equals("REGISTERING")) {
            return registration;
        }
        if (phase.equals("ENDED")) {
            registration.refused(1, "gone", true, NOW);
            return registration;
        }
        registration.registered(1, adoption(5), NOW, 0);
        return registration;
    }

    private static List<Registration.Effect> feed(Registration registration, String input) {
        return switch (input) {
            case "up" -> registration.linkUp(1, NOW);
            case "lost" -> registration.linkLost(1, NOW, 0);
            case "old lost" -> registration.linkLost(0, NOW, 0);
            case "registered" -> registration.registered(1, adoption(6), NOW, 0);
            case "registered lower" -> registration.registered(1, adoption(4), NOW, 0);
            case "again" -> registration.registerAgain(1, NOW);
            case "again, older link" -> registration.registerAgain(0, NOW);
            case "refused" -> registration.refused(1, "busy", false, NOW);
            case "refused for good" -> registration.refused(1, "gone", true, NOW);
            case "5 s" -> registration.tick(NOW.plusSeconds(5), 0);
            case "15 s" -> registration.tick(NOW.plusSeconds(15), 0);
            case "command 4" -> registration.judge(1, 4).first();
            case "command 7" -> registration.judge(1, 7).first();
            default -> throw new AssertionError(input);
        };
    }

    private static String shown(List<Registration.Effect> effects) {
        return effects.stream()
                .map(e -> e instanceof Registration.Effect.Checkpoint c
                        ? "Checkpoint " + c.identity().getEpoch()
                        : e instanceof Registration.Effect.Connect c
                                ? "Connect " + c.address()
                                : e.getClass().getSimpleName())
                .collect(Collectors.joining(", "));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', textBlock = """
            WAITING     | up               | ''
            WAITING     | lost             | ''
            WAITING     | registered       | ''
            WAITING     | 5 s              | Connect m1:1
            WAITING     | command 7        | ''
            CONNECTING  | up               | SendRegister
            CONNECTING  | lost             | ''
            CONNECTING  | registered       | ''
            CONNECTING  | 5 s              | ''
            CONNECTING  | 15 s             | Disconnect
            CONNECTING  | command 7        | ''
            REGISTERING | up               | ''
            REGISTERING | lost             | ''
            REGISTERING | registered       | Checkpoint 6, Connected
            REGISTERING | refused          | Disconnect
            REGISTERING | refused for good | Disconnect, End
            REGISTERING | 5 s              | SendRegister
            REGISTERING | 15 s             | Disconnect
            REGISTERING | command 7        | ''
            REGISTERED  | up               | ''
            REGISTERED  | lost             | Disconnected
            REGISTERED  | old lost         | ''
            REGISTERED  | registered       | Checkpoint 6, Disconnected, SendRegister
            REGISTERED  | registered lower | SendStale, Disconnect, Disconnected
            REGISTERED  | again            | Disconnected, SendRegister
            REGISTERED  | again, older link| ''
            REGISTERING | again            | SendRegister
            REGISTERED  | refused          | Disconnect, Disconnected
            REGISTERED  | refused for good | Disconnect, End
            REGISTERED  | 5 s              | SendHeartbeat
            REGISTERED  | 15 s             | Disconnect, Disconnected
            REGISTERED  | command 4        | SendStale
            REGISTERED  | command 7        | Checkpoint 7
            ENDED       | up               | ''
            ENDED       | lost             | ''
            ENDED       | registered       | ''
            ENDED       | refused for good | ''
            ENDED       | 15 s             | ''
            ENDED       | command 7        | ''
            """)
    void matrix(String phase, String input, String effects) {
        assertThat(shown(feed(in(phase), input))).isEqualTo(effects);
    }

    @Test
    void onlyTheHighestEpochIsObeyed() {
        var registration = in("REGISTERED");

        assertThat(registration.judge(1, 5).obey()).isTrue();
        assertThat(registration.judge(1, 4).obey()).isFalse();
        assertThat(registration.judge(1, 7).obey()).isTrue();
        assertThat(registration.judge(1, 5).obey()).isFalse();
        assertThat(registration.judge(0, 9).obey()).as("of an older link").isFalse();
        assertThat(registration.epoch()).isEqualTo(7);
    }

    @Test
    void aRegistrationThatIsNotAnsweredIsTriedWithTheNextMasterThoughHeartbeatsCome() {
        var registration = in("REGISTERING");
        registration.heard(1, NOW.plusSeconds(14));

        assertThat(shown(registration.tick(NOW.plusSeconds(14), 0))).isEqualTo("SendRegister");
        assertThat(shown(registration.tick(NOW.plusSeconds(15), 0))).isEqualTo("Disconnect");
        assertThat(shown(registration.tick(NOW.plusSeconds(16), 0))).isEqualTo("Connect m2:1");
    }

    @Test
    void thenTheNextMasterIsTried() {
        var registration = in("REGISTERED");
        registration.linkLost(1, NOW, 0);

        assertThat(registration.tick(NOW.plusMillis(99), 0)).isEmpty();
        assertThat(shown(registration.tick(NOW.plusMillis(100), 0))).isEqualTo("Connect m2:1");
    }

    /** It stops, or has died; the others serve. Had the link been up for a moment only, something else were wrong. */
    @Test
    void afterAWhileInWhichAllWasWellTheNextMasterIsTriedAtOnce() {
        var lost = NOW.plus(Registration.MOST_WAIT);
        for (double luck : new double[] {0, 0.5}) {
            var registration = in("REGISTERED");
            registration.linkLost(1, lost, luck);

            long wait = (long) (luck * Registration.MOVE_WAIT.toMillis());
            assertThat(registration.untilDue(lost)).hasMillis(wait);
            assertThat(shown(registration.tick(lost.plusMillis(wait), luck))).isEqualTo("Connect m2:1");
            registration.linkLost(2, lost, 1);
            assertThat(registration.untilDue(lost)).as("then as always").hasMillis(500);
        }
    }

    @Test
    void anAgentThatKnowsNoOtherMasterWaitsAsBefore() {
        var registration = new Registration(Optional.empty(), "", 0, 1);
        registration.masters(List.of("m1:1"), 0);
        registration.tick(NOW, 0);
        registration.linkUp(1, NOW);
        registration.registered(1, adoption(5), NOW, 0);

        registration.linkLost(1, NOW.plusSeconds(60), 0);

        assertThat(registration.untilDue(NOW.plusSeconds(60))).isEqualTo(Registration.LEAST_WAIT);
    }

    @Test
    void whoHasTriedThemAllAsksForTheirAddressesAnew() {
        var registration = in("CONNECTING");
        registration.linkLost(1, NOW, 0);
        registration.tick(NOW.plusSeconds(1), 0);

        assertThat(shown(registration.linkLost(2, NOW.plusSeconds(1), 0))).isEqualTo("Resolve");
    }

    @Test
    void withoutMastersTheAddressesAreWanted() {
        assertThat(shown(new Registration(Optional.empty(), "", 0, 1).tick(NOW, 0)))
                .isEqualTo("Resolve");
    }

    @Test
    void theWaitGrowsToFiveSeconds() {
        var registration = fresh();
        registration.tick(NOW, 1);
        var waits = new ArrayList<Long>();
        var at = NOW;
        for (int link = 1; link <= 8; link++) {
            registration.linkLost(link, at, 1);
            long wait = 0;
            while (registration.tick(at.plusMillis(wait), 1).isEmpty()) {
                wait += 100;
            }
            waits.add(wait);
            at = at.plusMillis(wait);
        }

        assertThat(waits).containsExactly(500L, 1_000L, 2_000L, 4_000L, 5_000L, 5_000L, 5_000L, 5_000L);
    }

    @Test
    void aHeartbeatKeepsTheLink() {
        var registration = in("REGISTERED");
        registration.heard(1, NOW.plusSeconds(14));

        assertThat(shown(registration.tick(NOW.plusSeconds(28), 0))).isEqualTo("SendHeartbeat");
        assertThat(shown(registration.tick(NOW.plusSeconds(29), 0))).isEqualTo("Disconnect, Disconnected");
    }

    @ParameterizedTest(name = "luck {0}")
    @CsvSource({"0, m1:1", "0.4, m2:1", "0.99, m3:1", "1, m1:1"})
    void doesNotTurnToTheFirstMasterLikeAllOthers(double luck, String first) {
        var registration = new Registration(Optional.empty(), "", 0, 1);
        registration.masters(List.of("m1:1", "m2:1", "m3:1"), luck);

        assertThat(shown(registration.tick(NOW, 0))).isEqualTo("Connect " + first);
    }

    @Test
    void turnsToItsMastersAsSoonAsItKnowsThem() {
        var registration = new Registration(Optional.empty(), "", 0, 1);
        assertThat(shown(registration.tick(NOW, 0))).isEqualTo("Resolve");
        assertThat(shown(registration.tick(NOW, 0))).isEmpty();

        registration.masters(List.of("m1:1"), 0);

        assertThat(shown(registration.tick(NOW, 0))).isEqualTo("Connect m1:1");
    }

    @Test
    void goesToAnotherMasterThanTheOneThatIsLost() {
        var registration = in("REGISTERED");
        registration.masters(List.of("m0:1", "m1:1"), 0.5);

        registration.linkLost(1, NOW, 0);

        assertThat(shown(registration.tick(NOW.plusSeconds(1), 0))).isEqualTo("Connect m0:1");
    }

    @Test
    void sendsItsUpdatesToTheSuccessorOfAnOwnerThatIsGone() {
        var registration = in("REGISTERED");
        registration.registerAgain(1, NOW);

        assertThat(shown(registration.registered(1, adoption(9), NOW, 0))).isEqualTo("Checkpoint 9, Connected");
    }

    /** What comes between belongs to the registration before, and its owner has called it dropped since. */
    @Test
    void anAnswerToAnEarlierRegistrationDoesNotAnswerTheLast() {
        var registration = in("REGISTERED");
        long earlier = registration.number();
        registration.registerAgain(1, NOW);
        assertThat(registration.number()).isGreaterThan(earlier);

        assertThat(registration.registered(1, new Registration.Adoption(ID, 5, "c", earlier), NOW, 0))
                .isEmpty();
        assertThat(registration.judge(1, 5).obey()).isFalse();

        var last = new Registration.Adoption(ID, 5, "c", registration.number());
        assertThat(shown(registration.registered(1, last, NOW, 0))).isEqualTo("Connected");
        assertThat(registration.judge(1, 5).obey()).isTrue();
    }

    /** The owner that is gone had taken it in, and its word was late. */
    @Test
    void whoIsAskedToRegisterAgainWhileItRegistersBeginsAnew() {
        var registration = in("REGISTERING");
        long earlier = registration.number();

        assertThat(shown(registration.registerAgain(1, NOW))).isEqualTo("SendRegister");
        assertThat(registration.registered(1, new Registration.Adoption(ID, 5, "c", earlier), NOW, 0))
                .isEmpty();

        var last = new Registration.Adoption(ID, 5, "c", registration.number());
        assertThat(shown(registration.registered(1, last, NOW, 0))).isEqualTo("Checkpoint 5, Connected");
    }

    @Test
    void leavesAMasterThatOnlyEverAsksItToRegisterAgain() {
        var registration = in("REGISTERING");
        for (int second = 1; second < 15; second++) {
            registration.heard(1, NOW.plusSeconds(second));
            registration.registerAgain(1, NOW.plusSeconds(second));
            assertThat(shown(registration.tick(NOW.plusSeconds(second), 0))).doesNotContain("Disconnect");
        }

        registration.heard(1, NOW.plusSeconds(15));
        assertThat(shown(registration.tick(NOW.plusSeconds(15), 0))).isEqualTo("Disconnect");
    }

    @Test
    void waitsForTheSuccessorAsLongAsForTheFirstOwner() {
        var registration = in("REGISTERED");
        registration.heard(1, NOW.plusSeconds(60));
        registration.registerAgain(1, NOW.plusSeconds(60));

        registration.heard(1, NOW.plusSeconds(70));
        assertThat(shown(registration.tick(NOW.plusSeconds(74), 0))).doesNotContain("Disconnect");
        assertThat(shown(registration.tick(NOW.plusSeconds(75), 0))).isEqualTo("Disconnect");
    }

    @Test
    void asksAgainAfterOneThreeAndSevenSecondsAndOnlyTheAnswerToTheLastCounts() {
        var registration = in("REGISTERING");
        long first = registration.number();
        var said = new ArrayList<String>();
        for (int tenth = 1; tenth < 150; tenth++) {
            var now = NOW.plusMillis(tenth * 100L);
            registration.heard(1, now);
            for (var effect : registration.tick(now, 0)) {
                said.add(effect.getClass().getSimpleName() + " " + tenth);
            }
        }

        assertThat(said).containsExactly("SendRegister 10", "SendRegister 30", "SendRegister 70");
        assertThat(registration.number()).isEqualTo(first + 3);
        var late = new Registration.Adoption(ID, 5, "c", first);
        assertThat(registration.registered(1, late, NOW.plusSeconds(15), 0)).isEmpty();
        var last = new Registration.Adoption(ID, 5, "c", first + 3);
        assertThat(shown(registration.registered(1, last, NOW.plusSeconds(15), 0)))
                .isEqualTo("Checkpoint 5, Connected");
    }

    @Test
    void obeysItsOwnClusterOnly() {
        var registration = new Registration(Optional.of(ID), "c", 9, 2);
        registration.masters(List.of("m1:1"), 0);
        registration.tick(NOW, 0);
        registration.linkUp(1, NOW);

        var effects = registration.registered(1, new Registration.Adoption(ID, 10, "other", 0), NOW, 0);

        assertThat(shown(effects)).isEqualTo("Disconnect, End");
        assertThat(((Registration.Effect.End) effects.get(1)).reason())
                .contains("cluster other", "cluster c", "--accept-cluster");
    }

    @Test
    void forgetsTheEpochsOfNoClusterWhenItIsToldOfOne() {
        var registration = new Registration(Optional.of(ID), "", 1_000_000, 2);
        registration.masters(List.of("m1:1"), 0);
        registration.tick(NOW, 0);
        registration.linkUp(1, NOW);

        assertThat(shown(registration.registered(1, adoption(3), NOW, 0))).isEqualTo("Checkpoint 3, Connected");
        assertThat(registration.clusterId()).isEqualTo("c");
    }

    @Test
    void knowsWithWhomItTalks() {
        var registration = in("REGISTERED");
        registration.masters(List.of("m9:1"), 0);

        assertThat(registration.master()).contains("m1:1");
    }
}
