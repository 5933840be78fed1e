package io.baton.resourcemanager.framework;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.baton.core.id.AgentId;
import io.baton.core.id.OfferId;
import io.baton.core.id.TaskId;
import io.baton.core.protocol.AgentProtocol;
import io.baton.core.protocol.FrameworkProtocol;
import io.baton.core.protocol.Term;
import io.baton.core.task.TaskSum;
import io.baton.v1.ExecutorID;
import io.baton.v1.Task;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import io.baton.v1.scheduler.Call;
import io.baton.v1.scheduler.Event;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What sessions make of what agents and their owners say. */
class SessionAgentsTest extends SessionFixture {
    @Test
    void takesTheAgentsWordForItsTasksButNotForLaunchesThatAreStillOnTheirWay() {
        connected(AWARE);
        launch("old");
        assertThat(shown(session.adopted(adopted(7, 1, running("other")), T0)))
                .contains("old TASK_DROPPED", "other TASK_RUNNING seen");
        session.offered(new FrameworkProtocol.Offered(offer("o", "a", "m-S0"), 1));
        accept(List.of("o"), task("underway"));

        assertThat(shown(session.adopted(adopted(7, 1, running("other")), T0))).doesNotContain("underway");
    }

    @Test
    void aSessionThatBeganAfterItsAgentsHadRegisteredAsksThemForTheirTasks() {
        connected(AWARE);
        launch("own");
        var there = new FrameworkProtocol.TasksThere(AGENT, sum("own", "t", "u"), 0);
        assertThat(session.tasksThere(there))
                .containsExactly(new SessionEffect.ToAgent(AGENT, new AgentProtocol.TellTasks(F)));

        assertThat(shown(session.tasksTold(told("own", "t", "u"), T0)))
                .isEqualTo("t TASK_RUNNING seen; u TASK_RUNNING seen");
        assertThat(session.tasksThere(there)).isEmpty();
        assertThat(shown(kill("t", ""))).contains("Kill[framework=f, task=t");
    }

    @Test
    void anAgentThatDoesNotHaveATaskOfTheSessionIsNotAskedForTheSameListAgain() {
        connected(AWARE);
        launch("underway");
        session.tasksTold(told("t"), T0);

        assertThat(session.tasksThere(new FrameworkProtocol.TasksThere(AGENT, sum("t"), 0)))
                .isEmpty();
        assertThat(session.tasksThere(new FrameworkProtocol.TasksThere(AGENT, sum("t", "u"), 0)))
                .hasSize(1);
    }

    @Test
    void aSessionThatHasNotHeardHowATaskEndedAsksUntilTheAgentTells() {
        connected(AWARE);
        var there = new FrameworkProtocol.TasksThere(AGENT, 0, sum("t"));
        assertThat(session.tasksThere(there))
                .containsExactly(new SessionEffect.ToAgent(AGENT, new AgentProtocol.TellTasks(F)));
        assertThat(session.tasksThere(there)).as("the question may be lost").hasSize(1);

        session.tasksTold(told(), T0);
        assertThat(session.tasksThere(there)).as("the update is to come").isEmpty();
        assertThat(session.tasksThere(new FrameworkProtocol.TasksThere(AGENT, 0, sum("t", "u"))))
                .hasSize(1);
        session.updated(update("t", TaskState.TASK_FINISHED, "1"), T0);
        assertThat(session.tasksThere(there)).isEmpty();
        acknowledge("t", "1", "s1");
        assertThat(session.tasksThere(new FrameworkProtocol.TasksThere(AGENT, 0, 0)))
                .isEmpty();
        assertThat(session.tasksThere(there))
                .as("an acknowledgement that was lost")
                .hasSize(1);
    }

    @Test
    void aStatusOfTheSameStateTakesThePlaceOfTheLastOneAndNoDataIsKept() {
        connected(AWARE);
        session.updated(update("t", TaskState.TASK_STARTING, "1"), T0);
        session.updated(update("t", TaskState.TASK_RUNNING, "2"), T0);
        var third = update("t", TaskState.TASK_RUNNING, "3").update().toBuilder();
        third.getStatusBuilder().setData(ByteString.copyFromUtf8("large"));

        var effects = session.updated(new FrameworkProtocol.Updated(third.build(), 0, 0), T0);

        assertThat(effects).contains(new SessionEffect.Emit(Events.update(third.getStatus())));
        var seen = (SessionEffect.TaskSeen) effects.get(0);
        assertThat(seen.task().getStatusesList())
                .containsExactly(
                        update("t", TaskState.TASK_STARTING, "1").update().getStatus(),
                        third.getStatus().toBuilder().clearData().build());
    }

    @Test
    void whatAnOlderOwnerOfAnAgentStillPassesOnIsNoNews() {
        connected(AWARE);
        session.adopted(
                new FrameworkProtocol.TasksAdopted(AGENT, new Term(9, 1), 0, Optional.of(INFO), List.of(running("t"))),
                T0);
        session.updated(update("t", TaskState.TASK_FINISHED, "2", 9), T0);
        acknowledge("t", "2", "s1");

        assertThat(session.updated(update("t", TaskState.TASK_STARTING, "1", 7), T0))
                .isEmpty();
        assertThat(session.adopted(
                        new FrameworkProtocol.TasksAdopted(
                                AGENT, new Term(7, 5), 0, Optional.of(INFO), List.of(running("t"))),
                        T0))
                .isEmpty();
        assertThat(session.tasksTold(told("t"), T0)).isEmpty();
        assertThat(shown(session.updated(update("u", TaskState.TASK_STARTING, "1", 10), T0)))
                .contains("u TASK_STARTING");
    }

    @Test
    void whatRunsOfARemovedFrameworkEnds() {
        bring("removed");
        var end = new SessionEffect.ToAgent(AGENT, new AgentProtocol.RemoveFramework(F));

        assertThat(session.tasksThere(new FrameworkProtocol.TasksThere(AGENT, 1, 0)))
                .containsExactly(end);
        assertThat(session.tasksTold(told("t"), T0)).containsExactly(end);
    }

    @Test
    void aKillOfATaskThatTheSessionDoesNotKnowYetGoesToTheAgentItNames() {
        connected(AWARE);

        assertThat(kill("t", "m-S0"))
                .containsExactly(
                        new SessionEffect.ToNamed(AGENT, new AgentProtocol.Kill(F, new TaskId("t"), Optional.empty())),
                        new SessionEffect.ToNamed(AGENT, new AgentProtocol.Ask(F, new TaskId("t"), Optional.empty())));
        assertThat(shown(kill("t", ""))).contains("TASK_UNKNOWN");
    }

    @ParameterizedTest(name = "a kill, then: {0}; the agent registers with the task: {1}")
    @CsvSource({
        "nothing, killed again",
        "an update, killed again",
        "an operator's kill, killed again",
        "its agent is lost, killed again",
        "its end, left alone",
        "its end is known, left alone",
        "a new task of that name, left alone"
    })
    void aKillThatMayBeLostIsToldAgainWhenItsAgentRegisters(String then, String what) {
        connected(AWARE);
        launch("t");
        assertThat(shown(kill("t", ""))).isEqualTo(KILL_T);
        switch (then) {
            case "an update" -> session.updated(update("t", TaskState.TASK_KILLING, "1"), T0);
            case "an operator's kill" -> session.killTask(new TaskId("t"));
            case "its agent is lost" -> session.agentLost(lost(TaskState.TASK_UNREACHABLE), T0);
            case "its end" -> session.updated(update("t", TaskState.TASK_KILLED, "1"), T0);
            case "its end is known", "a new task of that name" -> {
                session.updated(update("t", TaskState.TASK_KILLED, "1"), T0);
                kill("t", "");
                acknowledge("t", "1", "s1");
            }
            default -> assertThat(then).isEqualTo("nothing");
        }
        if (then.startsWith("a new task")) {
            kill("t", "m-S0");
            launch("t");
        }

        var effects = shown(session.adopted(adopted(9, 1, running("t")), T0));

        assertThat(effects.contains(KILL_T)).isEqualTo(what.equals("killed again"));
    }

    @Test
    void aKillOfATaskThatIsNotKnownYetIsToldAgainUnlessItsAgentDoesNotKnowItEither() {
        connected(AWARE);
        kill("t", "m-S0");
        kill("u", "m-S0");
        session.unknown(gone("u", Optional.empty()), T0, T0);

        var effects = shown(session.adopted(adopted(9, 1, running("t"), running("u")), T0));

        assertThat(effects).contains(KILL_T).doesNotContain("Kill[framework=f, task=u");
    }

    private List<SessionEffect> kill(String task, String agent) {
        var kill = Call.Kill.newBuilder().setTaskId(new TaskId(task).toProto());
        if (!agent.isEmpty()) {
            kill.setAgentId(new AgentId(agent).toProto());
        }
        return session.call(call(Call.Type.KILL).setKill(kill).build(), "s1", T0)
                .effects();
    }

    private static FrameworkProtocol.TasksTold told(String... tasks) {
        return toldIn(0, tasks);
    }

    private static FrameworkProtocol.TasksTold toldIn(long registration, String... tasks) {
        return new FrameworkProtocol.TasksTold(
                AGENT,
                1,
                registration,
                Optional.of(INFO),
                Stream.of(tasks).map(FrameworkSessionTest::running).toList());
    }

    private static long sum(String... tasks) {
        return Stream.of(tasks).mapToLong(task -> TaskSum.of(new TaskId(task))).sum();
    }

    @ParameterizedTest(name = "{0} heard of registration {1}, then the list of {2}: {3}")
    @CsvSource({
        "an offer, 7, 8, TASK_DROPPED",
        "an offer, 7, 7, underway",
        "an offer, 7, 6, underway",
        "a list, 7, 6, underway",
        "an update, 7, 6, underway",
        "a list asked for, 7, 6, underway",
        "an offer, 0, 7, TASK_DROPPED",
        "an offer, 7, 0, TASK_DROPPED"
    })
    void dropsWhatALaterRegistrationDoesNotName(String heard, long before, long registration, String fate) {
        connected(AWARE);
        session.offered(new FrameworkProtocol.Offered(offer("o", "a", "m-S0"), heard.equals("an offer") ? before : 0));
        accept(List.of("o"), task("t"));
        switch (heard) {
            case "a list" -> session.adopted(adopted(7, before, running("t")), T0);
            case "an update" ->
                session.updated(
                        new FrameworkProtocol.Updated(
                                update("t", TaskState.TASK_RUNNING, "1", 7).update(), 7, before),
                        T0);
            case "a list asked for" -> session.tasksTold(toldIn(before, "t"), T0);
            default -> assertThat(heard).isEqualTo("an offer");
        }

        var told = shown(session.adopted(adopted(8, registration), T0));

        assertThat(told.contains("TASK_DROPPED")).isEqualTo(fate.equals("TASK_DROPPED"));
    }

    @Test
    void aCopyOfAnUpdateThatComesAfterTheNextOneIsNoNews() {
        connected(AWARE);
        var late = update("t", TaskState.TASK_RUNNING, "1", 7);
        session.updated(update("t", TaskState.TASK_FINISHED, "2", 7), T0);
        assertThat(shown(session.updated(late, T0))).isEqualTo("ack t");
        acknowledge("t", "2", "s1");
        assertThat(shown(session.updated(late, T0))).isEqualTo("ack t");
        assertThat(shown(session.tasksTold(told("t"), T0))).isEmpty();
        assertThat(shown(session.adopted(adopted(7, 1, running("t")), T0))).isEmpty();
        launch("t");
        assertThat(shown(session.updated(late, T0))).as("the id is used again").contains("t TASK_RUNNING");

        session.updated(in(5, "u", TaskState.TASK_RUNNING, "2"), T0);
        assertThat(session.updated(in(4, "u", TaskState.TASK_STARTING, "1"), T0))
                .as("passed on before the agent registered again")
                .isEmpty();
        assertThat(session.tasksTold(toldIn(4, "ended since"), T0)).isEmpty();
        assertThat(shown(session.updated(in(5, "u", TaskState.TASK_RUNNING, "2"), T0)))
                .contains("u TASK_RUNNING");
    }

    private static FrameworkProtocol.Updated in(long registration, String task, TaskState state, String uuid) {
        return new FrameworkProtocol.Updated(update(task, state, uuid, 7).update(), 7, registration);
    }

    @Test
    void tasksOfALostAgentOfWhichOnlyItsOwnerKnowsAreTold() {
        connected(AWARE);
        session.tasksTold(told("t"), T0);

        assertThat(shown(session.agentLost(lost(TaskState.TASK_UNREACHABLE, "t", "u"), T0)))
                .contains("t TASK_UNREACHABLE", "u TASK_UNREACHABLE");
        assertThat(shown(session.adopted(adopted(8, 9, running("t"), running("u")), T0)))
                .contains("u TASK_RUNNING")
                .doesNotContain("DROPPED");
        assertThat(shown(session.agentLost(lost(TaskState.TASK_GONE_BY_OPERATOR, "t", "u", "v"), T0)))
                .contains("u TASK_GONE_BY_OPERATOR", "v TASK_GONE_BY_OPERATOR");
        assertThat(shown(reconcile("u"))).startsWith("u TASK_UNKNOWN");
    }

    /** Runs, is healthy, and its newest update says nothing of its container. */
    private void runsAndIsHealthy() {
        var first = update("t", TaskState.TASK_STARTING, "1", 7).update().toBuilder();
        first.getStatusBuilder()
                .setSource(TaskStatus.Source.SOURCE_EXECUTOR)
                .getContainerStatusBuilder()
                .setExecutorPid(42);
        var second = update("t", TaskState.TASK_RUNNING, "2", 7).update().toBuilder();
        second.getStatusBuilder().setSource(TaskStatus.Source.SOURCE_EXECUTOR).setHealthy(true);
        var executor = ExecutorID.newBuilder().setValue("t");
        session.adopted(
                adopted(7, 1, running("t").toBuilder().setExecutorId(executor).build()), T0);
        for (var one : List.of(first, second)) {
            session.updated(new FrameworkProtocol.Updated(one.build(), 7, 1), T0);
            acknowledge("t", one.getStatus().getUuid().toStringUtf8(), "s1");
        }
    }

    private static List<TaskStatus> updates(List<SessionEffect> effects) {
        return effects.stream()
                .filter(SessionEffect.Emit.class::isInstance)
                .map(effect -> ((SessionEffect.Emit) effect).event())
                .filter(Event::hasUpdate)
                .map(event -> event.getUpdate().getStatus())
                .toList();
    }

    /** The session begins anew with another master, and the agent tells what its schedulers have heard. */
    @Test
    void healthAndContainerOutliveASession() {
        var last = update("t", TaskState.TASK_RUNNING, "1", 7).update().getStatus().toBuilder();
        last.setHealthy(true).getContainerStatusBuilder().setExecutorPid(42);
        connected(INFO);

        var effects = session.adopted(
                adopted(7, 1, running("t").toBuilder().addStatuses(last).build()), T0);

        var seen = (SessionEffect.TasksSeen) effects.get(effects.size() - 1);
        assertThat(seen.tasks().get(0).getStatusesList()).containsExactly(last.build());
        for (var status :
                List.of(updates(reconcile("t")).get(0), updates(reconcile()).get(0))) {
            assertThat(status.getHealthy()).isTrue();
            assertThat(status.getContainerStatus().getExecutorPid()).isEqualTo(42);
        }
        var next = update("t", TaskState.TASK_RUNNING, "2", 7);
        var after = session.updated(new FrameworkProtocol.Updated(next.update(), 7, 1), T0);
        assertThat(after.stream()
                        .filter(SessionEffect.TaskSeen.class::isInstance)
                        .map(effect -> ((SessionEffect.TaskSeen) effect).task())
                        .flatMap(task -> task.getStatusesList().stream()))
                .extracting(status -> status.getUuid().toStringUtf8())
                .containsExactly("2");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aTaskThatCanBeReachedAgainIsToldAndShownAsItsAgentLastToldIt(boolean aware) {
        connected(aware ? AWARE : INFO);
        runsAndIsHealthy();
        session.agentLost(lost(TaskState.TASK_UNREACHABLE), T0);
        var away = updates(reconcile("t")).get(0);
        assertThat(away.hasHealthy() || away.hasContainerStatus()).isFalse();

        var back = session.adopted(adopted(8, 9, running("t")), T0);

        assertThat(updates(back)).hasSize(1);
        var seen = (SessionEffect.TasksSeen) back.get(back.size() - 1);
        assertThat(seen.tasks().get(0).getStatusesList())
                .extracting(TaskStatus::getState)
                .containsExactly(TaskState.TASK_STARTING, TaskState.TASK_RUNNING);
        for (var status : List.of(
                updates(back).get(0),
                updates(reconcile("t")).get(0),
                updates(reconcile()).get(0))) {
            assertThat(status.getState()).isEqualTo(TaskState.TASK_RUNNING);
            assertThat(status.getHealthy()).isTrue();
            assertThat(status.getContainerStatus().getExecutorPid()).isEqualTo(42);
            assertThat(status.getExecutorId().getValue()).isEqualTo("t");
        }
    }

    @Test
    void anAgentThatIsLostOnceMoreIsNewsOnlyToWhoHasNotHeard() {
        connected(AWARE);
        session.adopted(adopted(7, 1, running("t")), T0);
        var again = new FrameworkProtocol.AgentLost(
                AGENT, TaskState.TASK_UNREACHABLE, 8, List.of(), true, Optional.empty());
        var late = new FrameworkProtocol.AgentLost(
                AGENT, TaskState.TASK_UNREACHABLE, 6, List.of(), true, Optional.empty());

        assertThat(session.agentLost(late, T0)).as("of an older owner").isEmpty();
        assertThat(session.agentLost(
                        new FrameworkProtocol.AgentLost(
                                AGENT, TaskState.TASK_UNREACHABLE, 6, List.of(), false, Optional.empty()),
                        T0))
                .as("of an older owner, said late")
                .isEmpty();
        assertThat(shown(reconcile("t"))).startsWith("t TASK_RUNNING");
        assertThat(shown(session.agentLost(again, T0))).contains("t TASK_UNREACHABLE", "FAILURE");
        assertThat(session.agentLost(again, T0)).isEmpty();
        assertThat(shown(reconcile("t"))).startsWith("t TASK_UNREACHABLE");
    }

    @Test
    void aTaskWhoseEndIsKnownIsNotLostWithItsAgent() {
        connected(AWARE);
        session.updated(update("t", TaskState.TASK_FINISHED, "1", 8), T0);
        acknowledge("t", "1", "s1");

        assertThat(shown(session.agentLost(lost(TaskState.TASK_GONE_BY_OPERATOR, "t"), T0)))
                .isEqualTo("FAILURE");
    }

    @Test
    void whatComesLateOfATaskThatIsGoneWithItsAgentDoesNotBringItBack() {
        connected(AWARE);
        launch("t");
        session.agentLost(lost(TaskState.TASK_GONE_BY_OPERATOR), T0);

        assertThat(shown(session.updated(update("t", TaskState.TASK_RUNNING, "1", 8), T0)))
                .isEqualTo("ack t");
        assertThat(shown(session.agentLost(lost(TaskState.TASK_UNREACHABLE, "t"), T0)))
                .isEqualTo("FAILURE");
    }

    @Test
    void whatAnOlderOwnerKnowsOfALostAgentIsNoNews() {
        connected(AWARE);
        session.adopted(adopted(9, 1, running("t")), T0);

        assertThat(session.agentLost(lost(TaskState.TASK_UNREACHABLE, "t", "ended since"), T0))
                .isEmpty();
        assertThat(shown(session.agentLost(lost(TaskState.TASK_GONE_BY_OPERATOR, "t", "ended since"), T0)))
                .contains("t TASK_GONE_BY_OPERATOR")
                .doesNotContain("ended since");
    }

    @Test
    void anAgentThatWasUnreachableMayComeBackAsAnOlderCopyOfItself() {
        connected(AWARE);
        session.adopted(adopted(7, 7, running("t")), T0);
        session.agentLost(lost(TaskState.TASK_UNREACHABLE), T0);

        assertThat(shown(session.adopted(adopted(8, 3), T0))).contains("t TASK_DROPPED");
    }

    private static FrameworkProtocol.TasksAdopted adopted(long epoch, long registration, Task... tasks) {
        return new FrameworkProtocol.TasksAdopted(
                AGENT, new Term(epoch, 1), registration, Optional.of(INFO), List.of(tasks));
    }

    @Test
    void givesBackLeasesOfOffersThatItDoesNotKnow() {
        connected(INFO);
        session.offered(offered("o1", "*", "m-S0"));

        assertThat(shown(session.leased(
                        new FrameworkProtocol.Leased(AGENT, List.of(new OfferId("o1"), new OfferId("o2"))))))
                .isEqualTo("decline o2 PT0S");
        assertThat(session.leased(new FrameworkProtocol.Leased(AGENT, List.of(new OfferId("o1")))))
                .isEmpty();
    }

    @Test
    void asksForALaunchThatIsSilentAndDropsItWhenItsLedgerKnowsNothingOfIt() {
        connected(AWARE);
        launch("t1");
        launch("t2");
        session.updated(update("t2", TaskState.TASK_STARTING, "u"), T0);

        assertThat(shown(session.tick(T0.plusSeconds(14)))).doesNotContain("ask");
        assertThat(shown(session.tick(T0.plusSeconds(15)))).contains("ask t1").doesNotContain("ask t2");
        assertThat(shown(session.tick(T0.plusSeconds(16)))).doesNotContain("ask");
        assertThat(shown(session.unknown(gone("t1", Optional.empty()), T0, T0)))
                .as("an answer to an older question")
                .isEmpty();
        assertThat(shown(session.unknown(gone("t2", Optional.of(new OfferId("m-S0-O1.1.1"))), T0, T0)))
                .as("its agent has spoken of it")
                .isEmpty();
        assertThat(shown(session.unknown(gone("t1", Optional.of(new OfferId("m-S0-O1.1.1"))), T0, T0)))
                .contains("t1 TASK_DROPPED");
        assertThat(shown(session.tick(T0.plusSeconds(60)))).doesNotContain("ask");
    }

    @Test
    void asksNoMoreForASilentLaunchWhoseAgentIsUnreachable() {
        connected(AWARE);
        launch("t1");

        session.agentLost(lost(TaskState.TASK_UNREACHABLE), T0);

        assertThat(shown(session.tick(T0.plusSeconds(60)))).doesNotContain("ask");
    }

    @Test
    void whatTheSchedulerWasToldIsNotIsNotLaunchedOnOffersThatItHadByThen() {
        connected(AWARE);
        session.offered(new FrameworkProtocol.Offered(offer("o1", "a", "m-S0"), 1));
        session.offered(new FrameworkProtocol.Offered(offer("o2", "a", "m-S0"), 1));

        assertThat(shown(session.unknown(gone("t", Optional.empty()), T0, T0))).contains("t TASK_GONE");
        session.offered(new FrameworkProtocol.Offered(offer("o3", "a", "m-S0"), 1));

        assertThat(shown(accept(List.of("o1"), task("t"), task("other"))))
                .contains("t TASK_DROPPED INVALID_OFFERS")
                .contains("other");
        assertThat(shown(accept(List.of("o2", "o3"), task("t")))).doesNotContain("TASK_DROPPED");
    }

    private static FrameworkProtocol.Unknown gone(String task, Optional<OfferId> launchedOn) {
        return new FrameworkProtocol.Unknown(AGENT, new TaskId(task), launchedOn, TaskState.TASK_GONE);
    }

    @Test
    void reconcilesExplicitlyAndImplicitly() {
        connected(INFO);
        launch("t1");
        session.updated(update("t1", TaskState.TASK_RUNNING, "1"), T0);

        assertThat(shown(reconcile())).isEqualTo("t1 TASK_RUNNING RECONCILIATION Reconciliation: Latest task state");
        assertThat(shown(reconcile("t1"))).contains("t1 TASK_RUNNING RECONCILIATION");
        assertThat(shown(reconcile("x@m-S0"))).isEqualTo("ask x");
    }

    @ParameterizedTest(name = "partition aware {0}: {1}")
    @CsvSource({"true, TASK_UNREACHABLE", "false, TASK_LOST"})
    void reconcilesTasksOfAnUnreachableAgentWhateverItToldOfThemBefore(boolean aware, String state) {
        connected(aware ? AWARE : INFO);
        launch("t1");
        session.updated(update("t1", TaskState.TASK_RUNNING, "1"), T0);
        session.agentLost(lost(TaskState.TASK_UNREACHABLE), T0.plusSeconds(5));

        for (var effects : List.of(reconcile(), reconcile("t1"))) {
            assertThat(shown(effects)).isEqualTo("t1 " + state + " RECONCILIATION Reconciliation: Latest task state");
            assertThat(unreachableAt(effects)).isEqualTo(T0.plusSeconds(5));
        }

        session.adopted(adopted(9, 1, running("t1")), T0);
        assertThat(shown(reconcile("t1"))).contains("t1 TASK_RUNNING");
    }

    @ParameterizedTest
    @CsvSource({"true, TASK_UNREACHABLE", "false, TASK_LOST"})
    void whoeverKillsATaskOfAnUnreachableAgentHearsSo(boolean aware, String state) {
        connected(aware ? AWARE : INFO);
        launch("t");
        session.agentLost(lost(TaskState.TASK_UNREACHABLE), T0.plusSeconds(5));

        for (var effects : List.of(kill("t", "m-S0"), kill("t", ""))) {
            assertThat(shown(effects)).startsWith(KILL_T).contains("t " + state + " RECONCILIATION");
            assertThat(unreachableAt(effects.subList(1, 2))).isEqualTo(T0.plusSeconds(5));
        }
        assertThat(kill("t", "m-S9")).isEmpty();
        assertThat(shown(session.adopted(adopted(9, 1, running("t")), T0))).contains(KILL_T);
    }

    @Test
    void saysSinceWhenTheAgentOfAnUnknownTaskIsUnreachable() {
        connected(AWARE);
        var answer =
                new FrameworkProtocol.Unknown(AGENT, new TaskId("x"), Optional.empty(), TaskState.TASK_UNREACHABLE);

        var effects = session.unknown(answer, T0.minusSeconds(7), T0);

        assertThat(shown(effects)).contains("x TASK_UNREACHABLE RECONCILIATION");
        assertThat(unreachableAt(effects)).isEqualTo(T0.minusSeconds(7));
    }

    private static Instant unreachableAt(List<SessionEffect> effects) {
        var status = ((SessionEffect.Emit) effects.get(0)).event().getUpdate().getStatus();
        return Instant.EPOCH.plusNanos(status.getUnreachableTime().getNanoseconds());
    }

    @ParameterizedTest(name = "partition aware {0}: {1}")
    @CsvSource({"true, TASK_GONE_BY_OPERATOR, AGENT_REMOVED_BY_OPERATOR", "false, TASK_LOST, AGENT_REMOVED"})
    void tasksOfAnAgentThatIsGoneAreOver(boolean aware, String told, String reason) {
        connected(aware ? AWARE : INFO);
        launch("t1");

        var effects = shown(session.agentLost(lost(TaskState.TASK_GONE_BY_OPERATOR), T0));

        assertThat(effects)
                .contains("t1 " + told + " completed")
                .contains("t1 " + told + " " + reason + " Agent")
                .endsWith("FAILURE");
        assertThat(shown(reconcile())).isEmpty();
    }

    @ParameterizedTest(name = "partition aware {0}")
    @ValueSource(booleans = {true, false})
    void tasksOfAnAgentWhoseMachineIsDownAreLostAndMayBeBackWithIt(boolean aware) {
        connected(aware ? AWARE : INFO);
        var executor = ExecutorID.newBuilder().setValue("e").build();
        session.adopted(
                adopted(7, 1, running("t").toBuilder().setExecutorId(executor).build()), T0);

        var effects = session.agentLost(
                new FrameworkProtocol.AgentLost(
                        AGENT, TaskState.TASK_GONE_BY_OPERATOR, 7, List.of(), false, Optional.of("it was removed")),
                T0);

        assertThat(shown(effects)).contains("t TASK_LOST AGENT_REMOVED it was removed", "t TASK_LOST completed");
        assertThat(effects)
                .filteredOn(SessionEffect.Emit.class::isInstance)
                .first()
                .satisfies(e -> assertThat(((SessionEffect.Emit) e)
                                .event()
                                .getUpdate()
                                .getStatus()
                                .getExecutorId())
                        .isEqualTo(executor));
        assertThat(shown(session.adopted(adopted(8, 2, running("t")), T0))).contains("t TASK_RUNNING");
    }

    @Test
    void tellsAnAgentThatStillRunsTasksOfARemovedFrameworkToEndThem() {
        bring("removed");

        assertThat(shown(session.adopted(
                        new FrameworkProtocol.TasksAdopted(
                                AGENT, new Term(2, 1), 0, Optional.of(INFO), List.of(running("t"))),
                        T0)))
                .isEqualTo("remove from m-S0");
    }

    /** Sent again by the agent before it heard of the acknowledgement, and passed on before its owner did. */
    @Test
    void aRepeatedEndOfATasksFormerRunDoesNotEndTheNextOne() {
        connected(AWARE);
        launch("t");
        session.updated(update("t", TaskState.TASK_FINISHED, "u"), T0);
        acknowledge("t", "u", "s1");
        session.offered(offered("m-S0-O1.1.2", "a", "m-S0"));
        accept(List.of("m-S0-O1.1.2"), task("t"));

        var again = shown(session.updated(update("t", TaskState.TASK_FINISHED, "u"), T0));

        assertThat(again).isEqualTo("ack t");
        assertThat(shown(session.updated(update("t", TaskState.TASK_RUNNING, "v"), T0)))
                .contains("t TASK_RUNNING");
    }

    /** An agent whose disk is full tells an end that it has not written down, and starts again. */
    @Test
    void aTaskWhoseEndWasToldIsNotDroppedWhenItsAgentHasForgottenIt() {
        connected(AWARE);
        session.updated(in(1, "t", TaskState.TASK_FINISHED, "u1"), T0);

        assertThat(shown(session.adopted(adopted(7, 2), T0))).doesNotContain("DROPPED");
        assertThat(shown(session.subscribe(subscribe(AWARE, "s2"), T0))).contains("t TASK_FINISHED");
        assertThat(acknowledge("t", "u1", "s2")).contains("t TASK_FINISHED completed");
    }

    /** Its acknowledgement was lost, or the agent was away: it tells the end again, and lists the task. */
    @ParameterizedTest(name = "the agent of the second run has spoken: {0}")
    @ValueSource(booleans = {true, false})
    void theEndOfARunOnAnotherAgentDoesNotEndTheNextOne(boolean spoken) {
        connected(AWARE);
        launch("t");
        var end = update("t", TaskState.TASK_FINISHED, "u1");
        session.updated(end, T0);
        acknowledge("t", "u1", "s1");
        launchOnTheOther();
        if (spoken) {
            session.updated(ofTheOther(TaskState.TASK_RUNNING, "u2"), T0);
        }
        var ended = running("t").toBuilder().setState(TaskState.TASK_FINISHED).build();

        assertThat(shown(session.adopted(adopted(7, 1, ended), T0))).isEmpty();
        assertThat(shown(session.updated(end, T0))).isEqualTo("ack t");
        assertThat(shown(reconcile("t"))).startsWith(spoken ? "t TASK_RUNNING" : "t TASK_STAGING");
        assertThat(shown(session.updated(ofTheOther(TaskState.TASK_RUNNING, "u3"), T0)))
                .contains("t TASK_RUNNING seen");
        assertThat(shown(session.updated(ofTheOther(TaskState.TASK_FINISHED, "u4"), T0)))
                .contains("t TASK_FINISHED");
    }

    /** A session that has just begun hears of the former run first. */
    @Test
    void aRunOnAnotherAgentIsTakenForTheNewerOneOfATaskThatHasEnded() {
        connected(AWARE);
        session.updated(update("t", TaskState.TASK_FINISHED, "u1"), T0);

        assertThat(shown(session.updated(ofTheOther(TaskState.TASK_RUNNING, "u2"), T0)))
                .contains("t TASK_RUNNING seen");
        assertThat(shown(kill("t", ""))).contains(KILL_T);
        session.updated(ofTheOther(TaskState.TASK_KILLED, "u3"), T0);
        assertThat(acknowledge("t", "u3", "s1", OTHER.value())).contains("t TASK_KILLED completed");
    }

    /** It comes by way of a master where the session was before; the session itself has launched the newer run. */
    @Test
    void aLateWordOfAFormerRunDoesNotReviveATaskThatHasEndedElsewhere() {
        connected(AWARE);
        launchOnTheOther();
        session.updated(ofTheOther(TaskState.TASK_FINISHED, "u2"), T0);

        assertThat(shown(session.updated(update("t", TaskState.TASK_RUNNING, "u1"), T0)))
                .isEqualTo("ack t");
        assertThat(shown(reconcile("t"))).startsWith("t TASK_FINISHED");
        assertThat(acknowledge("t", "u2", "s1", OTHER.value())).contains("t TASK_FINISHED completed");
    }

    /** All that is known of it is that it was on an agent that is lost: nobody knows of a newer run there. */
    @Test
    void anEndIsToldOfATaskThatAnotherAgentWasThoughtToHave() {
        connected(AWARE);
        session.agentLost(
                new FrameworkProtocol.AgentLost(
                        OTHER, TaskState.TASK_UNREACHABLE, 1, List.of(new TaskId("t")), false, Optional.empty()),
                T0);

        assertThat(shown(session.updated(update("t", TaskState.TASK_FINISHED, "u1"), T0)))
                .contains("t TASK_FINISHED");
        assertThat(acknowledge("t", "u1", "s1")).contains("t TASK_FINISHED completed");
    }

    private static final AgentId OTHER = new AgentId("m-S1");

    private void launchOnTheOther() {
        session.offered(offered("m-S1-O1.1.1", "a", OTHER.value()));
        var launched = accept(
                List.of("m-S1-O1.1.1"),
                task("t").toBuilder().setAgentId(OTHER.toProto()).build());
        assertThat(shown(launched)).doesNotContain("DROPPED", "ERROR");
    }

    private static FrameworkProtocol.Updated ofTheOther(TaskState state, String uuid) {
        var update = update("t", state, uuid).update().toBuilder();
        update.getStatusBuilder().setAgentId(OTHER.toProto());
        return new FrameworkProtocol.Updated(update.build(), 0, 0);
    }
}
