package io.baton.resourcemanager.framework;

import static org.assertj.core.api.Assertions.assertThat;

import io.baton.core.id.OfferId;
import io.baton.core.id.TaskId;
import io.baton.core.protocol.AgentProtocol;
import io.baton.core.protocol.AllocatorProtocol;
import io.baton.core.protocol.FrameworkProtocol;
import io.baton.core.protocol.Term;
import io.baton.resourcemanager.registry.record.FrameworkEntry;
import io.baton.v1.Filters;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.InverseOffer;
import io.baton.v1.Label;
import io.baton.v1.Labels;
import io.baton.v1.Offer;
import io.baton.v1.OfferFilters;
import io.baton.v1.TaskInfo;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import io.baton.v1.TimeInfo;
import io.baton.v1.Unavailability;
import io.baton.v1.Value;
import io.baton.v1.scheduler.Call;
import io.baton.v1.scheduler.Event;
import io.baton.v1.scheduler.OfferConstraints;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameworkSessionTest extends SessionFixture {

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
            far below zero            | failover_timeout (-1.0E10) is invalid
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
                    case "far below zero" -> INFO.toBuilder().setFailoverTimeout(-1e10);
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
        return INFO.toBuilder().setFailoverTimeout(-1e10).putOfferFilters("*", filters.build());
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
    void aRoleThatIsNotTheFrameworksSpoilsTheWholeCall() {
        connected(INFO.toBuilder()
                .addCapabilities(capability(FrameworkInfo.Capability.Type.MULTI_ROLE))
                .addRoles("a")
                .addRoles("b")
                .build());
        var suppress = call(Call.Type.SUPPRESS);
        var revive = call(Call.Type.REVIVE);
        suppress.getSuppressBuilder().addRoles("a").addRoles("elsewhere");
        revive.getReviveBuilder().addRoles("a").addRoles("elsewhere");

        for (var wrong : List.of(suppress, revive)) {
            var answered = session.call(wrong.build(), "s1", T0);
            assertThat(answered.answer().status()).isEqualTo(202);
            assertThat(answered.effects()).isEmpty();
        }
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

    @ParameterizedTest
    @ValueSource(doubles = {0, -1})
    void removesAFrameworkWithoutFailoverTimeoutAtOnce(double timeout) {
        connected(INFO.toBuilder().setFailoverTimeout(timeout).build());
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
        assertThat(session.flush()).singleElement().satisfies(e -> assertThat(
                        offersOf(e).getOffers(0).hasAllocationInfo())
                .isFalse());

        var other = new FrameworkSession(F);
        other.subscribe(subscribe(AWARE, "s1"), T0);
        other.offered(offered("o1", "a", "m-S0"));
        assertThat(other.flush()).singleElement().satisfies(e -> assertThat(
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

    @ParameterizedTest
    @EnumSource(names = {"LAUNCH", "LAUNCH_GROUP"})
    void ofALaunchOnAnOfferThatIsOverOnlyItsTasksAreToldWhateverItsId(Offer.Operation.Type type) {
        connected(INFO);
        var launch = Offer.Operation.newBuilder().setType(type);
        launch.getIdBuilder().setValue("op");
        launch.getLaunchBuilder().addTaskInfos(task("t"));
        launch.getLaunchGroupBuilder().getTaskGroupBuilder().addTasks(task("t"));
        launch.getLaunchGroupBuilder()
                .getExecutorBuilder()
                .getExecutorIdBuilder()
                .setValue("e");
        var accept = Call.Accept.newBuilder()
                .addOfferIds(new OfferId("o1").toProto())
                .addOperations(launch);

        var effects = session.call(call(Call.Type.ACCEPT).setAccept(accept).build(), "s1", T0)
                .effects();

        assertThat(effects).hasSize(1);
        assertThat(shown(effects)).startsWith("t TASK_LOST INVALID_OFFERS");
    }

    @ParameterizedTest
    @EnumSource(names = {"LAUNCH", "LAUNCH_GROUP"})
    void aLaunchHasNoId(Offer.Operation.Type type) {
        connected(INFO);
        session.offered(offered("o1", "*", "m-S0"));
        var launch = Offer.Operation.newBuilder().setType(type);
        launch.getIdBuilder().setValue("op");
        launch.getLaunchBuilder().addTaskInfos(task("t"));
        launch.getLaunchGroupBuilder().getTaskGroupBuilder().addTasks(task("t"));
        launch.getLaunchGroupBuilder()
                .getExecutorBuilder()
                .getExecutorIdBuilder()
                .setValue("e");
        var accept = Call.Accept.newBuilder()
                .addOfferIds(new OfferId("o1").toProto())
                .addOperations(launch);

        assertThat(shown(session.call(call(Call.Type.ACCEPT).setAccept(accept).build(), "s1", T0)
                        .effects()))
                .startsWith("t TASK_ERROR")
                .contains("The `id` field cannot be set on " + type + " operations")
                .doesNotContain("UPDATE_OPERATION_STATUS");
    }

    @Test
    void anOperationOnAnOfferThatIsOverIsRefusedForItsOffer() {
        connected(INFO);
        var reserve = Offer.Operation.newBuilder().setType(Offer.Operation.Type.RESERVE);
        reserve.getIdBuilder().setValue("op");
        var accept = Call.Accept.newBuilder()
                .addOfferIds(new OfferId("o1").toProto())
                .addOperations(reserve);

        assertThat(session.call(call(Call.Type.ACCEPT).setAccept(accept).build(), "s1", T0)
                        .effects())
                .singleElement()
                .isInstanceOfSatisfying(SessionEffect.Emit.class, e -> assertThat(
                                e.event().getUpdateOperationStatus().getStatus().getMessage())
                        .isEqualTo("Operation attempted with invalid offers: Offer o1 is no longer valid"));
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
        assertThat(acknowledge("t1", "1", "s1", "m-S9")).as("of another agent").isEqualTo("ack t1");
        assertThat(acknowledge("t1", "1", "s1")).isEqualTo("t1 TASK_FINISHED completed; ack t1");
    }

    @Test
    void anEndThatWasAcknowledgedAndIsToldAgainMakesNoTask() {
        connected(INFO);
        launch("t1");
        session.updated(update("t1", TaskState.TASK_FINISHED, "1"), T0);
        acknowledge("t1", "1", "s1");

        assertThat(shown(session.updated(update("t1", TaskState.TASK_FINISHED, "1"), T0)))
                .isEqualTo("t1 TASK_FINISHED");
        assertThat(shown(reconcile())).isEmpty();
        assertThat(acknowledge("t1", "1", "s1")).isEqualTo("ack t1");
        session.offered(offered("o2", "*", "m-S0"));
        assertThat(shown(accept(List.of("o2"), task("t1")))).isEqualTo("accept o2 [t1] PT5S");
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

    /** As in Mesos, whatever it changes. */
    @Test
    void anUpdateOfTheFrameworkEndsTheFiltersOfInverseOffers() {
        connected(INFO);
        var asked = InverseOffer.newBuilder()
                .setId(new OfferId("i").toProto())
                .setFrameworkId(F.toProto())
                .setAgentId(AGENT.toProto())
                .setUnavailability(Unavailability.newBuilder()
                        .setStart(TimeInfo.newBuilder().setNanoseconds(1)))
                .build();
        session.inverseOffered(List.of(asked));
        var decline = Call.DeclineInverseOffers.newBuilder().addInverseOfferIds(asked.getId());
        session.call(
                call(Call.Type.DECLINE_INVERSE_OFFERS)
                        .setDeclineInverseOffers(decline)
                        .build(),
                "s1",
                T0);

        var update = Call.UpdateFramework.newBuilder().setFrameworkInfo(INFO);
        assertThat(session.call(
                                call(Call.Type.UPDATE_FRAMEWORK)
                                        .setUpdateFramework(update)
                                        .build(),
                                "s1",
                                T0)
                        .effects())
                .contains(new SessionEffect.ToAgent(
                        AGENT, new AgentProtocol.AnswerInverse(F, List.of(), true, Duration.ZERO)));
        assertThat(shown(session.inverseOffered(List.of(asked)))).isEqualTo("INVERSE_OFFERS");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            user                                | FrameworkInfo update is not valid: Updating 'FrameworkInfo.user' is unsupported; attempted to update from 'u' to 'v'
            checkpoint                          | FrameworkInfo update is not valid: Updating 'FrameworkInfo.checkpoint' is unsupported; attempted to update from 'false' to 'true'
            principal user                      | FrameworkInfo update is not valid: Changing framework's principal is not allowed.
            role user                           | Supplied FrameworkInfo is not valid: Role
            timeout user                        | Supplied FrameworkInfo is not valid: The framework failover_timeout
            suppressed                          | 'UpdateFramework' call is not valid: Suppressed role 'x'
            constraints                         | 'UpdateFramework' call is not valid: Offer constraints name role 'x'
            suppressed constraints user         | FrameworkInfo update is not valid: Updating 'FrameworkInfo.user'
            """)
    void refusesAnUpdateForWhatMesosLooksAtFirst(String wrong, String why) {
        connected(INFO);
        var update = Call.UpdateFramework.newBuilder().setFrameworkInfo(INFO);
        for (var what : wrong.split(" ")) {
            switch (what) {
                case "user" -> update.getFrameworkInfoBuilder().setUser("v");
                case "checkpoint" -> update.getFrameworkInfoBuilder().setCheckpoint(true);
                case "principal" -> update.getFrameworkInfoBuilder().setPrincipal("p");
                case "role" -> update.getFrameworkInfoBuilder().setRole("/x");
                case "timeout" -> update.getFrameworkInfoBuilder().setFailoverTimeout(-1e10);
                case "suppressed" -> update.addSuppressedRoles("x");
                case "constraints" ->
                    update.getOfferConstraintsBuilder()
                            .putRoleConstraints("x", OfferConstraints.RoleConstraints.getDefaultInstance());
                default -> throw new AssertionError(what);
            }
        }

        var answer = session.call(
                        call(Call.Type.UPDATE_FRAMEWORK)
                                .setUpdateFramework(update)
                                .build(),
                        "s1",
                        T0)
                .answer();

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.message()).startsWith(why);
    }

    @Test
    void aLargeStatusIsToldInFullAndShownInBrief() {
        connected(INFO);
        launch("t");
        var update = update("t", TaskState.TASK_RUNNING, "1");
        var status = update.update().getStatus().toBuilder()
                .setMessage("m".repeat(1024 * 1024))
                .build();
        var large = new FrameworkProtocol.Updated(
                update.update().toBuilder().setStatus(status).build(), 0, 0);

        var effects = session.updated(large, T0);

        var seen = (SessionEffect.TaskSeen) effects.get(0);
        assertThat(seen.task().getSerializedSize()).isLessThan(SessionTasks.STATUS_BYTES);
        assertThat(seen.task().getStatuses(0).getMessage()).startsWith("mmm");
        var told = (SessionEffect.Emit) effects.get(1);
        assertThat(told.event().getUpdate().getStatus()).isEqualTo(status);
    }

    @Test
    void theAllocatorIsNotToldOfLabels() {
        var labels = Labels.newBuilder().addLabels(Label.newBuilder().setKey("k"));
        var labelled = INFO.toBuilder().setLabels(labels).build();

        var effects = session.subscribe(subscribe(labelled, "s1"), T0);

        assertThat(effects)
                .contains(new SessionEffect.ToAllocator(
                        new AllocatorProtocol.FrameworkChanged(F, INFO, List.of("*"), List.of(), Optional.empty())));
    }
}
