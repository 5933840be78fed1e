package io.baton.sdk;

import static io.baton.v1.TaskState.TASK_FINISHED;
import static io.baton.v1.TaskState.TASK_KILLED;
import static io.baton.v1.TaskState.TASK_RUNNING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.baton.protocol.codec.Encoding;
import io.baton.sdk.session.Limits;
import io.baton.testkit.FakeAgent;
import io.baton.testkit.FakeMaster;
import io.baton.testkit.Outcome;
import io.baton.testkit.ReceivedCall;
import io.baton.v1.TaskID;
import io.baton.v1.TaskStatus;
import io.baton.v1.scheduler.Call;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A framework and a master that does what it should. */
@Timeout(30)
class FrameworkTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    private final RecordingScheduler scheduler = new RecordingScheduler();

    private FrameworkBuilder framework(FakeMaster master) {
        return Framework.builder().masters(master.url()).name("test");
    }

    @ParameterizedTest
    @EnumSource(Encoding.class)
    void runsTasksInEitherEncoding(Encoding encoding) throws Exception {
        try (var master = FakeMaster.start();
                var framework = framework(master).encoding(encoding).start(scheduler)) {
            scheduler.todo.addAll(List.of("a", "b", "c"));
            master.addAgent(FakeAgent.on("h"));

            await().until(() -> scheduler.count(TASK_FINISHED) == 3);

            master.awaitCalls(Call.Type.ACKNOWLEDGE, 9, SOON);
            assertThat(scheduler.heard)
                    .containsSubsequence("subscribed", "a TASK_STARTING", "a TASK_RUNNING", "a TASK_FINISHED");
            assertThat(framework.id()).isEqualTo(master.frameworkIds().get(0));
        }
    }

    @Test
    void namesItsStreamInEveryCallButTheFirst() throws Exception {
        try (var master = FakeMaster.start();
                var framework = framework(master).start(scheduler)) {
            framework.awaitSubscribed(SOON);
            framework.revive().get(5, TimeUnit.SECONDS);

            assertThat(master.calls(Call.Type.SUBSCRIBE))
                    .extracting(ReceivedCall::streamId)
                    .containsExactly("");
            assertThat(master.calls(Call.Type.REVIVE).get(0).streamId()).isNotEmpty();
        }
    }

    @Test
    void acknowledgesAnUpdateOnlyAfterTheCallbackReturned() throws Exception {
        var acknowledgedBefore = new AtomicInteger(-1);
        try (var master = FakeMaster.start()) {
            master.outcomes(task -> Outcome.of(TASK_RUNNING));
            var slow = new RecordingScheduler() {
                @Override
                public void update(Framework framework, TaskStatus status) {
                    framework
                            .reconcile(List.of(
                                    TaskID.newBuilder().setValue("other").build()))
                            .join();
                    acknowledgedBefore.compareAndSet(-1, master.count(Call.Type.ACKNOWLEDGE));
                    super.update(framework, status);
                }
            };
            slow.todo.add("a");
            try (var framework = framework(master).start(slow)) {
                master.addAgent(FakeAgent.on("h"));

                master.awaitCalls(Call.Type.ACKNOWLEDGE, 1, SOON);
                assertThat(acknowledgedBefore).hasValue(0);
                assertThat(framework.isSubscribed()).isTrue();
            }
        }
    }

    @Test
    void leavesAcknowledgingToASchedulerThatWantsTo() throws Exception {
        try (var master = FakeMaster.start();
                var framework = framework(master).acknowledgeManually().start(scheduler)) {
            scheduler.todo.add("a");
            master.addAgent(FakeAgent.on("h"));
            await().until(() -> scheduler.updates.size() == 1);
            framework.reconcile().get(5, TimeUnit.SECONDS);
            assertThat(master.count(Call.Type.ACKNOWLEDGE)).isZero();

            framework.acknowledge(scheduler.updates.get(0));

            await().until(() -> scheduler.count(TASK_RUNNING) == 1);
        }
    }

    @Test
    void deliversAnUpdateThatCameTwiceOnceAndAcknowledgesItTwice() throws Exception {
        var settings = FakeMaster.Settings.DEFAULTS.resendAfter(Duration.ofMillis(100));
        try (var master = FakeMaster.start(settings)) {
            // The first acknowledgement is taken and lost, so the agent sends the update again.
            master.onCall(Call.Type.ACKNOWLEDGE, io.baton.testkit.Fault.status(202, ""));
            master.outcomes(task -> Outcome.of(TASK_FINISHED));
            scheduler.todo.add("a");
            try (var framework = framework(master).start(scheduler)) {
                master.addAgent(FakeAgent.on("h"));

                var acknowledgements = master.awaitCalls(Call.Type.ACKNOWLEDGE, 2, SOON);

                assertThat(acknowledgements.get(0).call())
                        .isEqualTo(acknowledgements.get(1).call());
                assertThat(scheduler.count(TASK_FINISHED)).isEqualTo(1);
                assertThat(framework.figures().duplicates()).isEqualTo(1);
            }
        }
    }

    @Test
    void triesAnUpdateAgainWhoseCallbackThrew() {
        var settings = FakeMaster.Settings.DEFAULTS.resendAfter(Duration.ofMillis(100));
        var failures = new AtomicInteger();
        var failing = new RecordingScheduler() {
            @Override
            public void update(Framework framework, TaskStatus status) {
                if (failures.getAndIncrement() == 0) {
                    throw new IllegalStateException("the disk is full");
                }
                super.update(framework, status);
            }
        };
        failing.todo.add("a");
        try (var master = FakeMaster.start(settings);
                var framework = framework(master).start(failing)) {
            master.addAgent(FakeAgent.on("h"));

            await().until(() -> failing.count(TASK_FINISHED) == 1);

            assertThat(failures).hasValue(4);
            assertThat(framework.isSubscribed()).isTrue();
        }
    }

    @Test
    void killsATask() throws Exception {
        try (var master = FakeMaster.start();
                var framework = framework(master).start(scheduler)) {
            master.outcomes(task -> Outcome.runs());
            scheduler.todo.add("a");
            master.addAgent(FakeAgent.on("h"));
            await().until(() -> scheduler.count(TASK_RUNNING) == 1);

            framework.kill(TaskID.newBuilder().setValue("a").build()).get(5, TimeUnit.SECONDS);

            await().until(() -> scheduler.count(TASK_KILLED) == 1);
            assertThat(scheduler.heard).containsSubsequence("a TASK_KILLING", "a TASK_KILLED");
        }
    }

    @Test
    void suppressesWithoutDemandAndRevivesWithIt() throws Exception {
        try (var master = FakeMaster.start();
                var framework = framework(master).startSuppressed().start(scheduler)) {
            framework.awaitSubscribed(SOON);
            assertThat(master.calls(Call.Type.SUBSCRIBE)
                            .get(0)
                            .call()
                            .getSubscribe()
                            .getSuppressedRolesList())
                    .containsExactly("*");

            framework.demand(true);
            framework.demand(true);
            master.awaitCalls(Call.Type.REVIVE, 1, SOON);
            framework.demand(false);
            master.awaitCalls(Call.Type.SUPPRESS, 1, SOON);

            assertThat(master.count(Call.Type.REVIVE)).isEqualTo(1);
        }
    }

    @Test
    void sendsCallsOfDifferentKindsInTheOrderTheyWereMade() throws Exception {
        try (var master = FakeMaster.start();
                var framework = framework(master).start(scheduler)) {
            framework.awaitSubscribed(SOON);
            var task = TaskID.newBuilder().setValue("a").build();
            for (var i = 0; i < 50; i++) {
                framework.kill(task);
                framework.suppress();
                framework.reconcile(List.of(task));
            }
            framework.revive().get(10, TimeUnit.SECONDS);

            var types =
                    master.calls().stream().skip(1).map(c -> c.call().getType()).toList();
            for (var i = 0; i < 150; i += 3) {
                assertThat(types.subList(i, i + 3))
                        .containsExactly(Call.Type.KILL, Call.Type.SUPPRESS, Call.Type.RECONCILE);
            }
        }
    }

    @Test
    void keepsItsConnections() throws Exception {
        try (var master = FakeMaster.start();
                var framework = framework(master).start(scheduler)) {
            for (var i = 0; i < 200; i++) {
                scheduler.todo.add("t" + i);
            }
            master.addAgent(FakeAgent.on("h").cpus(100));
            await().until(() -> scheduler.count(TASK_FINISHED) == 200);

            assertThat(master.connections()).isLessThanOrEqualTo(1 + 8);
            assertThat(framework.figures().retries()).isZero();
        }
    }

    @Test
    void sendsWhatWasCalledBeforeItIsClosed() throws Exception {
        try (var master = FakeMaster.start()) {
            try (var framework = framework(master).start(scheduler)) {
                framework.awaitSubscribed(SOON);
                for (var i = 0; i < 20; i++) {
                    framework.kill(TaskID.newBuilder().setValue("t" + i).build());
                }
            }
            assertThat(master.count(Call.Type.KILL)).isEqualTo(20);
        }
    }

    @Test
    void acknowledgesTheUpdateInWhoseCallbackItIsClosed() throws Exception {
        var closing = new RecordingScheduler() {
            @Override
            public void update(Framework framework, TaskStatus status) {
                framework.close();
            }
        };
        closing.todo.add("a");
        try (var master = FakeMaster.start()) {
            master.outcomes(task -> Outcome.of(TASK_FINISHED));
            var framework = framework(master).start(closing);
            master.addAgent(FakeAgent.on("h"));

            framework.stopped().get(10, TimeUnit.SECONDS);

            assertThat(master.count(Call.Type.ACKNOWLEDGE)).isEqualTo(1);
        }
    }

    @Test
    void waitsForTheCallbackThatRunsAndForNoneThatWaits() throws Exception {
        var entered = new CountDownLatch(1);
        var returns = new CountDownLatch(1);
        var callbacks = new AtomicInteger();
        var slow = new RecordingScheduler() {
            @Override
            public void update(Framework framework, TaskStatus status) {
                callbacks.incrementAndGet();
                entered.countDown();
                try {
                    returns.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        };
        var tasks = 100;
        for (var i = 0; i < tasks; i++) {
            slow.todo.add("t" + i);
        }
        try (var master = FakeMaster.start()) {
            master.outcomes(task -> Outcome.of(TASK_FINISHED));
            var framework = framework(master).start(slow);
            framework.awaitSubscribed(SOON);
            await().until(() -> framework.room() == Limits.DEFAULTS.queuedEvents());
            master.addAgent(FakeAgent.on("h").cpus(100));
            entered.await();
            await().until(() -> framework.room() <= Limits.DEFAULTS.queuedEvents() - tasks);

            var closing = CompletableFuture.runAsync(framework::close);
            await().until(() -> !framework.isSubscribed());
            assertThat(closing).isNotDone();
            returns.countDown();

            closing.get(10, TimeUnit.SECONDS);
            assertThat(callbacks).hasValue(1);
            assertThat(framework.stopped()).isCompleted();
        }
    }

    @Test
    void refusesACallThatLacksFieldsBeforeItIsSent() {
        try (var master = FakeMaster.start();
                var framework = framework(master).start(scheduler)) {
            var call = Call.newBuilder().setType(Call.Type.KILL);
            call.getKillBuilder();

            assertThatThrownBy(() -> framework.call(call)).hasMessage("KILL lacks kill.task_id");
            assertThatThrownBy(() -> framework.call(Call.newBuilder())).hasMessageContaining("UNKNOWN");
        }
    }

    @Test
    void stopsAfterATeardown() throws Exception {
        try (var master = FakeMaster.start();
                var framework = framework(master).start(scheduler)) {
            framework.awaitSubscribed(SOON);

            framework.teardown().get(5, TimeUnit.SECONDS);

            framework.stopped().get(5, TimeUnit.SECONDS);
            assertThat(master.frameworkIds()).isEmpty();
            assertThat(scheduler.errors).isEmpty();
        }
    }

    @Test
    void showsItsCredentials() throws Exception {
        var settings = FakeMaster.Settings.DEFAULTS.credentials("ada", "sesame");
        try (var master = FakeMaster.start(settings);
                var framework = framework(master).credentials("ada", "sesame").start(scheduler)) {
            framework.awaitSubscribed(SOON);

            assertThat(master.calls()
                            .get(0)
                            .call()
                            .getSubscribe()
                            .getFrameworkInfo()
                            .getPrincipal())
                    .isEqualTo("ada");
        }
    }
}
