package io.baton.sdk;

import static io.baton.v1.TaskState.TASK_DROPPED;
import static io.baton.v1.TaskState.TASK_FINISHED;
import static io.baton.v1.TaskState.TASK_RUNNING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.baton.sdk.error.CallRefusedException;
import io.baton.sdk.error.CallUnansweredException;
import io.baton.sdk.error.FailedOverException;
import io.baton.sdk.error.FrameworkException;
import io.baton.sdk.error.MasterUnreachableException;
import io.baton.sdk.error.SubscriptionRefusedException;
import io.baton.sdk.session.Limits;
import io.baton.sdk.session.Timing;
import io.baton.testkit.FakeAgent;
import io.baton.testkit.FakeMaster;
import io.baton.testkit.Fault;
import io.baton.testkit.Outcome;
import io.baton.v1.CommandInfo;
import io.baton.v1.TaskID;
import io.baton.v1.TaskInfo;
import io.baton.v1.TaskStatus;
import io.baton.v1.scheduler.Call;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A framework and a master, or a network, that does not do what it should. */
@Timeout(30)
class FaultsTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final TaskID SOME_TASK = TaskID.newBuilder().setValue("t").build();

    private final RecordingScheduler scheduler = new RecordingScheduler();

    private static FrameworkBuilder framework(FakeMaster... masters) {
        var builder = Framework.builder().name("test").timing(quick(Duration.ofSeconds(5)));
        for (var master : masters) {
            builder.masters(master.url());
        }
        return builder;
    }

    private static Timing quick(Duration call) {
        return new Timing(
                Duration.ofSeconds(2),
                Duration.ofSeconds(2),
                call,
                Duration.ofMillis(20),
                Duration.ofMillis(200),
                Duration.ofMillis(50),
                Duration.ofMillis(500),
                Timing.NEVER,
                3);
    }

    private static Throwable failure(java.util.concurrent.Future<Void> call) throws Exception {
        try {
            call.get(10, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            return e.getCause();
        }
        throw new AssertionError("it did not fail");
    }

    @Test
    void subscribesAgainUnderItsIdAfterTheStreamBroke() throws Exception {
        try (var master = FakeMaster.start();
                var framework = framework(master).start(scheduler)) {
            framework.awaitSubscribed(SOON);

            master.dropStreams();

            var calls = master.awaitCalls(Call.Type.SUBSCRIBE, 2, SOON);
            assertThat(calls.get(1).call().getFrameworkId().getValue()).isEqualTo(framework.id());
            await().untilAsserted(() ->
                    assertThat(scheduler.heard).containsExactly("subscribed", "disconnected", "subscribed"));
            framework.revive().get(5, TimeUnit.SECONDS);
        }
    }

    @Test
    void goesToAnotherMasterWhenItsOwnDies() throws Exception {
        try (var second = FakeMaster.start();
                var first = second.peer();
                var framework = framework(first, second).start(scheduler)) {
            framework.awaitSubscribed(SOON);
            assertThat(first.count(Call.Type.SUBSCRIBE)).isEqualTo(1);

            first.close();

            second.awaitCalls(Call.Type.SUBSCRIBE, 1, SOON);
            framework.revive().get(5, TimeUnit.SECONDS);
            assertThat(second.count(Call.Type.REVIVE)).isEqualTo(1);
        }
    }

    @Test
    void followsARedirect() throws Exception {
        try (var second = FakeMaster.start();
                var first = second.peer()) {
            first.onCall(Call.Type.SUBSCRIBE, Fault.redirect("//127.0.0.1:" + second.port() + "/api/v1/scheduler"));
            try (var framework = framework(first).start(scheduler)) {
                framework.awaitSubscribed(SOON);
                second.onCall(Call.Type.REVIVE, Fault.redirect("//127.0.0.1:" + first.port() + "/api/v1/scheduler"));

                framework.revive().get(5, TimeUnit.SECONDS);

                assertThat(first.count(Call.Type.REVIVE)).isEqualTo(1);
            }
        }
    }

    @Test
    void reconnectsWhenHeartbeatsStayOut() throws Exception {
        var settings = FakeMaster.Settings.DEFAULTS.heartbeat(Duration.ofMillis(50));
        try (var master = FakeMaster.start(settings);
                var framework = framework(master).start(scheduler)) {
            framework.awaitSubscribed(SOON);

            master.heartbeats(false);

            master.awaitCalls(Call.Type.SUBSCRIBE, 2, SOON);
            await().until(() -> !scheduler.errors.isEmpty());
            assertThat(scheduler.errors.get(0)).hasMessageContaining("a heartbeat is due every 50 ms");
        }
    }

    @Test
    void doesNotTakeASlowSchedulerForASilentMaster() throws Exception {
        var settings = FakeMaster.Settings.DEFAULTS.heartbeat(Duration.ofMillis(500));
        var release = new CountDownLatch(1);
        var slow = new RecordingScheduler() {
            @Override
            public void update(Framework framework, TaskStatus status) {
                try {
                    release.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                super.update(framework, status);
            }
        };
        slow.todo.add("a");
        var limits = new Limits(4, 10, 10, 1, 10, 10, 1 << 20);
        try (var master = FakeMaster.start(settings);
                var framework = framework(master).limits(limits).start(slow)) {
            master.addAgent(FakeAgent.on("h"));
            master.awaitCalls(Call.Type.ACCEPT, 1, SOON);
            await().during(Duration.ofSeconds(2)).until(() -> master.count(Call.Type.SUBSCRIBE) == 1);

            release.countDown();

            await().until(() -> slow.count(TASK_FINISHED) == 1);
            assertThat(framework.figures().subscriptions()).isEqualTo(1);
        }
    }

    @Test
    void stopsWhenAnotherSchedulerTakesItsIdOver() throws Exception {
        try (var master = FakeMaster.start();
                var framework = framework(master).id("mine").start(scheduler)) {
            framework.awaitSubscribed(SOON);

            try (var other = framework(master).id("mine").start(new RecordingScheduler())) {
                other.awaitSubscribed(SOON);

                assertThat(failure(framework.stopped())).isInstanceOf(FailedOverException.class);
                assertThat(scheduler.errors).hasSize(1);
                assertThat(other.isSubscribed()).isTrue();
            }
            assertThat(failure(framework.revive())).isInstanceOf(FrameworkException.class);
        }
    }

    @Test
    void stopsWhenItsIdIsNoLongerGood() throws Exception {
        try (var master = FakeMaster.start()) {
            try (var first = framework(master).id("old").start(new RecordingScheduler())) {
                first.teardown().get(5, TimeUnit.SECONDS);
            }
            try (var framework = framework(master).id("old").start(scheduler)) {
                assertThat(failure(framework.stopped()))
                        .isInstanceOf(SubscriptionRefusedException.class)
                        .hasMessageContaining("Framework has been removed")
                        .hasMessageContaining("subscribe without an id");
            }
        }
    }

    @Test
    void saysWhichCredentialsAreMissing() throws Exception {
        try (var master = FakeMaster.start(FakeMaster.Settings.DEFAULTS.credentials("ada", "sesame"));
                var framework = framework(master).start(scheduler)) {
            assertThatThrownBy(() -> framework.awaitSubscribed(SOON))
                    .isInstanceOf(SubscriptionRefusedException.class)
                    .hasMessageContaining("set the framework's principal and secret");
        }
    }

    @Test
    void givesUpOnAMasterThatIsNotThere() throws Exception {
        int port;
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        try (var framework = Framework.builder()
                .masters("http://127.0.0.1:" + port)
                .name("test")
                .giveUpAfter(Duration.ofSeconds(2))
                .start(scheduler)) {
            assertThatThrownBy(() -> framework.awaitSubscribed(SOON))
                    .isInstanceOf(MasterUnreachableException.class)
                    .hasMessageContaining("http://127.0.0.1:" + port)
                    .hasMessageContaining("connection refused")
                    .hasMessageContaining("Check the URLs");
        }
    }

    @Test
    void doesNotWaitForEverForAMasterThatNeverAnswers() throws Exception {
        try (var second = FakeMaster.start();
                var first = second.peer()) {
            first.onCall(Call.Type.SUBSCRIBE, Fault.silence().always());
            var timing = new Timing(
                    SOON, Duration.ofMillis(200), SOON, Duration.ofMillis(20), SOON, SOON, SOON, Timing.NEVER, 3);
            try (var framework = framework(first, second).timing(timing).start(scheduler)) {
                framework.awaitSubscribed(SOON);
                assertThat(second.count(Call.Type.SUBSCRIBE)).isPositive();
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
        12x\\n{}            | length of a record is not a number: found 'x'
        -5\\nabcde          | length of a record is not a number: found '-'
        1000000000000\\nabc | length of a record has more than 10 digits
        999999999\\nabc     | is over the limit
        5\\nabcdefgh        | a record is no event
        \\n                 | length of a record is not a number
        """)
    void namesWhatIsWrongWithAMalformedStreamAndSubscribesAgain(String bytes, String why) throws Exception {
        try (var master = FakeMaster.start();
                var framework = framework(master).start(scheduler)) {
            framework.awaitSubscribed(SOON);

            master.sendBytes(bytes.replace("\\n", "\n").getBytes(StandardCharsets.UTF_8));

            master.awaitCalls(Call.Type.SUBSCRIBE, 2, SOON);
            await().until(() -> !scheduler.errors.isEmpty());
            assertThat(scheduler.errors.get(0)).hasMessageContaining(why);
        }
    }

    @Test
    void namesABodyThatIsShorterThanItsLength() throws Exception {
        try (var master = FakeMaster.start();
                var framework = framework(master).start(scheduler)) {
            framework.awaitSubscribed(SOON);

            master.sendBytes("100\nabc".getBytes(StandardCharsets.UTF_8));
            master.endStreams();

            await().until(() -> !scheduler.errors.isEmpty());
            assertThat(scheduler.errors.get(0)).hasMessageContaining("3 of the 100 bytes");
        }
    }

    /** Its master may be about to stop: what is said on them then may be lost, and nobody would know. */
    @Test
    void letsGoOfConnectionsOfCallsWhenTheStreamIsOver() throws Exception {
        try (var master = FakeMaster.start();
                var framework = framework(master).start(scheduler)) {
            framework.awaitSubscribed(SOON);
            framework.kill(SOME_TASK).get(10, TimeUnit.SECONDS);
            await().until(() -> master.connections() >= 2);
            var before = master.connections();

            master.endStreams();
            master.awaitCalls(Call.Type.SUBSCRIBE, 2, SOON);
            framework.awaitSubscribed(SOON);
            framework.kill(SOME_TASK).get(10, TimeUnit.SECONDS);

            assertThat(master.connections()).isGreaterThanOrEqualTo(before + 2);
        }
    }

    @Test
    void callsAgainWhenTheMasterSaysLater() throws Exception {
        try (var master = FakeMaster.start();
                var framework = framework(master).start(scheduler)) {
            framework.awaitSubscribed(SOON);
            master.onCall(Call.Type.KILL, Fault.status(503, "no leader").times(2));
            master.onCall(Call.Type.KILL, Fault.retryAfter(429, 1));
            var begun = System.nanoTime();

            framework.kill(SOME_TASK).get(10, TimeUnit.SECONDS);

            assertThat(master.count(Call.Type.KILL)).isEqualTo(4);
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(1_000));
        }
    }

    @Test
    void callsAgainWhenAnAnswerIsLostOrStaysOut() throws Exception {
        try (var master = FakeMaster.start();
                var framework =
                        framework(master).timing(quick(Duration.ofMillis(200))).start(scheduler)) {
            framework.awaitSubscribed(SOON);
            master.onCall(Call.Type.KILL, Fault.lostAnswer());
            master.onCall(Call.Type.KILL, Fault.silence());

            framework.kill(SOME_TASK).get(10, TimeUnit.SECONDS);

            assertThat(master.count(Call.Type.KILL)).isGreaterThanOrEqualTo(3);
        }
    }

    @Test
    void neverSendsAnAcceptTwiceButAsksAboutItsTasks() throws Exception {
        try (var master = FakeMaster.start();
                var framework = framework(master).start(scheduler)) {
            framework.awaitSubscribed(SOON);
            master.outcomes(task -> Outcome.silent());
            scheduler.keepsOffers = true;
            master.addAgent(FakeAgent.on("h"));
            await().until(() -> !scheduler.kept.isEmpty());
            master.onCall(Call.Type.ACCEPT, Fault.lostAnswer());
            var offer = scheduler.kept.get(0);
            var task = TaskInfo.newBuilder()
                    .setName("t")
                    .setTaskId(SOME_TASK)
                    .setAgentId(offer.getAgentId())
                    .addResources(offer.getResources(0))
                    .setCommand(CommandInfo.newBuilder().setValue("true"))
                    .build();

            assertThat(failure(framework.launch(offer, task))).isInstanceOf(CallUnansweredException.class);

            master.awaitCalls(Call.Type.RECONCILE, 1, SOON);
            await().until(() -> !scheduler.updates.isEmpty());
            assertThat(master.count(Call.Type.ACCEPT)).isEqualTo(1);
            assertThat(scheduler.count(TASK_DROPPED)).isZero();
        }
    }

    @Test
    void offersOfAnAcceptThatIsRefusedComeAgain() throws Exception {
        try (var master = FakeMaster.start();
                var framework = framework(master).start(scheduler)) {
            framework.awaitSubscribed(SOON);
            scheduler.keepsOffers = true;
            master.addAgent(FakeAgent.on("h"));
            await().until(() -> !scheduler.kept.isEmpty());
            master.onCall(Call.Type.ACCEPT, Fault.status(413, ""));
            var offer = scheduler.kept.get(0);
            var task = TaskInfo.newBuilder()
                    .setName("t")
                    .setTaskId(SOME_TASK)
                    .setAgentId(offer.getAgentId())
                    .addResources(offer.getResources(0))
                    .setCommand(CommandInfo.newBuilder().setValue("true"))
                    .build();

            assertThat(failure(framework.launch(offer, task)))
                    .isInstanceOf(CallRefusedException.class)
                    .hasMessageContaining("8 MiB");

            await().until(() -> scheduler.kept.size() == 2);
            assertThat(scheduler.kept.get(1).getResourcesList()).isEqualTo(offer.getResourcesList());
        }
    }

    @Test
    void aLostAnswerToASubscriptionDoesNotMakeASecondFrameworkOfAGivenId() throws Exception {
        try (var master = FakeMaster.start()) {
            master.onCall(Call.Type.SUBSCRIBE, Fault.lostAnswer());
            try (var framework = framework(master)
                    .id("mine")
                    .failoverTimeout(Duration.ofMinutes(1))
                    .start(scheduler)) {
                framework.awaitSubscribed(SOON);

                assertThat(master.count(Call.Type.SUBSCRIBE)).isEqualTo(2);
                assertThat(master.frameworkIds()).containsExactly("mine");
            }
        }
    }

    @Test
    void whatTheSessionSaysItselfMakesNoRoomForMoreEvents() throws Exception {
        scheduler.keepsOffers = true;
        try (var master = FakeMaster.start()) {
            var framework = framework(master).start(scheduler);
            framework.awaitSubscribed(SOON);
            master.addAgent(FakeAgent.on("h"));
            await().until(() -> !scheduler.kept.isEmpty());
            master.onCall(Call.Type.ACCEPT, Fault.status(400, "no"));
            var offer = scheduler.kept.get(0);
            var task = TaskInfo.newBuilder()
                    .setName("t")
                    .setTaskId(SOME_TASK)
                    .setAgentId(offer.getAgentId())
                    .addResources(offer.getResources(0))
                    .build();

            assertThat(failure(framework.launch(offer, task))).isInstanceOf(CallRefusedException.class);
            await().until(() -> scheduler.count(TASK_DROPPED) == 1);
            framework.close();

            assertThat(framework.room()).isEqualTo(Limits.DEFAULTS.queuedEvents());
        }
    }

    @Test
    void subscribesAgainWhenTheMasterForgotTheSubscription() throws Exception {
        try (var master = FakeMaster.start();
                var framework = framework(master).start(scheduler)) {
            framework.awaitSubscribed(SOON);
            master.forgetStreamIds();

            framework.revive().get(10, TimeUnit.SECONDS);

            assertThat(master.count(Call.Type.SUBSCRIBE)).isEqualTo(2);
            assertThat(master.count(Call.Type.REVIVE)).isEqualTo(2);
        }
    }

    @Test
    void failsACallThatIsRefused() throws Exception {
        try (var master = FakeMaster.start();
                var framework = framework(master).start(scheduler)) {
            framework.awaitSubscribed(SOON);
            master.onCall(Call.Type.REVIVE, Fault.status(400, "Failed to validate scheduler::Call: no"));

            assertThat(failure(framework.revive()))
                    .isInstanceOf(CallRefusedException.class)
                    .hasMessage("REVIVE was refused with 400 Failed to validate scheduler::Call: no")
                    .extracting("status")
                    .isEqualTo(400);
        }
    }

    @Test
    void asksAboutItsTasksAfterAReconnectionUntilTheyAreAnswered() throws Exception {
        try (var master = FakeMaster.start();
                var framework = framework(master).start(scheduler)) {
            master.outcomes(task -> Outcome.runs());
            scheduler.todo.add("a");
            master.addAgent(FakeAgent.on("h"));
            await().until(() -> scheduler.count(TASK_RUNNING) == 1);
            master.onCall(Call.Type.RECONCILE, Fault.status(202, "").times(2));

            master.dropStreams();

            var calls = master.awaitCalls(Call.Type.RECONCILE, 3, SOON);
            assertThat(calls.get(2)
                            .call()
                            .getReconcile()
                            .getTasks(0)
                            .getTaskId()
                            .getValue())
                    .isEqualTo("a");
            await().until(() -> scheduler.count(TASK_RUNNING) == 2);
            await().until(() -> framework.figures().unansweredTasks() == 0);
        }
    }

    @Test
    void asksAboutAllTasksWhenItTakesAFrameworkOver() throws Exception {
        try (var master = FakeMaster.start()) {
            master.outcomes(task -> Outcome.runs());
            scheduler.todo.add("a");
            master.addAgent(FakeAgent.on("h"));
            String id;
            try (var first = framework(master).start(scheduler)) {
                await().until(() -> scheduler.count(TASK_RUNNING) == 1);
                id = first.id();
            }
            var second = new RecordingScheduler();
            try (var framework = framework(master).id(id).start(second)) {
                await().until(() -> second.count(TASK_RUNNING) == 1);
                assertThat(framework.figures().trackedTasks()).isEqualTo(1);
            }
        }
    }
}
