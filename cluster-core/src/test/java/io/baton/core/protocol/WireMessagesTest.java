package io.baton.core.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import io.baton.core.id.AgentId;
import io.baton.core.id.FrameworkId;
import io.baton.core.id.OfferId;
import io.baton.core.id.TaskId;
import io.baton.core.membership.MasterAddress;
import io.baton.core.membership.MembershipProtocol;
import io.baton.core.resource.Resources;
import io.baton.link.ExecutorEnded;
import io.baton.link.ExecutorMessage;
import io.baton.link.OperationUpdate;
import io.baton.link.Register;
import io.baton.link.TasksTold;
import io.baton.link.ToAgent;
import io.baton.link.Update;
import io.baton.v1.AgentInfo;
import io.baton.v1.DrainConfig;
import io.baton.v1.ExecutorID;
import io.baton.v1.ExecutorInfo;
import io.baton.v1.FrameworkInfo;
import io.baton.v1.InverseOffer;
import io.baton.v1.KillPolicy;
import io.baton.v1.Offer;
import io.baton.v1.Operation;
import io.baton.v1.OperationState;
import io.baton.v1.OperationStatus;
import io.baton.v1.Resource;
import io.baton.v1.Task;
import io.baton.v1.TaskInfo;
import io.baton.v1.TaskState;
import io.baton.v1.TaskStatus;
import io.baton.v1.TimeInfo;
import io.baton.v1.UUID;
import io.baton.v1.Unavailability;
import io.baton.v1.WeightInfo;
import io.baton.v1.allocator.InverseOfferStatus;
import io.baton.v1.explain.Explanation;
import io.baton.v1.master.Response;
import io.baton.v1.quota.QuotaConfig;
import io.baton.v1.scheduler.Call;
import io.baton.v1.scheduler.Event;
import io.baton.v1.scheduler.OfferConstraints;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.serialization.jackson.JacksonObjectMapperProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every message survives the way to another JVM. */
class WireMessagesTest {
    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final FrameworkId F = new FrameworkId("f");
    private static final AgentId A = new AgentId("a");
    private static final OfferId O = new OfferId("o");
    private static final TaskId T = new TaskId("t");
    private static final FrameworkInfo INFO =
            FrameworkInfo.newBuilder().setUser("u").setName("n").build();
    private static final AgentInfo AGENT =
            AgentInfo.newBuilder().setHostname("h").build();
    private static final Resources CPUS = Resources.scalars(Map.of("cpus", 1.5));
    private static final OperationStatus FINISHED = OperationStatus.newBuilder()
            .setState(OperationState.OPERATION_FINISHED)
            .build();
    private static final QuotaConfig QUOTA =
            QuotaConfig.newBuilder().setRole("ads").build();
    private static final RoleSettings SETTINGS = new RoleSettings(
            List.of(WeightInfo.newBuilder().setRole("ads").setWeight(2).build()), List.of(QUOTA), 3, 4);
    private static final Task TASK = Task.newBuilder()
            .setName("t")
            .setTaskId(T.toProto())
            .setFrameworkId(F.toProto())
            .setAgentId(A.toProto())
            .setState(TaskState.TASK_RUNNING)
            .build();
    private static final TaskStatus STATUS = TaskStatus.newBuilder()
            .setTaskId(T.toProto())
            .setState(TaskState.TASK_RUNNING)
            .build();
    private static final Update UPDATE = Update.newBuilder()
            .setFrameworkId(F.toProto())
            .setStatus(STATUS)
            .setLatestState(TaskState.TASK_RUNNING)
            .build();
    private static final ExecutorID EXECUTOR =
            ExecutorID.newBuilder().setValue("e").build();
    private static final ExecutorInfo HOSTED = ExecutorInfo.newBuilder()
            .setExecutorId(EXECUTOR)
            .setFrameworkId(F.toProto())
            .build();
    private static final ExecutorEnded EXECUTOR_ENDED = ExecutorEnded.newBuilder()
            .setFrameworkId(F.toProto())
            .setExecutorId(EXECUTOR)
            .setStatus(256)
            .build();
    private static final ExecutorMessage EXECUTOR_SAID = ExecutorMessage.newBuilder()
            .setFrameworkId(F.toProto())
            .setExecutorId(EXECUTOR)
            .setData(ByteString.copyFromUtf8("x"))
            .build();
    private static final Offer OFFER = Offer.newBuilder()
            .setId(O.toProto())
            .setFrameworkId(F.toProto())
            .setAgentId(A.toProto())
            .setHostname("h")
            .addAllResources(CPUS.toProto("*"))
            .setAllocationInfo(Resource.AllocationInfo.newBuilder().setRole("*"))
            .build();
    private static final InverseOffer INVERSE_OFFER = InverseOffer.newBuilder()
            .setId(O.toProto())
            .setFrameworkId(F.toProto())
            .setUnavailability(
                    Unavailability.newBuilder().setStart(TimeInfo.newBuilder().setNanoseconds(1)))
            .build();
    private static final ViewProtocol.Counted COUNTED = new ViewProtocol.Counted(
            "m", new TreeMap<>(Map.of("master/slave_registrations", 3L)), new TreeMap<>(Map.of("a/b", 0.5)));
    private static final ViewProtocol.AgentDetails DETAILS = new ViewProtocol.AgentDetails(
            A,
            List.of(Operation.newBuilder()
                    .setInfo(Offer.Operation.newBuilder().setType(Offer.Operation.Type.RESERVE))
                    .setLatestStatus(FINISHED)
                    .setUuid(UUID.newBuilder().setValue(ByteString.copyFromUtf8("u")))
                    .build()),
            List.of(INVERSE_OFFER),
            List.of(InverseOfferStatus.newBuilder()
                    .setStatus(InverseOfferStatus.Status.ACCEPT)
                    .setFrameworkId(F.toProto())
                    .setTimestamp(TimeInfo.newBuilder().setNanoseconds(1))
                    .build()));
    private static final Response.GetAgents.Agent SHOWN_AGENT = Response.GetAgents.Agent.newBuilder()
            .setAgentInfo(AGENT)
            .setActive(true)
            .setVersion("1")
            .build();
    private static final Response.GetFrameworks.Framework SHOWN_FRAMEWORK =
            Response.GetFrameworks.Framework.newBuilder()
                    .setFrameworkInfo(INFO)
                    .setActive(true)
                    .setConnected(true)
                    .setRecovered(false)
                    .build();

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    static Stream<WireMessage> messages() {
        ActorRef<LinkProtocol> link = KIT.<LinkProtocol>createTestProbe().getRef();
        ActorRef<StreamProtocol> stream = KIT.<StreamProtocol>createTestProbe().getRef();
        ActorRef<CallAnswer> answers = KIT.<CallAnswer>createTestProbe().getRef();
        var register = Register.newBuilder()
                .setAgentInfo(AGENT)
                .setNumber(1)
                .setEpoch(1)
                .setVersion("1")
                .build();
        var task = TaskInfo.newBuilder()
                .setName("t")
                .setTaskId(T.toProto())
                .setAgentId(A.toProto())
                .build();
        return Stream.of(
                new AgentProtocol.Register(A, register, "10.0.0.1", link),
                new AgentProtocol.LinkLost(link),
                new AgentProtocol.Updated(UPDATE, link),
                new AgentProtocol.Propose(F, "*", CPUS, 3, 7, 5),
                new AgentProtocol.Stale(4),
                new AgentProtocol.Wake(),
                new AgentProtocol.MarkGone(answers),
                new FrameworkProtocol.Wake(),
                new AgentProtocol.Accept(
                        INFO, List.of(O), List.of(Offer.Operation.getDefaultInstance()), Duration.ofSeconds(5)),
                new AgentProtocol.Decline(F, List.of(O), Duration.ZERO),
                new AgentProtocol.Kill(F, T, Optional.of(KillPolicy.getDefaultInstance())),
                new AgentProtocol.Kill(F, T, Optional.empty()),
                new AgentProtocol.Acknowledge(F, T, ByteString.copyFromUtf8("0123456789abcdef")),
                new AgentProtocol.Ask(F, T, Optional.of(new OfferId("A-O1.1"))),
                new AgentProtocol.RemoveFramework(F),
                new AgentProtocol.ShutdownExecutor(F, EXECUTOR),
                new AgentProtocol.TellExecutor(F, EXECUTOR, ByteString.copyFromUtf8("x")),
                new AgentProtocol.ExecutorEnded(EXECUTOR_ENDED, link),
                new AgentProtocol.ExecutorSaid(EXECUTOR_SAID),
                new LinkProtocol.Send(ToAgent.getDefaultInstance()),
                new LinkProtocol.Close("why"),
                new LinkProtocol.Owner(KIT.<AgentProtocol>createTestProbe().getRef()),
                new LinkProtocol.Moved(KIT.<AgentProtocol>createTestProbe().getRef()),
                new StreamProtocol.Moved(
                        KIT.<FrameworkProtocol>createTestProbe().getRef()),
                new StreamProtocol.Owner(
                        KIT.<FrameworkProtocol>createTestProbe().getRef()),
                new FrameworkProtocol.Subscribe(
                        F, true, INFO, List.of("r"), Optional.of(OfferConstraints.getDefaultInstance()), "s", stream),
                new FrameworkProtocol.Disconnected("s", true),
                new FrameworkProtocol.HasRoom("s", 1, 3),
                new FrameworkProtocol.Invoke(
                        Call.newBuilder().setType(Call.Type.REVIVE).build(), "s", Optional.of("p"), answers),
                new FrameworkProtocol.Offered(OFFER, 7),
                new FrameworkProtocol.Rescinded(List.of(O)),
                new FrameworkProtocol.Leased(A, List.of(O)),
                new FrameworkProtocol.TasksRefused(A, List.of(task), STATUS),
                new FrameworkProtocol.Updated(UPDATE, 7, 8),
                new FrameworkProtocol.TasksAdopted(A, new Term(3, 2), 7, Optional.of(INFO), List.of(TASK)),
                new FrameworkProtocol.Unknown(A, T, Optional.of(new OfferId("A-O1.1")), TaskState.TASK_GONE),
                new FrameworkProtocol.AgentLost(A, TaskState.TASK_UNREACHABLE, 7, List.of(T), true, Optional.of("why")),
                new FrameworkProtocol.ExecutorEnded(A, EXECUTOR_ENDED),
                new FrameworkProtocol.ExecutorSaid(A, EXECUTOR_SAID),
                new FrameworkProtocol.Teardown(answers),
                new FrameworkProtocol.KillTask(T, answers),
                new CallAnswer(400, "why"),
                new StreamProtocol.Deliver(
                        Event.newBuilder().setType(Event.Type.HEARTBEAT).build()),
                new StreamProtocol.Complete());
    }

    static Stream<WireMessage> planMessages() {
        return Stream.of(
                DETAILS,
                new ViewProtocol.FrameworkMoved(F),
                new ViewProtocol.AgentMoved(A),
                new ViewProtocol.TasksSeen(F, A, List.of(TASK)),
                new ViewProtocol.TaskSeen(TASK, true),
                new ViewProtocol.FrameworkSeen(SHOWN_FRAMEWORK),
                new ViewProtocol.AgentForgotten(A),
                new AgentProtocol.Drain(
                        DrainConfig.newBuilder().setMarkGone(true).build(),
                        KIT.<CallAnswer>createTestProbe().getRef()),
                new AgentProtocol.Deactivate(KIT.<CallAnswer>createTestProbe().getRef()),
                new AgentProtocol.Reactivate(KIT.<CallAnswer>createTestProbe().getRef()),
                new AgentProtocol.AnswerInverse(F, List.of(O), true, Duration.ofSeconds(5)),
                new AgentProtocol.TellTasks(F),
                new AgentProtocol.TasksTold(
                        TasksTold.newBuilder()
                                .setFrameworkId(F.toProto())
                                .addTasks(TASK)
                                .setFramework(INFO)
                                .build(),
                        KIT.<LinkProtocol>createTestProbe().getRef()),
                new FrameworkProtocol.TasksThere(A, 3, 4),
                new FrameworkProtocol.TasksTold(A, 7, 8, Optional.of(INFO), List.of(TASK)),
                new FrameworkProtocol.InverseOffered(List.of(INVERSE_OFFER)),
                new FrameworkProtocol.InverseRescinded(List.of(O)));
    }

    static Stream<WireMessage> softMessages() {
        ActorRef<ViewProtocol> view = KIT.<ViewProtocol>createTestProbe().getRef();
        return Stream.of(
                new AllocatorProtocol.AgentChanged(
                        A,
                        AGENT,
                        CPUS,
                        Resources.EMPTY,
                        List.of(new AllocatorProtocol.Holding(F, "ads", CPUS)),
                        7,
                        List.of(new AllocatorProtocol.Holding(F, "ads", CPUS)),
                        5),
                new AllocatorProtocol.AgentGone(A, true),
                new AllocatorProtocol.FrameworkChanged(F, INFO, List.of("*"), List.of(), Optional.empty()),
                new AllocatorProtocol.FrameworkGone(F),
                new AllocatorProtocol.Filter(F, "*", A, CPUS, Duration.ofMillis(5500), true),
                new AllocatorProtocol.Revive(F, List.of("*")),
                new AllocatorProtocol.Preempted(A, 3, 2),
                new AllocatorProtocol.RolesSet(SETTINGS),
                new AllocatorProtocol.JudgeQuotas(
                        List.of(QUOTA),
                        List.of(QUOTA),
                        KIT.<CallAnswer>createTestProbe().getRef()),
                new RoleProtocol.UpdateWeights(
                        SETTINGS.weights(), KIT.<CallAnswer>createTestProbe().getRef()),
                new RoleProtocol.UpdateQuota(
                        List.of(QUOTA), true, KIT.<CallAnswer>createTestProbe().getRef()),
                new RoleProtocol.GetSettings(KIT.<RoleSettings>createTestProbe().getRef()),
                SETTINGS,
                new RoleProtocol.Follow(KIT.<AllocatorProtocol>createTestProbe().getRef()),
                new AgentProtocol.Recall("ads", 7),
                new AgentProtocol.Reclaim(F, "batch", CPUS, "prod", Duration.ofSeconds(30), 7),
                new AgentProtocol.Preempt(F, "batch", CPUS, "prod", 3, 7),
                new AllocatorProtocol.Explain(
                        F,
                        "ads",
                        CPUS,
                        20,
                        KIT.<AllocatorProtocol.Explained>createTestProbe().getRef()),
                new AllocatorProtocol.Explained(
                        Explanation.newBuilder().setProblem("none").build()),
                new ViewProtocol.AgentSeen(SHOWN_AGENT, true),
                new ViewProtocol.Repeat(view),
                new ViewProtocol.Facts(
                        view,
                        3,
                        ViewProtocol.Facts.Part.NEWS,
                        List.of(SHOWN_AGENT),
                        List.of(DETAILS),
                        List.of(SHOWN_FRAMEWORK),
                        List.of(new ViewProtocol.TasksSeen(F, A, List.of(TASK))),
                        List.of(new ViewProtocol.TaskSeen(TASK, false)),
                        List.of(OFFER),
                        List.of(O),
                        List.of(A),
                        List.of(new ViewProtocol.ExecutorsSeen(A, List.of(HOSTED))),
                        List.of(COUNTED),
                        Set.of(A)),
                COUNTED,
                new ViewProtocol.ExecutorsSeen(A, List.of(HOSTED)),
                new MembershipProtocol.Introduce(
                        KIT.<MembershipProtocol>createTestProbe().getRef(),
                        new MasterAddress("h:5050", "h:5052"),
                        view),
                new ViewProtocol.OfferSeen(OFFER),
                new ViewProtocol.OffersGone(F, List.of(O)));
    }

    static Stream<WireMessage> operationMessages() {
        return Stream.of(
                new AgentProtocol.Operate(
                        Offer.Operation.newBuilder()
                                .setType(Offer.Operation.Type.RESERVE)
                                .build(),
                        KIT.<CallAnswer>createTestProbe().getRef()),
                new AgentProtocol.Operated(
                        OperationUpdate.newBuilder()
                                .setKey("k")
                                .setStatus(FINISHED)
                                .build(),
                        KIT.<LinkProtocol>createTestProbe().getRef()),
                new AgentProtocol.AcknowledgeOperation(
                        F, "o", Optional.of(ByteString.copyFromUtf8("0123456789abcdef"))),
                new AgentProtocol.AskOperation(F, "o", Optional.of(O)),
                new FrameworkProtocol.Operated(A, FINISHED));
    }

    @ParameterizedTest
    @MethodSource({"messages", "softMessages", "operationMessages", "planMessages"})
    void crossesToAnotherJvmUnchanged(WireMessage message) {
        assertThat(KIT.serializationTestKit().verifySerialization(message, true))
                .isEqualTo(message);
    }

    @Test
    void anAcknowledgementOfAMasterBeforeNamesNoUpdate() throws IOException {
        var mapper = JacksonObjectMapperProvider.get(KIT.system()).getOrCreate("jackson-cbor", Optional.empty());
        var message = new AgentProtocol.AcknowledgeOperation(F, "o", Optional.of(ByteString.copyFromUtf8("u")));
        var fields = (ObjectNode) mapper.readTree(mapper.writeValueAsBytes(message));
        fields.remove("uuid");

        assertThat(mapper.readValue(mapper.writeValueAsBytes(fields), AgentProtocol.AcknowledgeOperation.class))
                .isEqualTo(new AgentProtocol.AcknowledgeOperation(F, "o", Optional.empty()));
    }

    @Test
    void aMasterBeforeSaysNothingOfEnds() throws IOException {
        var mapper = JacksonObjectMapperProvider.get(KIT.system()).getOrCreate("jackson-cbor", Optional.empty());
        var fields = (ObjectNode) mapper.readTree(mapper.writeValueAsBytes(new FrameworkProtocol.TasksThere(A, 3, 4)));
        fields.remove("ended");

        assertThat(mapper.readValue(mapper.writeValueAsBytes(fields), FrameworkProtocol.TasksThere.class))
                .isEqualTo(new FrameworkProtocol.TasksThere(A, 3, 0));
    }

    @Test
    void noMessageIsLeftOutHere() {
        var all = Stream.of(
                        AgentProtocol.class,
                        LinkProtocol.class,
                        FrameworkProtocol.class,
                        StreamProtocol.class,
                        AllocatorProtocol.class,
                        ViewProtocol.class,
                        MembershipProtocol.class)
                .flatMap(type -> Arrays.stream(type.getPermittedSubclasses()))
                .filter(type -> !Modifier.isInterface(type.getModifiers()))
                .collect(Collectors.toSet());

        assertThat(Stream.of(messages(), softMessages(), operationMessages(), planMessages())
                        .flatMap(some -> some)
                        .map(Object::getClass)
                        .collect(Collectors.toSet()))
                .containsAll(all);
    }
}
