package io.baton.resourcemanager.framework;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.baton.core.id.OfferId;
import io.baton.core.protocol.AgentProtocol;
import io.baton.core.resource.Resources;
import io.baton.v1.CommandInfo;
import io.baton.v1.ExecutorID;
import io.baton.v1.ExecutorInfo;
import io.baton.v1.Offer;
import io.baton.v1.Resource;
import io.baton.v1.TaskGroupInfo;
import io.baton.v1.TaskInfo;
import io.baton.v1.Value;
import io.baton.v1.scheduler.Call;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What may be launched together. */
class SessionLaunchesTest extends SessionFixture {
    private static final ExecutorInfo CUSTOM = ExecutorInfo.newBuilder()
            .setType(ExecutorInfo.Type.CUSTOM)
            .setExecutorId(ExecutorID.newBuilder().setValue("e"))
            .setFrameworkId(F.toProto())
            .setCommand(CommandInfo.newBuilder().setValue("true"))
            .addAllResources(Resources.scalars(Map.of("cpus", 0.1, "mem", 32.0, "disk", 8.0))
                    .toProto(""))
            .build();

    @BeforeEach
    void offer() {
        connected(INFO);
        session.offered(offered("o1", "*", "m-S0"));
    }

    @Test
    void aPortIsLaunchedOnceInAGroup() {
        var group = launchGroup(CUSTOM, with(task("t1"), ports(31000, 31001)), with(task("t2"), ports(31001, 31001)));

        assertThat(group)
                .contains("t1 TASK_ERROR TASK_GROUP_INVALID", "t2 TASK_ERROR TASK_GROUP_INVALID")
                .contains("overlapping resources");
    }

    @Test
    void aPortOfAnExecutorIsNotThatOfItsTask() {
        var executor = CUSTOM.toBuilder().addResources(ports(31000, 31000)).build();
        var task = task("t").toBuilder().clearCommand().setExecutor(executor).build();

        assertThat(shown(accept(List.of("o1"), with(task, ports(31000, 31000)), with(task, ports(31001, 31001)))))
                .contains("t TASK_ERROR TASK_INVALID", "overlapping resources")
                .endsWith("accept o1 [t] PT5S");
    }

    @Test
    void wordsAreOnceInAGroupToo() {
        assertThat(launchGroup(CUSTOM, with(task("t1"), words("a", "b")), with(task("t2"), words("b"))))
                .contains("t2 TASK_ERROR TASK_GROUP_INVALID", "overlapping resources");
    }

    @Test
    void aNameIsOfOneTypeInAGroup() {
        assertThat(launchGroup(CUSTOM, with(task("t1"), words("a")), with(task("t2"), number())))
                .contains("t2 TASK_ERROR TASK_GROUP_INVALID", "two types of value");
    }

    @Test
    void aGroupOfACustomExecutorNeedsNoCommandsAndMayNameItsExecutor() {
        var data = task("t1").toBuilder().clearCommand().setData(ByteString.copyFromUtf8("d"));
        var named = data.clone().setTaskId(task("t2").getTaskId()).setExecutor(CUSTOM);

        assertThat(launchGroup(CUSTOM, with(data.build(), ports(1, 1)), with(named.build(), ports(2, 2))))
                .doesNotContain("TASK_ERROR")
                .contains("accept o1");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"RESERVE", "LAUNCH", "LAUNCH_GROUP"})
    void onlyWhatTheTypeNamesGoesToTheAgent(Offer.Operation.Type type) {
        session.offered(offered("o2", "a", "m-S0"));
        var reserved = cpus(1).reservedFor(Resource.ReservationInfo.newBuilder()
                .setType(Resource.ReservationInfo.Type.DYNAMIC)
                .setRole("a")
                .build());
        boolean launch = type == Offer.Operation.Type.LAUNCH;
        boolean group = type == Offer.Operation.Type.LAUNCH_GROUP;
        var operation = Offer.Operation.newBuilder().setType(type);
        operation.getReserveBuilder().addAllResources(reserved.toProto(""));
        operation.getLaunchBuilder().addTaskInfos(task(launch ? "t" : "../x"));
        operation
                .getLaunchGroupBuilder()
                .setExecutor(CUSTOM)
                .setTaskGroup(TaskGroupInfo.newBuilder().addTasks(task(group ? "t" : "../y")));
        var accept = Call.Accept.newBuilder()
                .addOfferIds(new OfferId("o2").toProto())
                .addOperations(operation);

        var effects = session.call(call(Call.Type.ACCEPT).setAccept(accept).build(), "s1", T0)
                .effects();

        assertThat(shown(effects)).doesNotContain("TASK_ERROR");
        assertThat(effects)
                .filteredOn(e -> e instanceof SessionEffect.ToAgent)
                .singleElement()
                .isInstanceOfSatisfying(
                        SessionEffect.ToAgent.class, e -> assertThat(((AgentProtocol.Accept) e.message()).operations())
                                .singleElement()
                                .satisfies(passed -> {
                                    assertThat(passed.hasReserve()).isEqualTo(type == Offer.Operation.Type.RESERVE);
                                    assertThat(passed.hasLaunch()).isEqualTo(launch);
                                    assertThat(passed.hasLaunchGroup()).isEqualTo(group);
                                }));
    }

    @Test
    void ofAnInvalidOfferOnlyWhatTheTypeNamesIsRefused() {
        var operation = Offer.Operation.newBuilder().setType(Offer.Operation.Type.RESERVE);
        operation.getLaunchBuilder().addTaskInfos(task("t"));
        var accept = Call.Accept.newBuilder()
                .addOfferIds(new OfferId("gone").toProto())
                .addOperations(operation);

        assertThat(session.call(call(Call.Type.ACCEPT).setAccept(accept).build(), "s1", T0)
                        .effects())
                .isEmpty();
    }

    private static List<String> messages(List<SessionEffect> effects) {
        return effects.stream()
                .filter(SessionEffect.Emit.class::isInstance)
                .map(e -> ((SessionEffect.Emit) e).event())
                .map(e -> e.hasUpdate()
                        ? e.getUpdate().getStatus().getMessage()
                        : e.getUpdateOperationStatus().getStatus().getMessage())
                .toList();
    }

    /** A long name of an offer, or of a task of a group, would otherwise be repeated for each of very many tasks. */
    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"an unknown offer", "an offer twice", "operations", "a task of a group"})
    void whyManyTasksAreRefusedIsTheSameShortTextForAll(String which) {
        int tasks = 1000;
        var longName = "o".repeat(100_000);
        var accept = Call.Accept.newBuilder().addOfferIds(new OfferId(longName).toProto());
        if (which.equals("an offer twice")) {
            accept.addOfferIds(new OfferId(longName).toProto());
        }
        for (int i = 0; i < tasks && which.equals("operations"); i++) {
            accept.addOperationsBuilder()
                    .setType(Offer.Operation.Type.RESERVE)
                    .setReserve(Offer.Operation.Reserve.getDefaultInstance())
                    .getIdBuilder()
                    .setValue("op" + i);
        }
        var many = java.util.stream.IntStream.range(0, tasks)
                .mapToObj(i -> task("t" + i))
                .toList();
        if (which.equals("a task of a group")) {
            var bad = task(longName);
            accept.clearOfferIds().addOfferIds(new OfferId("o1").toProto());
            var group = accept.addOperationsBuilder()
                    .setType(Offer.Operation.Type.LAUNCH_GROUP)
                    .getLaunchGroupBuilder()
                    .setExecutor(CUSTOM);
            group.getTaskGroupBuilder().addAllTasks(many).addTasks(bad);
        } else if (!which.equals("operations")) {
            accept.addOperationsBuilder()
                    .setType(Offer.Operation.Type.LAUNCH)
                    .getLaunchBuilder()
                    .addAllTaskInfos(many);
        }

        var told =
                messages(session.call(call(Call.Type.ACCEPT).setAccept(accept).build(), "s1", T0)
                        .effects());

        assertThat(told).hasSizeGreaterThanOrEqualTo(tasks);
        assertThat(told.stream().mapToLong(String::length).sum()).isLessThan(1_200_000);
        assertThat(told.get(0)).contains("(100000 characters)");
        assertThat(told).allSatisfy(text -> assertThat(text).isSameAs(told.get(0)));
    }

    private String launchGroup(ExecutorInfo executor, TaskInfo... tasks) {
        var operation = Offer.Operation.newBuilder()
                .setType(Offer.Operation.Type.LAUNCH_GROUP)
                .setLaunchGroup(Offer.Operation.LaunchGroup.newBuilder()
                        .setExecutor(executor)
                        .setTaskGroup(TaskGroupInfo.newBuilder().addAllTasks(List.of(tasks))));
        var accept = Call.Accept.newBuilder()
                .addOfferIds(new OfferId("o1").toProto())
                .addOperations(operation);
        return shown(session.call(call(Call.Type.ACCEPT).setAccept(accept).build(), "s1", T0)
                .effects());
    }

    private static TaskInfo with(TaskInfo task, Resource resource) {
        return task.toBuilder().addResources(resource).build();
    }

    private static Resource words(String... words) {
        return Resource.newBuilder()
                .setName("words")
                .setType(Value.Type.SET)
                .setSet(Value.Set.newBuilder().addAllItem(List.of(words)))
                .build();
    }

    private static Resource number() {
        return scalar(1).toBuilder().setName("words").build();
    }
}
