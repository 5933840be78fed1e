package io.baton.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.baton.v1.AgentID;
import io.baton.v1.CommandInfo;
import io.baton.v1.Filters;
import io.baton.v1.FrameworkID;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.Offer;
import io.baton.v1.OfferID;
import io.baton.v1.OperationID;
import io.baton.v1.OperationState;
import io.baton.v1.Resource;
import io.baton.v1.TaskID;
import io.baton.v1.TaskInfo;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import io.baton.v1.Value;
import io.baton.v1.scheduler.Call;
import io.baton.v1.scheduler.Event;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A scheduler that would lose tasks in a cluster loses them here. */
@Timeout(60)
class FakeClusterTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Duration OFTEN = Duration.ofMillis(10);

    private final FakeMaster master = FakeMaster.start();
    private final ConcurrentLinkedQueue<Event> heard = new ConcurrentLinkedQueue<>();
    private RawScheduler scheduler;

    @AfterEach
    void close() throws Exception {
        if (scheduler != null) {
            scheduler.close();
        }
        master.close();
    }

    private static FrameworkInfo.Builder info(Duration failoverTimeout) {
        return FrameworkInfo.newBuilder()
                .setUser("u")
                .setName("n")
                .setFailoverTimeout(failoverTimeout.toMillis() / 1e3)
                .addCapabilities(
                        FrameworkInfo.Capability.newBuilder().setType(FrameworkInfo.Capability.Type.PARTITION_AWARE));
    }

    private void subscribe() throws Exception {
        subscribe(info(Duration.ofMinutes(1)));
    }

    private void subscribe(FrameworkInfo.Builder info) throws Exception {
        int before = events(Event.Type.SUBSCRIBED).size();
        scheduler = RawScheduler.subscribe(master, info, heard::add);
        await().atMost(SOON).until(() -> events(Event.Type.SUBSCRIBED).size() > before);
    }

    private List<Event> events(Event.Type type) {
        return heard.stream().filter(event -> event.getType() == type).toList();
    }

    private List<Offer> offers() {
        return events(Event.Type.OFFERS).stream()
                .flatMap(event -> event.getOffers().getOffersList().stream())
                .toList();
    }

    private List<Offer> awaitOffers(int count) {
        await().atMost(SOON).until(() -> offers().size() >= count);
        return offers();
    }

    private List<TaskStatus> updates(TaskState state) {
        return events(Event.Type.UPDATE).stream()
                .map(event -> event.getUpdate().getStatus())
                .filter(status -> status.getState() == state)
                .toList();
    }

    private List<TaskStatus> awaitUpdates(TaskState state, int count) {
        await().atMost(SOON).until(() -> updates(state).size() >= count);
        return updates(state);
    }

    private static TaskInfo task(String id, double cpus) {
        return TaskInfo.newBuilder()
                .setName(id)
                .setTaskId(TaskID.newBuilder().setValue(id))
                .setAgentId(AgentID.newBuilder().setValue("any"))
                .addResources(Resource.newBuilder()
                        .setName("cpus")
                        .setType(Value.Type.SCALAR)
                        .setScalar(Value.Scalar.newBuilder().setValue(cpus)))
                .setCommand(CommandInfo.newBuilder().setValue("true"))
                .build();
    }

    private static Offer.Operation.Builder launch(TaskInfo... tasks) {
        return Offer.Operation.newBuilder()
                .setType(Offer.Operation.Type.LAUNCH)
                .setLaunch(Offer.Operation.Launch.newBuilder().addAllTaskInfos(List.of(tasks)));
    }

    private void accept(List<OfferID> offers, Offer.Operation.Builder operation) {
        accept(offers, operation, 0);
    }

    private void accept(List<OfferID> offers, Offer.Operation.Builder operation, double seconds) {
        offers().stream()
                .filter(offer -> offers.contains(offer.getId()))
                .findFirst()
                .ifPresent(offer -> {
                    if (operation.hasLaunchGroup()) {
                        onAgent(
                                offer,
                                operation
                                        .getLaunchGroupBuilder()
                                        .getTaskGroupBuilder()
                                        .getTasksBuilderList());
                    } else if (operation.hasLaunch()) {
                        onAgent(offer, operation.getLaunchBuilder().getTaskInfosBuilderList());
                    }
                });
        scheduler.call(Call.newBuilder()
                .setType(Call.Type.ACCEPT)
                .setAccept(Call.Accept.newBuilder()
                        .addAllOfferIds(offers)
                        .addOperations(operation)
                        .setFilters(Filters.newBuilder().setRefuseSeconds(seconds))));
    }

    private static void onAgent(Offer offer, List<TaskInfo.Builder> tasks) {
        tasks.stream()
                .filter(task -> task.getAgentId().getValue().equals("any"))
                .forEach(task -> task.setAgentId(offer.getAgentId()));
    }

    private static List<OfferID> ids(List<Offer> offers) {
        return offers.stream().map(Offer::getId).toList();
    }

    private static double cpus(Offer offer) {
        return offer.getResourcesList().stream()
                .filter(resource -> resource.getName().equals("cpus"))
                .mapToDouble(resource -> resource.getScalar().getValue())
                .sum();
    }

    /** The task is dropped for this reason, and then all that was free is offered once more, no more and no less. */
    private void assertDropped(String why, int agents) {
        assertThat(awaitUpdates(TaskState.TASK_DROPPED, 1)).singleElement().satisfies(status -> {
            assertThat(status.getReason()).isEqualTo(TaskStatus.Reason.REASON_INVALID_OFFERS);
            assertThat(status.getMessage()).startsWith("Task launched with invalid offers: " + why);
        });
        assertThat(awaitOffers(2 * agents).subList(agents, 2 * agents))
                .allSatisfy(offer -> assertThat(cpus(offer)).isEqualTo(4));
    }

    @Test
    void offersOfTwoAgentsAreNotAcceptedTogether() throws Exception {
        master.addAgent(FakeAgent.on("a"));
        master.addAgent(FakeAgent.on("b"));
        subscribe();

        accept(ids(awaitOffers(2)), launch(task("t", 8)));

        assertDropped("Aggregated offers must belong to one single agent. Offer ", 2);
    }

    @Test
    void anOfferCountsOnce() throws Exception {
        master.addAgent(FakeAgent.on("a"));
        subscribe();
        var id = awaitOffers(1).get(0).getId();

        accept(List.of(id, id), launch(task("t", 8)));

        assertDropped("Duplicate offer " + id.getValue() + " in offer list", 1);
    }

    @Test
    void tasksWithoutAnOfferAreDropped() throws Exception {
        subscribe();

        accept(List.of(), launch(task("t", 1)));

        assertDropped("No offers specified", 0);
    }

    @Test
    void goodOffersAmongBadOnesComeAgain() throws Exception {
        master.addAgent(FakeAgent.on("a"));
        subscribe();
        var good = awaitOffers(1).get(0).getId();
        var bad = OfferID.newBuilder().setValue("bad").build();

        accept(List.of(good, bad), launch(task("t", 1)));

        assertDropped("Offer bad is no longer valid", 1);
    }

    @Test
    void aGroupRunsAsAWholeOrNotAtAll() throws Exception {
        master.addAgent(FakeAgent.on("a"));
        subscribe();
        var group = Offer.Operation.newBuilder().setType(Offer.Operation.Type.LAUNCH_GROUP);
        group.getLaunchGroupBuilder()
                .getTaskGroupBuilder()
                .addTasks(task("fits", 3))
                .addTasks(task("does-not", 3));
        group.getLaunchGroupBuilder()
                .getExecutorBuilder()
                .getExecutorIdBuilder()
                .setValue("e");

        accept(ids(awaitOffers(1)), group);

        assertThat(awaitUpdates(TaskState.TASK_ERROR, 2))
                .extracting(status -> status.getTaskId().getValue() + " " + status.getReason())
                .containsExactly("fits REASON_TASK_GROUP_INVALID", "does-not REASON_TASK_GROUP_INVALID");
        assertThat(master.taskState("fits")).isNull();
    }

    @Test
    void amountsAreNumbersFromNoughtOn() throws Exception {
        master.addAgent(FakeAgent.on("a"));
        subscribe();

        accept(ids(awaitOffers(1)), launch(task("less", -5), task("none", Double.NaN), task("all", 4)));

        assertThat(awaitUpdates(TaskState.TASK_ERROR, 2))
                .extracting(TaskStatus::getMessage)
                .containsExactly(
                        "Task uses invalid resources: Invalid resource 'cpus': the value -5.0 is negative",
                        "Task uses invalid resources: Invalid resource 'cpus': the value NaN is not a number");
        awaitUpdates(TaskState.TASK_STARTING, 1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        a slash in its id | Task ID is invalid: 'a/b' contains invalid characters
        no id             | Task ID is invalid: ID must not be empty
        another agent     | Task uses invalid agent m-S9 while agent
        no command        | Task should have at least one (but not both) of CommandInfo or ExecutorInfo present
        no resources      | Task uses no resources
        another role      | (allocated: other) required by task and its executor is more than available
        a negative grace  | Task's 'kill_policy.grace_period' must be non-negative
        """)
    void refusesAnInvalidTaskAloneAndLaunchesTheOthers(String which, String why) throws Exception {
        master.addAgent(FakeAgent.on("a"));
        subscribe();

        accept(ids(awaitOffers(1)), launch(broken(which), task("good", 1)));

        assertThat(awaitUpdates(TaskState.TASK_ERROR, 1).get(0).getMessage()).contains(why);
        assertThat(awaitUpdates(TaskState.TASK_STARTING, 1).get(0).getTaskId().getValue())
                .isEqualTo("good");
    }

    private static TaskInfo broken(String which) {
        var task = task("bad", 1).toBuilder();
        var broken =
                switch (which) {
                    case "a slash in its id" ->
                        task.setTaskId(TaskID.newBuilder().setValue("a/b"));
                    case "no id" -> task.setTaskId(TaskID.newBuilder().setValue(""));
                    case "another agent" -> task.setAgentId(AgentID.newBuilder().setValue("m-S9"));
                    case "no command" -> task.clearCommand();
                    case "no resources" -> task.clearResources();
                    case "another role" -> {
                        task.getResourcesBuilder(0).getAllocationInfoBuilder().setRole("other");
                        yield task;
                    }
                    default -> {
                        task.getKillPolicyBuilder().getGracePeriodBuilder().setNanoseconds(-1);
                        yield task;
                    }
                };
        return broken.build();
    }

    @Test
    void operationsOnResourcesAreRefused() throws Exception {
        master.addAgent(FakeAgent.on("a"));
        subscribe();
        var reserve = Offer.Operation.newBuilder().setType(Offer.Operation.Type.RESERVE);
        reserve.setId(OperationID.newBuilder().setValue("o")).getReserveBuilder();

        accept(ids(awaitOffers(1)), reserve);

        await().atMost(SOON)
                .until(() -> !events(Event.Type.UPDATE_OPERATION_STATUS).isEmpty());
        assertThat(events(Event.Type.UPDATE_OPERATION_STATUS)
                        .get(0)
                        .getUpdateOperationStatus()
                        .getStatus()
                        .getState())
                .isEqualTo(OperationState.OPERATION_ERROR);
        assertThat(cpus(awaitOffers(2).get(1))).isEqualTo(4);
    }

    private static FrameworkInfo.Builder ofRoles(String... roles) {
        return info(Duration.ofMinutes(1))
                .addAllRoles(List.of(roles))
                .addCapabilities(
                        FrameworkInfo.Capability.newBuilder().setType(FrameworkInfo.Capability.Type.MULTI_ROLE));
    }

    private static String role(Offer offer) {
        return offer.getAllocationInfo().getRole();
    }

    @Test
    void eachRoleHasItsTurnAndItsOwnFilters() throws Exception {
        master.addAgent(FakeAgent.on("a"));
        subscribe(ofRoles("one", "two"));

        var first = awaitOffers(1).get(0);
        decline(List.of(first.getId()), 3_600);
        var second = awaitOffers(2).get(1);
        decline(List.of(second.getId()), 3_600);
        assertThat(List.of(role(first), role(second))).containsExactlyInAnyOrder("one", "two");

        scheduler.call(Call.newBuilder()
                .setType(Call.Type.REVIVE)
                .setRevive(Call.Revive.newBuilder().addRoles(role(first))));
        var third = awaitOffers(3).get(2);
        assertThat(role(third)).isEqualTo(role(first));
        decline(List.of(third.getId()), 3_600);
        await().during(Duration.ofMillis(300)).until(() -> offers().size() == 3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "/a", "a/", "-x", "a//b", ".."})
    void refusesFrameworksInRolesThatCannotBe(String role) throws Exception {
        scheduler = RawScheduler.subscribe(master, ofRoles(role), heard::add);

        await().atMost(SOON).until(() -> !events(Event.Type.ERROR).isEmpty());
        assertThat(events(Event.Type.ERROR).get(0).getError().getMessage()).startsWith("Role '" + role + "' must not");
        assertThat(master.frameworkIds()).isEmpty();
    }

    @Test
    void eachStreamThatEndsGivesAFrameworkItsWholeTimeout() throws Exception {
        var timeout = Duration.ofSeconds(2);
        var info = info(timeout).setId(FrameworkID.newBuilder().setValue("f"));
        subscribe(info);
        dropStream();
        var firstEnds = System.nanoTime() + timeout.toNanos();
        subscribe(info);
        await().pollInterval(OFTEN).atMost(SOON).until(() -> firstEnds - System.nanoTime() < timeout.toNanos() / 10);

        dropStream();

        await().during(timeout.dividedBy(4)).atMost(SOON).until(() -> master.frameworkIds()
                .contains("f"));
        await().atMost(SOON).until(() -> master.frameworkIds().isEmpty());
    }

    /** And waits until the master has seen it: calls are answered 403 from then on. */
    private void dropStream() {
        master.dropStreams();
        await().pollInterval(OFTEN)
                .atMost(SOON)
                .until(() -> scheduler.send(Call.newBuilder().setType(Call.Type.REVIVE)) == 403);
    }

    private void decline(List<OfferID> offers, double seconds) {
        scheduler.call(Call.newBuilder()
                .setType(Call.Type.DECLINE)
                .setDecline(Call.Decline.newBuilder()
                        .addAllOfferIds(offers)
                        .setFilters(Filters.newBuilder().setRefuseSeconds(seconds))));
    }

    private void acknowledge(TaskStatus status) {
        scheduler.call(Call.newBuilder()
                .setType(Call.Type.ACKNOWLEDGE)
                .setAcknowledge(Call.Acknowledge.newBuilder()
                        .setAgentId(status.getAgentId())
                        .setTaskId(status.getTaskId())
                        .setUuid(status.getUuid())));
    }

    @Test
    void anUpdateSaysWhichRolesAreSuppressed() throws Exception {
        subscribe();
        scheduler.call(Call.newBuilder().setType(Call.Type.SUPPRESS));
        master.addAgent(FakeAgent.on("a"));
        await().during(Duration.ofMillis(200)).until(() -> offers().isEmpty());

        var info = info(Duration.ofMinutes(1))
                .setId(FrameworkID.newBuilder().setValue(master.frameworkIds().get(0)));
        scheduler.call(Call.newBuilder()
                .setType(Call.Type.UPDATE_FRAMEWORK)
                .setUpdateFramework(Call.UpdateFramework.newBuilder().setFrameworkInfo(info)));

        assertThat(awaitOffers(1).get(0).getFrameworkId().getValue())
                .isEqualTo(master.frameworkIds().get(0));
    }

    @Test
    void whatBecomesFreeIsOfferedThoughLessOfItWasRefused() throws Exception {
        master.outcomes(task -> Outcome.of(TaskState.TASK_FINISHED));
        master.addAgent(FakeAgent.on("a").mem(0).disk(0));
        subscribe();
        accept(ids(awaitOffers(1)), launch(task("all", 4)), 3_600);
        var second = awaitOffers(2).get(1);
        assertThat(cpus(second)).isEqualTo(4);

        master.outcomes(task -> Outcome.runs());
        accept(List.of(second.getId()), launch(task("some", 1)), 3_600);
        awaitUpdates(TaskState.TASK_STARTING, 1);
        await().during(Duration.ofMillis(300)).until(() -> offers().size() == 2);
        scheduler.call(Call.newBuilder()
                .setType(Call.Type.KILL)
                .setKill(Call.Kill.newBuilder().setTaskId(TaskID.newBuilder().setValue("some"))));
        acknowledge(awaitUpdates(TaskState.TASK_STARTING, 1).get(0));

        assertThat(cpus(awaitOffers(3).get(2))).isEqualTo(4);
        decline(List.of(offers().get(2).getId()), 3_600);
        await().during(Duration.ofMillis(300)).until(() -> offers().size() == 3);
    }

    @Test
    void tasksOfALostAgentAreUnreachableUntilItIsBack() throws Exception {
        master.outcomes(task ->
                Outcome.of(TaskState.TASK_RUNNING, TaskState.TASK_FINISHED).lasting(Duration.ofHours(1)));
        var agent = master.addAgent(FakeAgent.on("a"));
        subscribe();
        accept(ids(awaitOffers(1)), launch(task("t", 3)));
        acknowledge(awaitUpdates(TaskState.TASK_RUNNING, 1).get(0));

        master.loseAgent(agent);

        awaitUpdates(TaskState.TASK_UNREACHABLE, 1);
        scheduler.call(Call.newBuilder().setType(Call.Type.RECONCILE).setReconcile(Call.Reconcile.newBuilder()));
        assertThat(awaitUpdates(TaskState.TASK_UNREACHABLE, 2).get(1).getReason())
                .isEqualTo(TaskStatus.Reason.REASON_RECONCILIATION);
        int offered = offers().size();
        master.returnAgent(agent);
        assertThat(awaitUpdates(TaskState.TASK_RUNNING, 2).get(1).getReason())
                .isEqualTo(TaskStatus.Reason.REASON_AGENT_REREGISTERED);
        assertThat(cpus(awaitOffers(offered + 1).get(offered))).isEqualTo(1);
        assertThatThrownBy(() -> master.returnAgent(agent)).isInstanceOf(IllegalArgumentException.class);
    }
}
