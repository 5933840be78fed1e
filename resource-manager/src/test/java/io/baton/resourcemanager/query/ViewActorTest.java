package io.baton.resourcemanager.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.id.OfferId;
import io.baton.core.id.TaskId;
import io.baton.core.protocol.ViewProtocol;
import io.baton.core.protocol.ViewProtocol.Facts.Part;
import io.baton.core.protocol.ViewProtocol.Watched;
import io.baton.resourcemanager.metrics.MasterMetrics;
import io.baton.resourcemanager.registry.MemoryRegistrar;
import io.baton.resourcemanager.registry.record.AdmitAgent;
import io.baton.resourcemanager.registry.record.Command;
import io.baton.resourcemanager.registry.record.MarkAgentGone;
import io.baton.resourcemanager.registry.record.RemoveFramework;
import io.baton.resourcemanager.registry.record.SubscribeFramework;
import io.baton.v1.AgentInfo;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.Label;
import io.baton.v1.Labels;
import io.baton.v1.Offer;
import io.baton.v1.Task;
import io.baton.v1.TaskState;
import io.baton.v1.master.Event;
import io.baton.v1.master.Response;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.serialization.SerializationExtension;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Two masters' read models. */
class ViewActorTest {
    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final AgentId AGENT = new AgentId("a");
    private static final FrameworkId F = new FrameworkId("f");

    private final AtomicBoolean complete = new AtomicBoolean();
    private final MasterMetrics metrics = new MasterMetrics(new PrometheusRegistry());
    private final ActorRef<ViewProtocol> here = KIT.spawn(ViewActor.create(Clock.systemUTC(), c -> {}, metrics));
    private final ActorRef<ViewProtocol> there =
            KIT.spawn(ViewActor.create(Clock.systemUTC(), complete::set, new MasterMetrics(new PrometheusRegistry())));

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    @Test
    void tellsTheOtherMasterWhatEntitiesHereSay() {
        acquainted();
        tellEverything();

        until(there, ViewActorTest::showsEverything);
        here.tell(new ViewProtocol.OffersGone(F, List.of(new OfferId("o"))));
        here.tell(new ViewProtocol.TaskSeen(task("t", TaskState.TASK_FINISHED), true));
        until(
                there,
                view -> view.offers().isEmpty()
                        && view.state().getGetTasks().getCompletedTasksCount() == 1
                        && view.state().getGetTasks().getTasksCount() == 0);
    }

    @Test
    void gathersWhatIsSaidShortlyAfterABatchAndLeavesNoStateOut() {
        var kit = ActorTestKit.create(ManualTime.config());
        try {
            var time = ManualTime.get(kit.system());
            var view = kit.spawn(ViewActor.create(Clock.systemUTC(), c -> {}, metrics));
            TestProbe<ViewProtocol> other = kit.createTestProbe();
            view.tell(new ViewActor.Others(List.of(other.getRef())));
            other.receiveSeveralMessages(3);
            view.tell(new ViewProtocol.TaskSeen(task("first", TaskState.TASK_RUNNING), false));
            assertThat(states(other)).containsExactly(TaskState.TASK_RUNNING);

            for (var state : List.of(TaskState.TASK_STAGING, TaskState.TASK_RUNNING, TaskState.TASK_FINISHED)) {
                view.tell(new ViewProtocol.TaskSeen(task("t", state), false));
            }
            TestProbe<ViewProtocol.StateView> read = kit.createTestProbe();
            view.tell(new ViewProtocol.GetState(read.getRef()));
            read.receiveMessage();

            time.expectNoMessageFor(ViewActor.GATHERING.minusMillis(1), other);
            time.timePasses(Duration.ofMillis(1));
            assertThat(states(other))
                    .containsExactly(TaskState.TASK_STAGING, TaskState.TASK_RUNNING, TaskState.TASK_FINISHED);
        } finally {
            kit.shutdownTestKit();
        }
    }

    private static List<TaskState> states(TestProbe<ViewProtocol> other) {
        return other.expectMessageClass(ViewProtocol.Facts.class).tasks().stream()
                .map(seen -> seen.task().getState())
                .toList();
    }

    @Test
    void tellsAMasterThatJoinsLaterEverything() {
        tellEverything();
        for (int i = 0; i < 3 * ViewFeed.MAX_TASKS; i++) {
            here.tell(new ViewProtocol.TaskSeen(task("more" + i, TaskState.TASK_RUNNING), false));
        }
        acquainted();

        until(there, view -> view.state().getGetTasks().getTasksCount() == 3 * ViewFeed.MAX_TASKS + 1);
        until(there, ViewActorTest::showsEverything);
        Awaitility.await().untilTrue(complete);
    }

    /** What does not fit into a frame of 16 MiB is lost, and asked for again in vain. */
    @Test
    void howeverMuchThereIsToTellEachMessageFitsIntoAFrame() {
        var megabyte = Labels.newBuilder()
                .addLabels(Label.newBuilder().setKey("k").setValue("v".repeat(1024 * 1024)))
                .build();
        tellEverything();
        for (int i = 0; i < 20; i++) {
            var large = task("large" + i, TaskState.TASK_RUNNING).toBuilder().setLabels(megabyte);
            here.tell(new ViewProtocol.TaskSeen(large.build(), false));
            here.tell(new ViewProtocol.FrameworkSeen(Response.GetFrameworks.Framework.newBuilder()
                    .setFrameworkInfo(FrameworkInfo.newBuilder()
                            .setUser("u")
                            .setName("n")
                            .setLabels(megabyte)
                            .setId(new FrameworkId("f" + i).toProto()))
                    .setActive(true)
                    .setConnected(true)
                    .setRecovered(false)
                    .build()));
        }
        TestProbe<ViewProtocol> other = KIT.createTestProbe();
        here.tell(new ViewActor.Others(List.of(other.getRef())));
        var serialization = SerializationExtension.get(Adapter.toClassic(KIT.system()));

        ViewProtocol.Facts facts;
        do {
            facts = other.expectMessageClass(ViewProtocol.Facts.class, Duration.ofSeconds(20));
            assertThat(serialization.serialize(facts).get().length).isLessThan(8 * 1024 * 1024);
            there.tell(facts);
        } while (facts.part() != Part.LAST);

        until(there, view -> view.state().getGetTasks().getTasksCount() == 21);
        until(there, view -> view.state().getGetFrameworks().getFrameworksCount() == 21);
    }

    @Test
    void doesNotSpeakForAnEntityThatHasMoved() {
        tellEverything();
        here.tell(new ViewProtocol.AgentMoved(AGENT));
        here.tell(new ViewProtocol.FrameworkMoved(F));
        TestProbe<ViewProtocol> other = KIT.createTestProbe();

        here.tell(new ViewActor.Others(List.of(other.getRef())));

        for (int i = 0; i < 3; i++) {
            var facts = other.expectMessageClass(ViewProtocol.Facts.class);
            assertThat(facts.number()).isEqualTo(i + 1);
            assertThat(facts.agents()).isEmpty();
            assertThat(facts.tasks()).isEmpty();
        }
        until(here, ViewActorTest::showsEverything);
    }

    @Test
    void everyMasterShowsWhatAllHaveCounted() {
        metrics.numbers().add("master/slave_registrations", 2);
        acquainted();
        tellEverything();
        here.tell(new ViewProtocol.TaskSeen(task("t", TaskState.TASK_FINISHED), false));
        here.tell(new ViewProtocol.TaskSeen(task("t", TaskState.TASK_FINISHED), true));
        there.tell(new ViewProtocol.TaskSeen(task("elsewhere", TaskState.TASK_FINISHED), true));

        for (var view : List.of(here, there)) {
            counted(view, "master/slave_registrations", 2);
            counted(view, "master/tasks_finished", 2);
            counted(view, "framework/f/tasks/terminal/task_finished", 2);
        }
    }

    @Test
    void countsOfAMasterThatHasEndedStay() {
        metrics.numbers().add("master/slave_registrations", 2);
        acquainted();
        counted(there, "master/slave_registrations", 2);

        there.tell(new ViewActor.Others(List.of()));

        counted(there, "master/slave_registrations", 2);
    }

    private static void counted(ActorRef<ViewProtocol> view, String name, double count) {
        Awaitility.await().until(() -> {
            TestProbe<ViewProtocol.Numbers> answer = KIT.createTestProbe();
            view.tell(new ViewProtocol.GetNumbers(answer.getRef()));
            return answer.receiveMessage().of(name) == count;
        });
    }

    @Test
    void saysWhichAgentsAreThere() {
        acquainted();
        for (var agent : List.of("there", "out of use", "away")) {
            var seen = Response.GetAgents.Agent.newBuilder()
                    .setActive(agent.equals("there"))
                    .setDeactivated(agent.equals("out of use"))
                    .setVersion("1");
            seen.getAgentInfoBuilder().setHostname("h").setId(new AgentId(agent).toProto());
            here.tell(new ViewProtocol.AgentSeen(seen.build(), !agent.equals("away")));
        }
        until(there, view -> view.state().getGetAgents().getAgentsCount() == 3);
        var late = KIT.spawn(ViewActor.create(Clock.systemUTC(), c -> {}, metrics));
        here.tell(new ViewActor.Others(List.of(there, late)));
        until(late, view -> view.state().getGetAgents().getAgentsCount() == 3);

        for (var view : List.of(here, there, late)) {
            TestProbe<ViewProtocol.ConnectedAgents> answer = KIT.createTestProbe();
            view.tell(new ViewProtocol.GetConnectedAgents(answer.getRef()));
            assertThat(answer.receiveMessage().agents())
                    .containsExactlyInAnyOrder(new AgentId("there"), new AgentId("out of use"));
            until(view, state -> state.connectedAgents() == 2);
        }
    }

    /** The master whose session knew of the end has died within the time in which it gathers what it tells. */
    @Test
    void whatASessionThatBeginsDoesNotKnowAfterAWhileIsNotThere() {
        var now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
        var next = KIT.spawn(ViewActor.create(clock(now), c -> {}, metrics));
        here.tell(new ViewActor.Others(List.of(there, next)));
        next.tell(new ViewActor.Others(List.of(here, there)));
        there.tell(new ViewActor.Others(List.of(here, next)));
        tellEverything();
        here.tell(new ViewProtocol.TaskSeen(task("known", TaskState.TASK_RUNNING), false));
        until(next, view -> view.state().getGetTasks().getTasksCount() == 2);
        next.tell(new ViewProtocol.FrameworkSeen(framework()));
        next.tell(new ViewProtocol.TasksSeen(F, new AgentId("another"), List.of()));
        next.tell(new ViewProtocol.TaskSeen(task("known", TaskState.TASK_RUNNING), false));
        until(next, view -> view.state().getGetTasks().getTasksCount() == 2);

        now.updateAndGet(time -> time.plus(SessionsHere.LEARNING));

        for (var view : List.of(next, there)) {
            until(view, state -> names(state.state().getGetTasks().getTasksList())
                    .equals(List.of("known")));
        }
    }

    /** It was written, and the master that was to say so has died. */
    @Test
    void aFrameworkThatTheRegistryHasRemovedIsNotShownAsRunning() {
        var now = new AtomicReference<>(Instant.now());
        var view = KIT.spawn(ViewActor.create(clock(now), c -> {}, metrics));
        var registrar = MemoryRegistrar.alone();
        registrar.commit(Command.newBuilder()
                .setSubscribeFramework(
                        SubscribeFramework.newBuilder().setInfo(framework().getFrameworkInfo())));
        view.tell(new ViewActor.Recall(registrar, any -> 0));
        view.tell(new ViewProtocol.FrameworkSeen(framework()));
        view.tell(new ViewProtocol.TaskSeen(task("t", TaskState.TASK_RUNNING), false));
        registrar.commit(Command.newBuilder()
                .setRemoveFramework(RemoveFramework.newBuilder().setFrameworkId(F.toProto())));

        now.set(Instant.now().plus(SessionsHere.LEARNING).plusSeconds(1));

        until(
                view,
                state -> state.state().getGetFrameworks().getFrameworksCount() == 0
                        && state.state().getGetFrameworks().getCompletedFrameworksCount() == 1
                        && state.state().getGetTasks().getTasksCount() == 0
                        && state.state().getGetTasks().getCompletedTasks(0).getState() == TaskState.TASK_KILLED);
    }

    private static List<String> names(List<Task> tasks) {
        return tasks.stream().map(Task::getName).toList();
    }

    private static Response.GetFrameworks.Framework framework() {
        return Response.GetFrameworks.Framework.newBuilder()
                .setFrameworkInfo(
                        FrameworkInfo.newBuilder().setUser("u").setName("n").setId(F.toProto()))
                .setActive(true)
                .setConnected(true)
                .setRecovered(false)
                .build();
    }

    private static Clock clock(AtomicReference<Instant> now) {
        return new Clock() {
            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return now.get();
            }
        };
    }

    private static void admit(MemoryRegistrar registrar, String agent) {
        var info = AgentInfo.newBuilder().setHostname("h").setId(new AgentId(agent).toProto());
        registrar.commit(
                Command.newBuilder().setAdmitAgent(AdmitAgent.newBuilder().setInfo(info)));
    }

    private void untilRecovered(String... agents) {
        until(here, view -> view.state().getGetAgents().getRecoveredAgentsList().stream()
                .map(info -> info.getId().getValue())
                .toList()
                .equals(List.of(agents)));
    }

    @Test
    void showsAgentsAsRecoveredThatTheRegistryHeldUntilTheyAreHeardOfOrGivenUp() {
        var registrar = MemoryRegistrar.alone();
        admit(registrar, AGENT.value());
        admit(registrar, "lost");
        here.tell(new ViewActor.Recall(registrar, agent -> 0));
        untilRecovered(AGENT.value(), "lost");

        tellEverything();
        untilRecovered("lost");
        admit(registrar, "new");
        registrar.commit(Command.newBuilder()
                .setMarkAgentGone(MarkAgentGone.newBuilder().setAgentId(new AgentId("lost").toProto())));

        untilRecovered();
        until(here, ViewActorTest::showsEverything);
    }

    @Test
    void asksForEverythingWhenFactsWereLost() {
        TestProbe<ViewProtocol> other = KIT.createTestProbe();
        here.tell(new ViewActor.Others(List.of(other.getRef())));
        other.receiveSeveralMessages(3);

        here.tell(facts(other.getRef(), 7));

        assertThat(other.receiveMessage()).isEqualTo(new ViewProtocol.Repeat(here));
    }

    @Test
    void forgetsTasksThatNeverReachedTheirAgent() {
        acquainted();
        tellEverything();
        here.tell(new ViewProtocol.TasksSeen(F, AGENT, List.of(task("other", TaskState.TASK_RUNNING))));

        for (var view : List.of(here, there)) {
            until(view, state -> state.state().getGetTasks().getTasksList().stream()
                    .map(t -> t.getTaskId().getValue())
                    .toList()
                    .equals(List.of("other")));
        }
    }

    @Test
    void tellsWatchersOnEveryMasterWhatChangesAfterAPicture() {
        acquainted();
        TestProbe<Watched> nearby = KIT.createTestProbe();
        TestProbe<Watched> far = KIT.createTestProbe();
        here.tell(new ViewProtocol.Watch(nearby.getRef()));
        there.tell(new ViewProtocol.Watch(far.getRef()));
        for (var probe : List.of(nearby, far)) {
            assertThat(probe.expectMessageClass(Watched.Picture.class).view().offers())
                    .isEmpty();
        }

        tellEverything();
        here.tell(new ViewProtocol.TaskSeen(task("t", TaskState.TASK_RUNNING), true));
        for (var probe : List.of(nearby, far)) {
            assertThat(types(probe, 3))
                    .containsExactly(Event.Type.AGENT_ADDED, Event.Type.FRAMEWORK_ADDED, Event.Type.TASK_ADDED);
        }
        here.tell(new ViewProtocol.AgentForgotten(AGENT));
        for (var probe : List.of(nearby, far)) {
            assertThat(types(probe, 1)).containsExactly(Event.Type.AGENT_REMOVED);
        }
        here.tell(new ViewProtocol.Unwatch(nearby.getRef()));
        here.tell(new ViewProtocol.Watch(nearby.getRef()));
        assertThat(nearby.expectMessageClass(Watched.Picture.class).view().offers())
                .hasSize(1);
    }

    @Test
    void aFrameworkEndsAfterItsTasksAlsoElsewhere() {
        TestProbe<Watched> watcher = KIT.createTestProbe();
        there.tell(new ViewProtocol.Watch(watcher.getRef()));
        watcher.expectMessageClass(Watched.Picture.class);
        var removed = Response.GetFrameworks.Framework.newBuilder()
                .setFrameworkInfo(
                        FrameworkInfo.newBuilder().setUser("u").setName("n").setId(F.toProto()))
                .setActive(false)
                .setConnected(false)
                .setRecovered(false);
        var live = removed.clone().setConnected(true).build();
        removed.getUnregisteredTimeBuilder().setNanoseconds(1);
        TestProbe<ViewProtocol> other = KIT.createTestProbe();

        there.tell(facts(other.getRef(), 1, Part.FIRST, live, task("t", TaskState.TASK_STAGING)));
        there.tell(facts(other.getRef(), 2, Part.NEWS, removed.build(), task("late", TaskState.TASK_KILLED)));

        assertThat(types(watcher, 4))
                .containsExactly(
                        Event.Type.FRAMEWORK_ADDED,
                        Event.Type.TASK_ADDED,
                        Event.Type.TASK_ADDED,
                        Event.Type.FRAMEWORK_REMOVED);
    }

    private static List<Event.Type> types(TestProbe<Watched> watcher, int number) {
        var out = new ArrayList<Event.Type>();
        while (out.size() < number) {
            var changes = watcher.expectMessageClass(Watched.Changes.class);
            changes.events().forEach(event -> out.add(event.getType()));
        }
        return out;
    }

    private void acquainted() {
        here.tell(new ViewActor.Others(List.of(there)));
        there.tell(new ViewActor.Others(List.of(here)));
    }

    private void tellEverything() {
        here.tell(new ViewProtocol.AgentSeen(
                Response.GetAgents.Agent.newBuilder()
                        .setAgentInfo(AgentInfo.newBuilder().setHostname("h").setId(AGENT.toProto()))
                        .setActive(true)
                        .setVersion("1")
                        .build(),
                true));
        here.tell(new ViewProtocol.FrameworkSeen(Response.GetFrameworks.Framework.newBuilder()
                .setFrameworkInfo(
                        FrameworkInfo.newBuilder().setUser("u").setName("n").setId(F.toProto()))
                .setActive(true)
                .setConnected(true)
                .setRecovered(false)
                .build()));
        here.tell(new ViewProtocol.TaskSeen(task("t", TaskState.TASK_RUNNING), false));
        here.tell(new ViewProtocol.OfferSeen(Offer.newBuilder()
                .setId(new OfferId("o").toProto())
                .setFrameworkId(F.toProto())
                .setAgentId(AGENT.toProto())
                .setHostname("h")
                .build()));
    }

    private static boolean showsEverything(ViewProtocol.StateView view) {
        return view.state().getGetAgents().getAgentsCount() == 1
                && view.state().getGetFrameworks().getFrameworksCount() == 1
                && view.state().getGetTasks().getTasksCount() >= 1
                && view.offers().size() == 1;
    }

    private static void until(ActorRef<ViewProtocol> view, Predicate<ViewProtocol.StateView> wanted) {
        Awaitility.await().until(() -> {
            TestProbe<ViewProtocol.StateView> answer = KIT.createTestProbe();
            view.tell(new ViewProtocol.GetState(answer.getRef()));
            return wanted.test(answer.receiveMessage());
        });
    }

    private static ViewProtocol.Facts facts(
            ActorRef<ViewProtocol> source,
            long number,
            Part part,
            Response.GetFrameworks.Framework framework,
            Task task) {
        return new ViewProtocol.Facts(
                source,
                number,
                part,
                List.of(),
                List.of(),
                List.of(framework),
                List.of(),
                List.of(new ViewProtocol.TaskSeen(task, false)),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                Set.of());
    }

    private static ViewProtocol.Facts facts(ActorRef<ViewProtocol> source, long number) {
        return new ViewProtocol.Facts(
                source,
                number,
                ViewProtocol.Facts.Part.NEWS,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                Set.of());
    }

    private static Task task(String id, TaskState state) {
        return Task.newBuilder()
                .setName(id)
                .setTaskId(new TaskId(id).toProto())
                .setFrameworkId(F.toProto())
                .setAgentId(AGENT.toProto())
                .setState(state)
                .build();
    }
}
