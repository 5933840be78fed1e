package io.baton.sdk.session;

import static io.baton.sdk.session.SessionDriver.HEARTBEAT;
import static io.baton.sdk.session.SessionDriver.call;
import static io.baton.sdk.session.SessionDriver.error;
import static io.baton.sdk.session.SessionDriver.launch;
import static io.baton.sdk.session.SessionDriver.offer;
import static io.baton.sdk.session.SessionDriver.update;
import static org.assertj.core.api.Assertions.assertThat;

import io.baton.v1.AgentID;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.OfferID;
import io.baton.v1.TaskState;
import io.baton.v1.scheduler.Call;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SessionTest {
    private final SessionDriver driver = new SessionDriver("http://a/", "http://b/");

    @Test
    void connectsToTheFirstMaster() {
        assertThat(driver.start()).isEqualTo("open 1 http://a/");
    }

    @Test
    void isSubscribedWithTheEventAndNotBefore() {
        driver.start();

        assertThat(driver.opened()).isEmpty();
        assertThat(driver.session().isSubscribed()).isFalse();
        assertThat(driver.subscribed()).isEqualTo("deliver SUBSCRIBED");
        assertThat(driver.session().isSubscribed()).isTrue();
        assertThat(driver.session().frameworkId()).isEqualTo("f");
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(delimiter = '|', textBlock = """
        200 |            | none
        307 | //c/       | open 2 http://c/
        400 | bad roles  | close 1, stopped SubscriptionRefusedException
        401 |            | close 1, stopped SubscriptionRefusedException
        403 | no         | close 1, stopped SubscriptionRefusedException
        404 |            | close 1, stopped SubscriptionRefusedException
        406 |            | close 1, stopped SubscriptionRefusedException
        408 |            | close 1
        429 |            | close 1
        500 |            | close 1
        503 |            | close 1
        0   | refused    | close 1
        """)
    void reactsToEachAnswerToSubscribe(int status, String text, String effects) {
        driver.start();
        var shown = text == null ? "" : text;
        var answer = status == 0
                ? Reply.unsent(shown)
                : new Reply(Reply.Kind.ANSWERED, status, status == 307 ? shown : "", 0, shown);

        var seen = status == 200 ? driver.opened() : driver.refused(answer);

        assertThat(seen.isEmpty() ? "none" : seen).isEqualTo(effects);
    }

    @Test
    void triesTheNextMasterAfterAFailureAndThenTheFirstAgain() {
        driver.start();

        driver.refused(Reply.unsent("connection refused"));
        assertThat(driver.tickUntilSomething()).isEqualTo("open 2 http://b/");
        driver.refused(Reply.unsent("connection refused"));
        assertThat(driver.tickUntilSomething()).isEqualTo("open 3 http://a/");
    }

    @ParameterizedTest
    @CsvSource({"429", "503"})
    void waitsAsLongAsTheMasterSays(int status) {
        driver.start();
        driver.refused(Reply.unsent("connection refused"));
        driver.tickUntilSomething();
        var begun = driver.now();

        driver.refused(new Reply(Reply.Kind.ANSWERED, status, "", 7_000, ""));

        assertThat(driver.tickUntilSomething()).isEqualTo("open 3 http://a/");
        assertThat(driver.now() - begun).isBetween(7_000L, 7_100L);
    }

    /** One that has just been started, or is about to stop, speaks for itself only. */
    @ParameterizedTest
    @CsvSource({"503, 0, 200", "429, 7000, 7100"})
    void turnsAtOnceToAnotherMasterThanOneThatCannotServeNow(int status, long least, long most) {
        driver.start();
        var begun = driver.now();

        driver.refused(new Reply(Reply.Kind.ANSWERED, status, "", 7_000, ""));

        assertThat(driver.tickUntilSomething()).isEqualTo("open 2 http://b/");
        assertThat(driver.now() - begun).isBetween(least, most);
    }

    @Test
    void stopsWaitingForSubscribedAfter15Seconds() {
        driver.start();
        driver.opened();
        var begun = driver.now();

        assertThat(driver.tickUntilSomething()).isEqualTo("close 1");

        assertThat(driver.now() - begun).isBetween(15_000L, 15_100L);
    }

    @Test
    void stopsFollowingRedirectsThatGoInCircles() {
        driver.start();
        for (var i = 0; i < Timing.REDIRECTS; i++) {
            assertThat(driver.refused(new Reply(Reply.Kind.ANSWERED, 307, "//c/", 0, "")))
                    .startsWith("open");
        }

        assertThat(driver.refused(new Reply(Reply.Kind.ANSWERED, 307, "//c/", 0, "")))
                .isEqualTo("close 6");
        assertThat(driver.tickUntilSomething()).isEqualTo("open 7 http://b/");
    }

    @Test
    void takesThreeMissedHeartbeatsForTheEndOfTheStream() {
        driver.begin();
        var begun = driver.now();
        driver.pass(44_000);
        driver.event(HEARTBEAT);

        assertThat(driver.tickUntilSomething()).isEqualTo("disconnected, close 1");

        assertThat(driver.now() - begun).isBetween(44_000 + 45_000L, 44_000 + 45_200L);
        assertThat(driver.tickUntilSomething()).isEqualTo("open 2 http://b/ as f");
    }

    @Test
    void hearsNothingFromAStreamThatWasReplaced() {
        driver.begin();
        driver.ended("closed");
        driver.tickUntilSomething();

        assertThat(driver.eventOn(1, offer("o"))).isEmpty();
        assertThat(driver.endedOn(1, "again")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"Framework failed over, FailedOverException", "Framework has been removed, SubscriptionRefusedException"
    })
    void stopsAtAnError(String text, String exception) {
        driver.begin();

        assertThat(driver.event(error(text))).isEqualTo("close 1, stopped " + exception);
        assertThat(driver.endedOn(1, "closed")).isEmpty();
        assertThat(driver.make(1, call(Call.Type.REVIVE))).isEqualTo("failed 1 FrameworkClosedException");
    }

    @Test
    void acknowledgesAfterTheCallbackAndRecognisesDuplicates() {
        driver.begin();
        var update = update("t", TaskState.TASK_RUNNING, "u1");

        assertThat(driver.event(update)).isEqualTo("deliver UPDATE");
        assertThat(driver.event(update)).isEmpty();
        assertThat(driver.handled(update, true)).isEqualTo("send ACKNOWLEDGE to http://a/");
        assertThat(driver.event(update)).isEqualTo("send ACKNOWLEDGE to http://a/");
    }

    @Test
    void doesNotAcknowledgeWhatTheSchedulerFailedAt() {
        driver.begin();
        var update = update("t", TaskState.TASK_RUNNING, "u1");
        driver.event(update);

        assertThat(driver.handled(update, false)).isEmpty();
        assertThat(driver.event(update)).isEqualTo("deliver UPDATE");
    }

    @Test
    void doesNotAcknowledgeWhatHasNoUuid() {
        driver.begin();
        var update = update("t", TaskState.TASK_LOST, "");

        assertThat(driver.event(update)).isEqualTo("deliver UPDATE");
        assertThat(driver.handled(update, true)).isEmpty();
        assertThat(driver.event(update)).isEqualTo("deliver UPDATE");
    }

    @Test
    void holdsCallsUntilItIsSubscribedButForThoseAboutOffers() {
        driver.start();

        assertThat(driver.make(1, call(Call.Type.KILL))).isEmpty();
        assertThat(driver.make(2, call(Call.Type.ACCEPT))).isEqualTo("failed 2 NotSubscribedException");
        assertThat(driver.make(3, call(Call.Type.DECLINE))).isEqualTo("completed 3");
        driver.opened();
        assertThat(driver.subscribed()).isEqualTo("deliver SUBSCRIBED, send KILL to http://a/");
    }

    @Test
    void endsCallsAboutOffersWithTheirSubscription() {
        driver.begin();
        driver.make(1, call(Call.Type.SUPPRESS));
        driver.make(2, call(Call.Type.ACCEPT));
        driver.make(3, call(Call.Type.DECLINE));

        assertThat(driver.ended("closed"))
                .isEqualTo("disconnected, close 1, failed 2 NotSubscribedException, completed 3");
    }

    @Test
    void saysThatATaskWasDroppedWhichCouldNotBeLaunched() {
        driver.begin();

        driver.make(1, launch("t"));
        assertThat(driver.ended("closed")).isEqualTo("disconnected, close 1");
        assertThat(driver.answered(1, Reply.unsent("connection refused")))
                .isEqualTo("failed 1 NotSubscribedException, deliver UPDATE t TASK_LOST REASON_MASTER_DISCONNECTED");
        assertThat(driver.make(2, launch("u")))
                .isEqualTo("failed 2 NotSubscribedException, deliver UPDATE u TASK_LOST REASON_MASTER_DISCONNECTED");
    }

    private static Call.Builder onOffer(Call.Type type, String offer) {
        var id = OfferID.newBuilder().setValue(offer);
        var call = type == Call.Type.ACCEPT ? launch("t") : Call.newBuilder().setType(type);
        return type == Call.Type.ACCEPT
                ? call.setAccept(call.getAccept().toBuilder().addOfferIds(id))
                : call.setDecline(Call.Decline.newBuilder().addOfferIds(id));
    }

    @ParameterizedTest
    @CsvSource({"ACCEPT, 413", "ACCEPT, 400", "DECLINE, 413"})
    void givesOffersBackWhoseCallIsRefused(Call.Type type, int status) {
        driver.begin();
        driver.make(1, onOffer(type, "o"));

        assertThat(driver.answered(1, Reply.answered(status, "no")))
                .startsWith("failed 1 CallRefusedException")
                .endsWith("send DECLINE to http://a/");
        assertThat(driver.lastSent().getDecline().getOfferIdsList())
                .containsExactly(OfferID.newBuilder().setValue("o").build());
        assertThat(driver.answeredOwn(Reply.answered(413, "no")))
                .as("tried once")
                .isEmpty();
    }

    @Test
    void doesNotGiveOffersOfAnOlderSubscriptionBack() {
        driver.begin();
        driver.make(1, onOffer(Call.Type.ACCEPT, "o"));
        driver.ended("closed");
        driver.tickUntilSomething();
        driver.opened();
        driver.subscribed();

        assertThat(driver.answered(1, Reply.answered(413, "no")))
                .startsWith("failed 1 CallRefusedException")
                .doesNotContain("DECLINE");
    }

    @Test
    void saysThatATaskWasDroppedWhoseLaunchIsRefused() {
        driver.begin();

        driver.make(1, launch("t"));

        assertThat(driver.answered(1, Reply.answered(400, "no")))
                .isEqualTo("failed 1 CallRefusedException, deliver UPDATE t TASK_LOST REASON_INVALID_OFFERS");
    }

    @Test
    void doesNotSayToANewSubscriptionWhatWasWantedOfTheOldOne() {
        driver.begin();
        assertThat(driver.demand(false)).isEqualTo("send SUPPRESS to http://a/");
        driver.ended("closed");
        assertThat(driver.answeredOwn(Reply.broken("reset"))).isEmpty();
        assertThat(driver.demand(true)).isEmpty();
        driver.tickUntilSomething();
        driver.opened();

        assertThat(driver.subscribed()).isEqualTo("deliver SUBSCRIBED");
        assertThat(driver.heartbeats(5)).doesNotContain("SUPPRESS");
    }

    @Test
    void sendsACallOfAnOldSubscriptionUnderTheNewOne() {
        driver.begin();
        driver.make(1, call(Call.Type.KILL));
        driver.ended("closed");
        driver.tickUntilSomething();
        driver.opened();
        driver.subscribed();

        assertThat(driver.answered(1, Reply.answered(400, "The stream ID 's1' ..")))
                .isEqualTo("send KILL to http://b/");
        assertThat(driver.answered(1, Reply.answered(202, ""))).isEqualTo("completed 1");
    }

    @Test
    void subscribesAgainWhenTheMasterDoesNotKnowTheSubscription() {
        driver.begin();
        driver.make(1, call(Call.Type.KILL));
        var begun = driver.now();

        assertThat(driver.answered(1, Reply.answered(403, "Framework is not subscribed")))
                .isEmpty();
        assertThat(driver.tickUntilSomething()).isEqualTo("disconnected, close 1");
        assertThat(driver.now() - begun).isEqualTo(Session.DOUBT_MILLIS);
        driver.tickUntilSomething();
        driver.opened();
        assertThat(driver.subscribed()).isEqualTo("deliver SUBSCRIBED, send KILL to http://b/");
    }

    @Test
    void doesNotTakeItsFrameworkBackFromASchedulerThatTookItOver() {
        driver.begin();
        driver.make(1, call(Call.Type.KILL));
        driver.answered(1, Reply.answered(400, "The stream ID 's1' .."));

        assertThat(driver.event(error("Framework failed over")))
                .isEqualTo("close 1, failed 1 FailedOverException, stopped FailedOverException");
    }

    @Test
    void callsAtTheNextMasterWhenOneIsNotToBeReached() {
        driver.begin();
        driver.make(1, call(Call.Type.KILL));

        assertThat(driver.answered(1, Reply.unsent("connection refused"))).isEmpty();
        assertThat(driver.tickUntilSomething()).isEqualTo("send KILL to http://b/");
    }

    @Test
    void givesUpOnACallAfterTwelveAttempts() {
        driver.begin();
        driver.make(1, call(Call.Type.KILL));
        for (var attempt = 1; attempt < Timing.CALL_ATTEMPTS; attempt++) {
            driver.answered(1, Reply.answered(503, "busy"));
            driver.event(HEARTBEAT);
            assertThat(driver.tickUntilSomething()).startsWith("send KILL");
        }

        assertThat(driver.answered(1, Reply.answered(503, "busy"))).isEqualTo("failed 1 MasterUnreachableException");
    }

    @Test
    void refusesACallWhenTooManyWait() {
        var limits = new Limits(1, 2, 1, 1, 1, 1, 1);
        var full = new SessionDriver(limits, "http://a/");
        full.begin();
        full.make(1, call(Call.Type.KILL));
        full.make(2, call(Call.Type.SUPPRESS));
        full.make(3, call(Call.Type.REVIVE));

        assertThat(full.make(4, call(Call.Type.KILL))).isEqualTo("failed 4 OverloadedException");
    }

    @Test
    void dropsAnAcknowledgementWhenTooManyWaitAndMakesItWhenTheUpdateComesAgain() {
        var full = new SessionDriver(new Limits(1, 2, 1, 1, 1, 10, 1), "http://a/");
        full.begin();
        for (var uuid : List.of("u1", "u2", "u3")) {
            var update = update(uuid, TaskState.TASK_RUNNING, uuid);
            full.event(update);
            full.handled(update, true);
        }
        assertThat(full.session().figures().acknowledgementsDropped()).isEqualTo(1);
        assertThat(full.answeredOwn(Reply.answered(202, ""))).startsWith("send ACKNOWLEDGE");
        assertThat(full.answeredOwn(Reply.answered(202, ""))).isEmpty();

        assertThat(full.event(update("u3", TaskState.TASK_RUNNING, "u3"))).startsWith("send ACKNOWLEDGE");
    }

    @Test
    void tellsTheMasterWhatItWantsOnceHoweverOftenItIsSaid() {
        driver.begin();
        driver.make(1, call(Call.Type.RECONCILE));

        assertThat(driver.demand(false)).isEmpty();
        assertThat(driver.demand(true)).isEmpty();
        assertThat(driver.demand(false)).isEmpty();
        assertThat(driver.answered(1, Reply.answered(202, ""))).isEqualTo("completed 1, send SUPPRESS to http://a/");
        assertThat(driver.demand(false)).isEmpty();
    }

    /** A SUPPRESS that stood still in a frozen master may arrive after the REVIVE that was made later. */
    @Test
    void tellsTheMasterAgainWhatItWantsIfTheContraryComesOfIt() {
        driver.begin();
        driver.demand(false);
        driver.answeredOwn(Reply.answered(202, ""));
        assertThat(driver.demand(true)).isEqualTo("send REVIVE to http://a/");
        driver.answeredOwn(Reply.answered(202, ""));

        assertThat(driver.heartbeats(30)).isEmpty();
        assertThat(driver.event(SessionDriver.offer("o1"))).isEqualTo("deliver OFFERS");
        assertThat(driver.heartbeats(59)).isEmpty();
        assertThat(driver.heartbeats(2)).isEqualTo("send REVIVE to http://a/");
        driver.answeredOwn(Reply.answered(202, ""));

        assertThat(driver.demand(false)).isEqualTo("send SUPPRESS to http://a/");
        driver.answeredOwn(Reply.answered(202, ""));
        assertThat(driver.heartbeats(59)).isEmpty();
        assertThat(driver.event(SessionDriver.offer("o2"))).isEqualTo("deliver OFFERS");
        assertThat(driver.heartbeats(1)).isEmpty();
        assertThat(driver.event(SessionDriver.offer("o3"))).isEqualTo("send SUPPRESS to http://a/, deliver OFFERS");
    }

    @Test
    void stopsWhenNoMasterTakesItForTooLong() {
        var impatient = new SessionDriver(
                Limits.DEFAULTS, Timing.DEFAULTS.givingUpAfter(java.time.Duration.ofSeconds(3)), "http://a/");
        impatient.start();
        var seen = "";
        while (!seen.contains("stopped")) {
            seen = impatient.refused(Reply.unsent("connection refused"));
            seen += impatient.tickUntilSomething();
        }

        assertThat(seen).endsWith("stopped MasterUnreachableException");
        assertThat(impatient.now()).isBetween(3_000L, 3_200L);
    }

    @Test
    void closesWhenAllThatWasCalledIsAnswered() {
        driver.begin();
        driver.make(1, call(Call.Type.KILL));

        assertThat(driver.close()).isEmpty();
        assertThat(driver.make(2, call(Call.Type.KILL))).isEqualTo("failed 2 FrameworkClosedException");
        assertThat(driver.answered(1, Reply.answered(202, ""))).isEqualTo("completed 1, close 1, stopped");
    }

    @Test
    void closesWithoutAnAnswerAfterTwoSeconds() {
        driver.begin();
        driver.make(1, call(Call.Type.KILL));
        driver.close();

        assertThat(driver.tickUntilSomething()).isEqualTo("close 1, failed 1 FrameworkClosedException, stopped");
    }

    @Test
    void isOverAfterATeardownEvenIfTheStreamEndsFirst() {
        driver.begin();
        driver.make(1, call(Call.Type.TEARDOWN));

        assertThat(driver.ended("closed")).isEqualTo("close 1");
        assertThat(driver.answered(1, answer(202))).isEqualTo("completed 1, close 1, stopped");
    }

    @Test
    void waitsForTheAnswerToATeardownThoughItIsClosed() {
        driver.begin();
        driver.make(1, call(Call.Type.TEARDOWN));
        driver.close();

        assertThat(driver.ended("closed")).isEqualTo("close 1");
        assertThat(driver.tick()).isEmpty();
        assertThat(driver.answered(1, answer(202))).isEqualTo("completed 1, close 1, stopped");
    }

    @Test
    void doesNotTakeTheEndOfAStreamForTheEndOfTheFramework() {
        driver.begin();
        driver.make(1, call(Call.Type.TEARDOWN));
        driver.make(2, call(Call.Type.KILL));
        var begun = driver.now();

        driver.ended("the master stops");
        assertThat(driver.answered(1, answer(503))).isEmpty();

        assertThat(driver.tickUntilSomething()).isEqualTo("disconnected, open 2 http://b/ as f");
        assertThat(driver.now() - begun).as("the answer may yet come").isGreaterThanOrEqualTo(Session.TEARDOWN_MILLIS);
        driver.opened();
        assertThat(driver.subscribed()).isEqualTo("deliver SUBSCRIBED, send TEARDOWN to http://b/");
        assertThat(driver.answered(1, answer(202)))
                .isEqualTo("completed 1, close 2, failed 2 FrameworkClosedException, stopped");
    }

    @Test
    void isOverIfATeardownWhoseAnswerWasLostIsFoundDone() {
        driver.begin();
        driver.make(1, call(Call.Type.TEARDOWN));
        driver.answered(1, Reply.broken("reset"));
        driver.ended("closed");
        driver.tickUntilSomething();
        driver.opened();

        assertThat(driver.event(error("Framework has been removed"))).isEqualTo("completed 1, close 2, stopped");
    }

    private static Reply answer(int status) {
        return new Reply(Reply.Kind.ANSWERED, status, "", 0, "");
    }

    private static Call.Builder subscribingTo(String role) {
        return call(Call.Type.UPDATE_FRAMEWORK)
                .setUpdateFramework(Call.UpdateFramework.newBuilder()
                        .setFrameworkInfo(FrameworkInfo.newBuilder()
                                .setName("n")
                                .setUser("u")
                                .addRoles(role))
                        .addSuppressedRoles(role));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"200, x, x", "400, *, ''", "0, *, ''"})
    void subscribesWithWhatAMasterHasTaken(int status, String roles, String suppressed) {
        driver.begin();

        driver.make(1, subscribingTo("x"));
        if (status > 0) {
            driver.answered(1, answer(status));
        }
        driver.ended("closed");

        assertThat(driver.tickUntilSomething()).isEqualTo("open 2 http://b/ as f");
        assertThat(driver.subscribe().getFrameworkInfo().getRolesList()).containsExactly(roles);
        assertThat(String.join(" ", driver.subscribe().getSuppressedRolesList()))
                .isEqualTo(suppressed);
    }

    @Test
    void subscribesWithTheSecondOfTwoUpdatesIfTheFirstIsRefused() {
        driver.begin();
        driver.make(1, subscribingTo("x"));
        driver.make(2, subscribingTo("y"));

        driver.answered(1, answer(400));
        driver.answered(2, answer(200));
        driver.ended("closed");
        driver.tickUntilSomething();

        assertThat(driver.subscribe().getFrameworkInfo().getRolesList()).containsExactly("y");
        assertThat(driver.subscribe().getSuppressedRolesList()).containsExactly("y");
    }

    @Test
    void tellsAllAnewIfAnUpdateOfTheFrameworkIsRefused() {
        driver.begin();
        driver.make(1, subscribingTo("x"));

        assertThat(driver.answered(1, answer(400))).isEqualTo("failed 1 CallRefusedException");
        assertThat(driver.tickUntilSomething()).isEqualTo("send REVIVE to http://a/");
    }

    @Test
    void waitsLongerAfterEachSubscriptionOfAMoment() {
        driver.begin();
        long waited = 0;
        for (int i = 0; i < 20; i++) {
            driver.ended("cut off");
            long begun = driver.now();
            driver.tickUntilSomething();
            waited = driver.now() - begun;
            driver.opened();
            driver.subscribed();
        }
        assertThat(waited).isGreaterThan(Timing.DEFAULTS.retryMax().toMillis() / 2 - 50);

        driver.heartbeats(10);
        driver.ended("cut off");
        long begun = driver.now();
        driver.tickUntilSomething();
        assertThat(driver.now() - begun).as("after a real one").isLessThan(200);
    }

    @Test
    void questionsAboutTasksDoNotPileUpOverSubscriptions() {
        driver.begin();
        for (int i = 0; i < 5_000; i++) {
            driver.session().track("t" + i, AgentID.newBuilder().setValue("S").build());
        }
        for (int i = 0; i < 20; i++) {
            driver.ended("cut off");
            driver.tickUntilSomething();
            driver.opened();
            driver.subscribed();
        }
        assertThat(driver.session().figures().waitingCalls()).isLessThan(10);

        driver.heartbeats(300);
        assertThat(driver.session().figures().waitingCalls())
                .as("while the first is not answered")
                .isLessThan(10);
    }

    @Test
    void aSchedulerThatIsSlowToHearOfItsSubscriptionIsNotTakenForAMasterThatIsGone() {
        driver.start();
        driver.opened();

        for (int i = 0; i < 60; i++) {
            driver.pass(1_000);
            driver.heard();
            assertThat(driver.tick()).isEmpty();
        }

        assertThat(driver.subscribed()).isEqualTo("deliver SUBSCRIBED");
    }

    @Test
    void doesTheSameWithTheSameSeed() {
        assertThat(wildSession()).isEqualTo(wildSession());
    }

    private static String wildSession() {
        var driver = new SessionDriver("http://a/", "http://b/");
        var all = new StringBuilder(driver.start());
        for (var i = 0; i < 50; i++) {
            all.append(driver.refused(Reply.unsent("no")))
                    .append(driver.tickUntilSomething())
                    .append(driver.now());
        }
        return all.toString();
    }
}
