package io.baton.resourcemanager.framework;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.id.OfferId;
import io.baton.core.id.TaskId;
import io.baton.core.protocol.AgentProtocol;
import io.baton.core.protocol.AllocatorProtocol;
import io.baton.core.protocol.FrameworkProtocol;
import io.baton.core.protocol.Term;
import io.baton.core.resource.Resources;
import io.baton.core.task.TaskSum;
import io.baton.link.Update;
import io.baton.resourcemanager.registry.record.FrameworkEntry;
import io.baton.v1.CommandInfo;
import io.baton.v1.Filters;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.Offer;
import io.baton.v1.OfferFilters;
import io.baton.v1.Resource;
import io.baton.v1.Task;
import io.baton.v1.TaskInfo;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import io.baton.v1.Value;
import io.baton.v1.scheduler.Call;
import io.baton.v1.scheduler.Event;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameworkSessionTest {
    private static final FrameworkId F = new FrameworkId("f");
    private static final AgentId AGENT = new AgentId("m-S0");
    private static final String KILL_T = "Kill[framework=f, task=t, killPolicy=Optional.empty]";
    private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
    private static final FrameworkInfo INFO = FrameworkInfo.newBuilder()
            .setUser("u")
            .setName("n")
            .setId(F.toProto())
            .setFailoverTimeout(30)
            .build();
    private static final FrameworkInfo AWARE = INFO.toBuilder()
            .addCapabilities(capability(FrameworkInfo.Capability.Type.PARTITION_AWARE))
            .addCapabilities(capability(FrameworkInfo.Capability.Type.MULTI_ROLE))
            .addRoles("a")
            .addRoles("b")
            .build();

    private final FrameworkSession session = new FrameworkSession(F);

    @ParameterizedTest(name = "{0}, stream id ''{1}'': {2}")
    @CsvSource(
            nullValues = "none",
            value = {
                "unknown, s1, 400 Framework cannot be found",
                "recovered, s1, 403 Framework is not subscribed",
                "connected, s1, 202",
                "connected, '', 400 All non-subscribe calls",
                "connected, s2, 400 The stream ID 's2' included",
                "disconnected, s1, 403 Framework is not subscribed",
                "removed, s1, 400 Framework cannot be found"
            })
    void answersCallsByWhereTheFrameworkStands(String state, String streamId, String answer) {
        bring(state);

        var got = session.call(call(Call.Type.REVIVE).build(), streamId, T0).answer();

        assertThat((got.status() + " " + got.message()).strip()).startsWith(answer);
    }

    @ParameterizedTest(name = "a framework that is {0} subscribes: {1}")
    @CsvSource({
        "unknown, SUBSCRIBED",
        "recovered, SUBSCRIBED",
        "connected, Framework failed over; end; adopt; SUBSCRIBED",
        "disconnected, SUBSCRIBED",
        "removed, refuse: Framework has been removed"
    })
    void subscribesByWhereTheFrameworkStands(String state, String told) {
        bring(state);

        var effects = session.subscribe(subscribe(INFO, "s9"), T0);

        assertThat(shown(effects))
                .isEqualTo(told.contains(";") ? told : told.replace("SUBSCRIBED", "adopt; SUBSCRIBED"));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            roles without MULTI_ROLE  | must not be set when the framework is not MULTI_ROLE
            role with MULTI_ROLE      | must not be set when the framework is MULTI_ROLE
            role twice                | names role 'x' twice
            role with a leading dash  | starting with '-'
            role with a space         | white space
            role with an empty part   | two in a row
            suppressed role not mine  | is not among the framework's roles
            negative failover timeout | failover_timeout (-1.0) is invalid
            endless failover timeout  | failover_timeout (Infinity) is invalid
            filter without quantity   | Resource quantities must contain at least one quantity
            filter with cpus -1.0     | Invalid resource quantity for 'cpus': -1.0
            filter with cpus NaN      | Invalid resource quantity for 'cpus': NaN
            filter with cpus Infinity | Invalid resource quantity for 'cpus': Infinity
            """)
    void refusesASubscriptionWithAnErrorEvent(String which, String message) {
        var multi = INFO.toBuilder().addCapabilities(capability(FrameworkInfo.Capability.Type.MULTI_ROLE));
        var info =
                switch (which) {
                    case "roles without MULTI_ROLE" -> INFO.toBuilder().addRoles("x");
                    case "role with MULTI_ROLE" -> multi.setRole("x");
                    case "role twice" -> multi.addRoles("x").addRoles("x");
                    case "role with a leading dash" -> multi.addRoles("-x");
                    case "role with a space" -> multi.addRoles("x y");
                    case "role with an empty part" -> multi.addRoles("x//y");
                    case "negative failover timeout" -> INFO.toBuilder().setFailoverTimeout(-1);
                    case "endless failover timeout" -> INFO.toBuilder().setFailoverTimeout(1 / 0.0);
                    case "filter without quantity" -> filtered();
                    default -> which.startsWith("filter with cpus ") ? filtered(which.substring(17)) : INFO.toBuilder();
                };
        var suppressed = which.startsWith("suppressed") ? List.of("elsewhere") : List.<String>of();

        var effects = session.subscribe(
                new FrameworkProtocol.Subscribe(F, false, info.build(), suppressed, Optional.empty(), "s1", null), T0);

        assertThat(shown(effects)).startsWith("refuse: ").contains(message);
    }

    /** The failover timeout is wrong as well, and looked at later. */
    private static FrameworkInfo.Builder filtered(String... cpus) {
        var least = OfferFilters.ResourceQuantities.newBuilder();
        for (var value : cpus) {
            least.putQuantities(
                    "cpus",
                    Value.Scalar.newBuilder()
                            .setValue(Double.parseDouble(value))
                            .build());
        }
        var filters = OfferFilters.newBuilder();
        filters.getMinAllocatableResourcesBuilder().addQuantities(least);
        return INFO.toBuilder().setFailoverTimeout(-1).putOfferFilters("*", filters.build());
    }

    @Test
    void anUpdateOfAFrameworkWithWrongFiltersIsRefused() {
        connected(INFO);
        var info = filtered("NaN").setFailoverTimeout(INFO.getFailoverTimeout()).setId(F.toProto());

        var update = call(Call.Type.UPDATE_FRAMEWORK)
                .setUpdateFramework(Call.UpdateFramework.newBuilder().setFrameworkInfo(info))
                .build();
        var answer = session.call(update, "s1", T0).answer();

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.message()).contains("Invalid resource quantity for 'cpus': NaN");
    }

    @Test
    void aTaskThatItsLedgerRefusesIsOverForTheReadModelToo() {
        connected(INFO);
        launch("t1");
        var task = TaskInfo.newBuilder().setName("t1").setTaskId(new TaskId("t1").toProto());
        task.getAgentIdBuilder().setValue("S1");
        var why = TaskStatus.newBuilder()
                .setTaskId(task.getTaskId())
                .setState(TaskState.TASK_ERROR)
                .setReason(TaskStatus.Reason.REASON_TASK_INVALID);

        var effects = session.refused(List.of(task.build()), why.build(), T0);

        assertThat(shown(effects)).isEqualTo("t1 TASK_ERROR completed; t1 TASK_ERROR TASK_INVALID");
        assertThat(session.refused(List.of(task.build()), why.build(), T0)).isEmpty();
    }

    @Test
    void removesAFrameworkWhoseSchedulerStaysAwayAndKillsItsTasks() {
        connected(INFO);
        launch("t1");
        session.disconnected("s1", false, T0);

        assertThat(session.tick(T0.plusSeconds(29))).isEmpty();
        assertThat(session.tick(T0.plusSeconds(30))).containsExactly(new SessionEffect.Remove(true));
        assertThat(shown(session.remove(T0.plusSeconds(30)))).isEqualTo("remove from m-S0; t1 TASK_KILLED completed");
        assertThat(session.remove(T0.plusSeconds(30))).isEmpty();
        assertThat(shown(session.subscribe(subscribe(INFO, "s2"), T0.plusSeconds(31))))
                .isEqualTo("refuse: Framework has been removed");
    }

    @Test
    void removesAFrameworkWithoutFailoverTimeoutAtOnce() {
        connected(INFO.toBuilder().setFailoverTimeout(0).build());
        assertThat(session.disconnected("s1", false, T0)).contains(new SessionEffect.Remove(true));
        session.remove(T0);

        assertThat(session.call(call(Call.Type.REVIVE).build(), "s1", T0)
                        .answer()
                        .message())
                .isEqualTo("Framework cannot be found");
    }

    @Test
    void aLostMasterIsNoDisconnectOfTheScheduler() {
        connected(INFO.toBuilder().setFailoverTimeout(0).build());
        launch("t1");
        var grace = Subscription.GRACE;

        assertThat(session.disconnected("s1", true, T0)).doesNotContain(new SessionEffect.Remove(true));
        assertThat(session.disconnected("s1", true, T0.plusSeconds(5))).isEmpty();
        assertThat(session.tick(T0.plus(grace).minusMillis(1))).isEmpty();
        assertThat(session.tick(T0.plus(grace))).containsExactly(new SessionEffect.Remove(true));
        assertThat(shown(session.remove(T0.plus(grace)))).isEqualTo("remove from m-S0; t1 TASK_KILLED completed");
    }

    @Test
    void aSchedulerThatLeftHasNoGraceAlthoughTheLossOfItsStreamWasSeenFirst() {
        connected(INFO.toBuilder().setFailoverTimeout(0).build());

        assertThat(session.disconnected("s1", true, T0)).doesNotContain(new SessionEffect.Remove(true));
        assertThat(session.disconnected("s1", false, T0)).containsExactly(new SessionEffect.Remove(true));
        assertThat(session.disconnected("s1", true, T0)).containsExactly(new SessionEffect.Remove(true));
    }

    @Test
    void aFrameworkThatAnAgentTellsOfHasTimeToComeBack() {
        var info = INFO.toBuilder().setFailoverTimeout(0).build();
        session.adopted(
                new FrameworkProtocol.TasksAdopted(AGENT, new Term(1, 1), 0, Optional.of(info), List.of(running("t"))),
                T0);

        assertThat(session.tick(T0.plus(Subscription.GRACE).minusMillis(1))).isEmpty();
        assertThat(session.tick(T0.plus(Subscription.GRACE))).containsExactly(new SessionEffect.Remove(true));
    }

    @Test
    void ignoresTheEndOfAStreamThatIsNoLongerTheLiveOne() {
        connected(INFO);
        session.subscribe(subscribe(INFO, "s2"), T0);

        assertThat(session.disconnected("s1", false, T0)).isEmpty();
    }

    @Test
    void gathersOffersIntoOneEvent() {
        connected(INFO);
        assertThat(shown(session.offered(offered("o1", "*", "m-S0")))).isEqualTo("later");
        assertThat(shown(session.offered(offered("o2", "*", "m-S0")))).isEmpty();

        assertThat(shown(session.flush())).isEqualTo("OFFERS o1 o2");
        assertThat(session.flush()).isEmpty();
    }

    @Test
    void givesOffersBackAtOnceWhileNobodyIsThere() {
        bring("disconnected");

        assertThat(shown(session.offered(offered("o1", "*", "m-S0")))).isEqualTo("decline o1 PT0S");
    }

    /** The session that knew its scheduler ended with its master, and told the allocator nothing. */
    @ParameterizedTest(name = "removed: {0}")
    @ValueSource(booleans = {false, true})
    void aSessionThatBeginsWithoutASchedulerTellsTheAllocatorThatNothingIsWanted(boolean removed) {
        var gone = new SessionEffect.ToAllocator(new AllocatorProtocol.FrameworkGone(F));
        var entry = FrameworkEntry.newBuilder().setInfo(INFO).setEpoch(1).setChanged(1);
        if (removed) {
            entry.setRemovedAt(T0.toEpochMilli());
        }

        assertThat(session.offered(offered("o1", "*", "m-S0"))).contains(gone);
        assertThat(session.recalled(entry.build(), T0)).contains(gone);
        assertThat(session.offered(offered("o2", "*", "m-S0"))).contains(gone);
    }

    @Test
    void showsAllocationRolesOnlyToFrameworksThatKnowThem() {
        connected(INFO);
        session.offered(offered("o1", "*", "m-S0"));
        assertThat(session.flush())
                .allSatisfy(e ->
                        assertThat(offersOf(e).getOffers(0).hasAllocationInfo()).isFalse());

        var other = new FrameworkSession(F);
        other.subscribe(subscribe(AWARE, "s1"), T0);
        other.offered(offered("o1", "a", "m-S0"));
        assertThat(other.flush()).allSatisfy(e -> assertThat(
                        offersOf(e).getOffers(0).getAllocationInfo().getRole())
                .isEqualTo("a"));
    }

    private static Event.Offers offersOf(SessionEffect effect) {
        return ((SessionEffect.Emit) effect).event().getOffers();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            none                | t TASK_DROPPED INVALID_OFFERS No offers specified
            o1 o1               | decline o1 PT0S; t TASK_DROPPED INVALID_OFFERS Duplicate offer o1
            o1 o9               | decline o1 PT0S; t TASK_DROPPED INVALID_OFFERS Offer o9 is no longer valid
            o1 role-b           | decline o1 role-b PT0S; t TASK_DROPPED INVALID_OFFERS same role
            o1 elsewhere        | decline o1 PT0S; decline elsewhere PT0S; t TASK_DROPPED INVALID_OFFERS one single agent
            """)
    void refusesOffersThatDoNotGoTogether(String ids, String told) {
        connected(AWARE);
        session.offered(offered("o1", "a", "m-S0"));
        session.offered(offered("role-b", "b", "m-S0"));
        session.offered(offered("elsewhere", "a", "m-S1"));

        var got = shown(accept(ids.equals("none") ? List.of() : List.of(ids.split(" ")), task("t")));

        for (var part : told.split("; ")) {
            var words = part.split(" ", part.startsWith("t ") ? 4 : 1);
            assertThat(got).contains(words);
        }
    }

    @Test
    void anOperatorKillsATaskThatIsAlive() {
        connected(INFO);
        launch("t1");

        assertThat(session.killTask(new TaskId("t1")).answer().status()).isEqualTo(202);
        assertThat(session.killTask(new TaskId("t1")).effects()).hasSize(1);
        assertThat(session.killTask(new TaskId("x")).answer().message()).contains("no task 'x'");
    }

    @Test
    void aTaskIsShownInTheRoleOfItsOfferWhateverItsSchedulerLeftOut() {
        connected(INFO);
        session.offered(offered("o1", "eng", "m-S0"));

        var seen = accept(List.of("o1"), task("t1")).stream()
                .filter(SessionEffect.TaskSeen.class::isInstance)
                .map(e -> ((SessionEffect.TaskSeen) e).task())
                .toList();

        assertThat(seen).singleElement().satisfies(task -> assertThat(task.getResourcesList())
                .isNotEmpty()
                .allMatch(r -> r.getAllocationInfo().getRole().equals("eng")));
    }

    @Test
    void aTaskIsShownWithItsLimits() {
        connected(INFO);
        session.offered(offered("o1", "eng", "m-S0"));
        var limits = Map.of("cpus", Value.Scalar.newBuilder().setValue(2).build());

        var effects = accept(
                List.of("o1"), task("t1").toBuilder().putAllLimits(limits).build());

        assertThat(effects)
                .filteredOn(SessionEffect.TaskSeen.class::isInstance)
                .singleElement()
                .satisfies(e -> assertThat(((SessionEffect.TaskSeen) e).task().getLimitsMap())
                        .isEqualTo(limits));
    }

    @Test
    void anOfferIsUsedOnce() {
        connected(INFO);
        session.offered(offered("o1", "*", "m-S0"));
        accept(List.of("o1"), task("t1"));

        assertThat(shown(accept(List.of("o1"), task("t2"))))
                .isEqualTo(
                        "t2 TASK_LOST INVALID_OFFERS Task launched with invalid offers: Offer o1 is no longer valid");
    }

    @ParameterizedTest(name = "a task with {0}")
    @CsvSource(delimiter = '|', textBlock = """
            a slash in its id        | 'a/b' contains invalid characters
            no id                    | must not be empty
            another agent            | invalid agent m-S9
            no command               | at least one (but not both) of CommandInfo or ExecutorInfo
            no resources             | uses no resources
            negative cpus            | the value -1.0 is negative
            endless cpus             | is not a number
            cpus that are no number  | is not a number
            cpus without bound       | is above
            overlapping port ranges  | overlap
            a reversed port range    | ends before it begins
            a port beyond the last   | beyond port 65535
            a negative grace period  | must be non-negative
            a NUL in its command     | NUL
            an empty shell command   | 'command.value' must be set
            """)
    void refusesAnInvalidTaskAloneAndLaunchesTheOthers(String which, String why) {
        connected(INFO);
        session.offered(offered("o1", "*", "m-S0"));

        var got = shown(accept(List.of("o1"), broken(which), task("good")));

        assertThat(got).contains("TASK_ERROR TASK_INVALID").contains(why).endsWith("accept o1 [good] PT5S");
    }

    @Test
    void refusesASecondTaskWithTheIdOfALiveOne() {
        connected(INFO);
        launch("t1");
        session.offered(offered("o2", "*", "m-S0"));

        assertThat(shown(accept(List.of("o2"), task("t1"), task("t2"), task("t2"))))
                .contains("Task has duplicate ID: t1", "Task has duplicate ID: t2")
                .endsWith("accept o2 [t2] PT5S");
    }

    @ParameterizedTest(name = "cpus {0}")
    @ValueSource(doubles = {-0.0, 0.0000001})
    void takesAmountsTooSmallToCount(double cpus) {
        connected(INFO);
        session.offered(offered("o1", "*", "m-S0"));

        var tiny = task("t").toBuilder().setResources(0, scalar(cpus)).build();

        assertThat(shown(accept(List.of("o1"), tiny))).isEqualTo("accept o1 [t] PT5S");
    }

    @Test
    void aTasksIdIsFreeAgainWhenItsEndIsAcknowledged() {
        connected(INFO);
        launch("t1");
        session.updated(update("t1", TaskState.TASK_FINISHED, "u1"), T0);
        session.offered(offered("o2", "*", "m-S0"));
        assertThat(shown(accept(List.of("o2"), task("t1")))).contains("Task has duplicate ID: t1");
        acknowledge("t1", "u1", "s1");
        session.offered(offered("o3", "*", "m-S0"));

        assertThat(shown(accept(List.of("o3"), task("t1")))).isEqualTo("accept o3 [t1] PT5S");
    }

    @Test
    void labelsAreDataWhateverIsInThem() {
        connected(INFO);
        session.offered(offered("o1", "*", "m-S0"));
        var label = io.baton.v1.Label.newBuilder().setKey("k").setValue("a\r\nSet-Cookie: b");
        var labelled = task("t").toBuilder()
                .setLabels(io.baton.v1.Labels.newBuilder().addLabels(label))
                .build();

        var effects = accept(List.of("o1"), labelled);

        assertThat(effects.toString()).contains("a\\r\\nSet-Cookie: b");
        assertThat(shown(effects)).isEqualTo("accept o1 [t] PT5S");
    }

    @ParameterizedTest(name = "refuse_seconds {0} is {1}")
    @CsvSource(
            nullValues = "unset",
            value = {"unset, PT5S", "3.5, PT3.5S", "0, PT0S", "-1, PT5S", "NaN, PT5S", "1e300, PT8760H"})
    void readsHowLongAFrameworkRefuses(Double seconds, String duration) {
        connected(INFO);
        session.offered(offered("o1", "*", "m-S0"));
        var decline = Call.Decline.newBuilder().addOfferIds(new OfferId("o1").toProto());
        if (seconds != null) {
            decline.setFilters(Filters.newBuilder().setRefuseSeconds(seconds));
        }

        var effects = session.call(call(Call.Type.DECLINE).setDecline(decline).build(), "s1", T0)
                .effects();

        assertThat(shown(effects)).isEqualTo("decline o1 " + duration);
    }

    @Test
    void tellsAnUpdateAgainToASchedulerThatComesBackUntilItIsAcknowledged() {
        connected(INFO);
        launch("t1");
        session.disconnected("s1", false, T0);
        assertThat(shown(session.updated(update("t1", TaskState.TASK_RUNNING, "1"), T0)))
                .isEqualTo("t1 TASK_RUNNING seen");

        assertThat(shown(session.subscribe(subscribe(INFO, "s2"), T0))).endsWith("SUBSCRIBED; t1 TASK_RUNNING");
        acknowledge("t1", "1", "s2");
        assertThat(shown(session.subscribe(subscribe(INFO, "s3"), T0))).endsWith("SUBSCRIBED");
    }

    @Test
    void completesATaskWhenItsTerminalUpdateIsAcknowledgedAndNotBefore() {
        connected(INFO);
        launch("t1");
        session.updated(update("t1", TaskState.TASK_FINISHED, "1"), T0);
        session.offered(offered("o2", "*", "m-S0"));
        assertThat(shown(accept(List.of("o2"), task("t1")))).contains("duplicate");

        assertThat(acknowledge("t1", "other", "s1")).isEqualTo("ack t1");
        assertThat(acknowledge("t1", "1", "s1")).isEqualTo("t1 TASK_FINISHED completed; ack t1");
    }

    @ParameterizedTest(name = "a framework that is aware of partitions: {0}")
    @CsvSource({"true, TASK_UNREACHABLE, TASK_DROPPED, TASK_UNKNOWN", "false, TASK_LOST, TASK_LOST, TASK_LOST"})
    void tellsFinerStatesOnlyToThoseWhoKnowThem(boolean aware, String unreachable, String dropped, String unknown) {
        connected(aware ? AWARE : INFO);
        launch("t1");

        assertThat(shown(session.agentLost(lost(TaskState.TASK_UNREACHABLE), T0)))
                .contains("t1 " + unreachable);
        assertThat(shown(session.adopted(
                        new FrameworkProtocol.TasksAdopted(AGENT, new Term(9, 1), 0, Optional.empty(), List.of()), T0)))
                .contains("t1 " + dropped);
        assertThat(shown(session.call(
                                call(Call.Type.KILL)
                                        .setKill(Call.Kill.newBuilder().setTaskId(new TaskId("x").toProto()))
                                        .build(),
                                "s1",
                                T0)
                        .effects()))
                .isEqualTo("x " + unknown + " RECONCILIATION Reconciliation: Task is unknown");
    }

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
        var there = new FrameworkProtocol.TasksThere(AGENT, sum("own", "t", "u"));
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

        assertThat(session.tasksThere(new FrameworkProtocol.TasksThere(AGENT, sum("t"))))
                .isEmpty();
        assertThat(session.tasksThere(new FrameworkProtocol.TasksThere(AGENT, sum("t", "u"))))
                .hasSize(1);
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

        assertThat(session.tasksThere(new FrameworkProtocol.TasksThere(AGENT, 1)))
                .containsExactly(end);
        assertThat(session.tasksTold(told("t"), T0)).containsExactly(end);
    }

    @Test
    void aKillOfATaskThatTheSessionDoesNotKnowYetGoesToTheAgentItNames() {
        connected(AWARE);

        assertThat(kill("t", "m-S0"))
                .containsExactly(
                        new SessionEffect.ToAgent(AGENT, new AgentProtocol.Kill(F, new TaskId("t"), Optional.empty())),
                        new SessionEffect.ToAgent(AGENT, new AgentProtocol.Ask(F, new TaskId("t"), Optional.empty())));
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

    @Test
    void anAgentThatIsLostOnceMoreIsNewsOnlyToWhoHasNotHeard() {
        connected(AWARE);
        session.adopted(adopted(7, 1, running("t")), T0);
        var again = new FrameworkProtocol.AgentLost(AGENT, TaskState.TASK_UNREACHABLE, 8, List.of(), true);
        var late = new FrameworkProtocol.AgentLost(AGENT, TaskState.TASK_UNREACHABLE, 6, List.of(), true);

        assertThat(session.agentLost(late, T0)).as("of an older owner").isEmpty();
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
    void whatAnOlderOwnerKnowsOfALostAgentIsNoNews() {
        connected(AWARE);
        session.adopted(adopted(9, 1, running("t")), T0);

        assertThat(shown(session.agentLost(lost(TaskState.TASK_UNREACHABLE, "t", "ended since"), T0)))
                .contains("t TASK_UNREACHABLE")
                .doesNotContain("ended since");
    }

    private static FrameworkProtocol.AgentLost lost(TaskState state, String... tasks) {
        return new FrameworkProtocol.AgentLost(
                AGENT, state, 8, Stream.of(tasks).map(TaskId::new).toList(), false);
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
    @CsvSource({"true, TASK_GONE_BY_OPERATOR", "false, TASK_LOST"})
    void tasksOfAnAgentThatIsGoneAreOver(boolean aware, String told) {
        connected(aware ? AWARE : INFO);
        launch("t1");

        var effects = shown(session.agentLost(lost(TaskState.TASK_GONE_BY_OPERATOR), T0));

        assertThat(effects)
                .contains("t1 " + told + " completed")
                .contains("t1 " + told + " AGENT_REMOVED_BY_OPERATOR")
                .endsWith("FAILURE");
        assertThat(shown(reconcile())).isEmpty();
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

    @Test
    void refusesToChangeWhatIsFixed() {
        connected(INFO);
        var update = call(Call.Type.UPDATE_FRAMEWORK)
                .setUpdateFramework(Call.UpdateFramework.newBuilder()
                        .setFrameworkInfo(INFO.toBuilder().setCheckpoint(true)))
                .build();

        assertThat(session.call(update, "s1", T0).answer().message())
                .contains(
                        "Updating 'FrameworkInfo.checkpoint' is unsupported; attempted to update from 'false' to 'true'");
    }

    private void bring(String state) {
        switch (state) {
            case "recovered" ->
                session.adopted(
                        new FrameworkProtocol.TasksAdopted(
                                AGENT, new Term(1, 1), 0, Optional.of(INFO), List.of(running("t"))),
                        T0);
            case "connected" -> connected(INFO);
            case "disconnected" -> {
                connected(INFO);
                session.disconnected("s1", false, T0);
            }
            case "removed" -> {
                connected(INFO);
                assertThat(session.call(call(Call.Type.TEARDOWN).build(), "s1", T0)
                                .removes())
                        .isTrue();
                session.remove(T0);
            }
            default -> assertThat(state).isEqualTo("unknown");
        }
    }

    private void connected(FrameworkInfo info) {
        session.subscribe(subscribe(info, "s1"), T0);
    }

    private static FrameworkProtocol.Subscribe subscribe(FrameworkInfo info, String stream) {
        return new FrameworkProtocol.Subscribe(F, false, info, List.of(), Optional.empty(), stream, null);
    }

    private void launch(String task) {
        var role =
                session.call(call(Call.Type.REVIVE).build(), "s1", T0).answer().status() == 202 ? "a" : "*";
        session.offered(offered("m-S0-O1.1.1", role, "m-S0"));
        accept(List.of("m-S0-O1.1.1"), task(task));
    }

    private List<SessionEffect> accept(List<String> offers, TaskInfo... tasks) {
        var accept = Call.Accept.newBuilder()
                .addOperations(Offer.Operation.newBuilder()
                        .setType(Offer.Operation.Type.LAUNCH)
                        .setLaunch(Offer.Operation.Launch.newBuilder().addAllTaskInfos(List.of(tasks))));
        offers.forEach(o -> accept.addOfferIds(new OfferId(o).toProto()));
        return session.call(call(Call.Type.ACCEPT).setAccept(accept).build(), "s1", T0)
                .effects();
    }

    private String acknowledge(String task, String uuid, String stream) {
        var acknowledge = Call.Acknowledge.newBuilder()
                .setAgentId(AGENT.toProto())
                .setTaskId(new TaskId(task).toProto())
                .setUuid(ByteString.copyFromUtf8(uuid));
        return shown(session.call(
                        call(Call.Type.ACKNOWLEDGE).setAcknowledge(acknowledge).build(), stream, T0)
                .effects());
    }

    private List<SessionEffect> reconcile(String... tasks) {
        var reconcile = Call.Reconcile.newBuilder();
        for (var task : tasks) {
            var parts = task.split("@");
            var one = Call.Reconcile.Task.newBuilder().setTaskId(new TaskId(parts[0]).toProto());
            if (parts.length > 1) {
                one.setAgentId(new AgentId(parts[1]).toProto());
            }
            reconcile.addTasks(one);
        }
        return session.call(call(Call.Type.RECONCILE).setReconcile(reconcile).build(), "s1", T0)
                .effects();
    }

    private static Call.Builder call(Call.Type type) {
        return Call.newBuilder().setType(type).setFrameworkId(F.toProto());
    }

    private static FrameworkInfo.Capability capability(FrameworkInfo.Capability.Type type) {
        return FrameworkInfo.Capability.newBuilder().setType(type).build();
    }

    private static FrameworkProtocol.Offered offered(String id, String role, String agent) {
        return new FrameworkProtocol.Offered(offer(id, role, agent), 0);
    }

    private static Offer offer(String id, String role, String agent) {
        return Offer.newBuilder()
                .setId(new OfferId(id).toProto())
                .setFrameworkId(F.toProto())
                .setAgentId(new AgentId(agent).toProto())
                .setHostname("h")
                .setAllocationInfo(Resource.AllocationInfo.newBuilder().setRole(role))
                .addAllResources(cpus(4).toProto(role))
                .build();
    }

    private static Resources cpus(double cpus) {
        return Resources.scalars(Map.of("cpus", cpus));
    }

    private static TaskInfo task(String id) {
        return TaskInfo.newBuilder()
                .setName(id)
                .setTaskId(new TaskId(id).toProto())
                .setAgentId(AGENT.toProto())
                .addAllResources(cpus(1).toProto(""))
                .setCommand(CommandInfo.newBuilder().setValue("true"))
                .build();
    }

    private static TaskInfo broken(String which) {
        var task = task("bad").toBuilder();
        var broken =
                switch (which) {
                    case "a slash in its id" -> task.setTaskId(new TaskId("a/b").toProto());
                    case "no id" -> task.setTaskId(new TaskId("").toProto());
                    case "another agent" -> task.setAgentId(new AgentId("m-S9").toProto());
                    case "no command" -> task.clearCommand();
                    case "no resources" -> task.clearResources();
                    case "negative cpus" -> task.setResources(0, scalar(-1));
                    case "endless cpus" -> task.setResources(0, scalar(1 / 0.0));
                    case "cpus that are no number" -> task.setResources(0, scalar(Double.NaN));
                    case "cpus without bound" -> task.setResources(0, scalar(1e308));
                    case "overlapping port ranges" -> task.addResources(overlapping());
                    case "a reversed port range" -> task.addResources(ports(5, 1));
                    case "a port beyond the last" -> task.addResources(ports(1, 70_000));
                    case "a negative grace period" ->
                        task.setKillPolicy(io.baton.v1.KillPolicy.newBuilder()
                                .setGracePeriod(
                                        io.baton.v1.DurationInfo.newBuilder().setNanoseconds(-1)));
                    case "a NUL in its command" ->
                        task.setCommand(CommandInfo.newBuilder().setValue("a\0b"));
                    case "an empty shell command" -> task.setCommand(CommandInfo.newBuilder());
                    default -> throw new AssertionError(which);
                };
        return broken.build();
    }

    private static Resource scalar(double value) {
        return Resource.newBuilder()
                .setName("cpus")
                .setType(io.baton.v1.Value.Type.SCALAR)
                .setScalar(io.baton.v1.Value.Scalar.newBuilder().setValue(value))
                .build();
    }

    private static Resource ports(long begin, long end) {
        return Resource.newBuilder()
                .setName("ports")
                .setType(io.baton.v1.Value.Type.RANGES)
                .setRanges(io.baton.v1.Value.Ranges.newBuilder()
                        .addRange(io.baton.v1.Value.Range.newBuilder()
                                .setBegin(begin)
                                .setEnd(end)))
                .build();
    }

    private static Resource overlapping() {
        var both = ports(1, 5).toBuilder();
        both.getRangesBuilder().addRange(ports(5, 9).getRanges().getRange(0));
        return both.build();
    }

    private static Task running(String id) {
        return Task.newBuilder()
                .setName(id)
                .setTaskId(new TaskId(id).toProto())
                .setFrameworkId(F.toProto())
                .setAgentId(AGENT.toProto())
                .setState(TaskState.TASK_RUNNING)
                .build();
    }

    private static FrameworkProtocol.Updated update(String task, TaskState state, String uuid) {
        return update(task, state, uuid, 0);
    }

    private static FrameworkProtocol.Updated update(String task, TaskState state, String uuid, long epoch) {
        var update = Update.newBuilder()
                .setFrameworkId(F.toProto())
                .setStatus(TaskStatus.newBuilder()
                        .setTaskId(new TaskId(task).toProto())
                        .setAgentId(AGENT.toProto())
                        .setState(state)
                        .setUuid(ByteString.copyFromUtf8(uuid)))
                .setLatestState(state)
                .build();
        return new FrameworkProtocol.Updated(update, epoch, 0);
    }

    private static String shown(List<SessionEffect> effects) {
        return ShownEffects.of(effects);
    }
}
